"""What a person reads when something went wrong, signed in or not, whole page or part."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path

from blueprint_project import errors
from blueprint_project.urls import handler403, handler404, handler500
from tests.factories import make_organisation, make_person

__all__ = ["handler403", "handler404", "handler500"]

HX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/m/deals/?q=a"}


def forbid(request):
    raise PermissionDenied("Only the legal team does this.")


def forbid_silently(request):
    raise PermissionDenied


def lose(request):
    raise Http404("a secret reason")


def clash(request):
    return errors.conflict(
        request,
        title="Bruno was faster",
        text="He moved it to Legal review a minute ago.",
        url="/r/1/",
        action="See where it stands",
    )


def breaks(request):
    raise DatabaseError("the database is down")


urlpatterns = [
    path("403/", forbid),
    path("403-silent/", forbid_silently),
    path("404/", lose),
    path("409/", clash),
    path("500/", breaks),
    path("ok/", lambda request: HttpResponse("ok")),
    path("", include("blueprint_project.urls")),
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def alice():
    make_organisation()
    return make_person("alice")


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


class TestForbidden:
    def test_says_why_in_the_shell(self, page):
        response = page.get("/403/")
        html = response.content.decode()
        assert response.status_code == 403
        assert "Only the legal team does this." in html
        assert 'id="sidebar"' in html

    def test_has_words_of_its_own(self, page):
        assert "Nothing was changed." in page.get("/403-silent/").content.decode()


class TestNotFound:
    @pytest.mark.parametrize("address", ["/404/", "/no/such/address/"])
    def test_leads_home_and_tells_no_reason(self, page, address):
        response = page.get(address)
        html = response.content.decode()
        assert response.status_code == 404
        assert "There is nothing at this address" in html
        assert "secret" not in html

    def test_leads_a_stranger_to_the_sign_in(self, client):
        response = client.get("/no/such/address/")
        html = response.content.decode()
        assert response.status_code == 404
        assert 'href="/accounts/login/?next=/no/such/address/"' in html
        assert 'id="sidebar"' not in html

    def test_speaks_the_readers_language(self, page, alice):
        alice.language = "fr"
        alice.save(update_fields=["language"])
        response = page.get("/404/")
        assert response.headers["Content-Language"] == "fr"
        assert '<html lang="fr"' in response.content.decode()


class TestConflict:
    def test_says_who_did_what(self, page):
        response = page.get("/409/")
        html = response.content.decode()
        assert response.status_code == 409
        assert "Bruno was faster" in html
        assert 'href="/r/1/"' in html


@pytest.mark.parametrize(("address", "status"), [("/403/", 403), ("/404/", 404), ("/409/", 409)])
class TestPartOfAPage:
    def test_is_answered_in_its_dialog(self, page, address, status):
        response = page.get(address, headers=HX)
        html = response.content.decode()
        assert response.status_code == status
        assert response.headers["HX-Retarget"] == "#dialog"
        assert response.headers["HX-Reswap"] == "innerHTML"
        assert "HX-Request" in response.headers["Vary"]
        assert "<html" not in html
        assert 'role="dialog"' in html
        assert 'data-close-url="/m/deals/?q=a"' in html


class TestServerError:
    def test_asks_neither_database_nor_session(self, client, alice, django_assert_num_queries, rf):
        with django_assert_num_queries(0):
            response = errors.server_error(rf.get("/500/"))
        html = response.content.decode()
        assert response.status_code == 500
        assert "Something broke on our side" in html
        assert 'href="/500/"' in html

    def test_gives_a_number_that_the_log_knows(self, rf, caplog):
        html = errors.server_error(rf.post("/r/1/")).content.decode()
        number = caplog.records[-1].args[0]
        assert f"the number {number}" in html
        assert 'href="/r/1/"' not in html

    def test_is_what_a_failing_page_gives(self, page):
        page.raise_request_exception = False
        response = page.get("/500/")
        assert response.status_code == 500
        assert "Something broke on our side" in response.content.decode()

    def test_stands_when_nobody_can_be_recognised(self, page, monkeypatch):
        def down(*args, **kwargs):
            raise DatabaseError("the database is down")

        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", down)
        page.raise_request_exception = False
        response = page.get("/ok/")
        assert response.status_code == 500
        assert "Something broke on our side" in response.content.decode()


class TestCsrfFailure:
    def test_says_that_the_form_is_out_of_date(self, alice):
        strict = Client(enforce_csrf_checks=True)
        response = strict.post("/accounts/login/", {"username": "alice", "password": "alice"})
        assert response.status_code == 403
        html = response.content.decode()
        assert "This form is out of date" in html
        assert 'href="/accounts/login/"' in html


class TestBadRequest:
    def test_says_that_nothing_was_changed(self, rf):
        response = errors.bad_request(rf.get("/"))
        assert response.status_code == 400
        assert "Nothing was changed." in response.content.decode()


class TestEveryAnswer:
    @pytest.mark.parametrize("address", ["/403/", "/404/", "/409/", "/accounts/preferences/"])
    def test_is_clean_under_the_content_security_policy(self, page, address):
        response = page.get(address)
        html = response.content.decode()
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        for forbidden in ("<style", " style=", " onclick=", "hx-on", "javascript:"):
            assert forbidden not in html
        assert html.count("<script") == html.count("<script src=")
