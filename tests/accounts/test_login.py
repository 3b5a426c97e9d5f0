"""Signing in, being led to it, and signing out."""

import pytest
from django.urls import reverse

from accounts.demo import DEMO_PASSWORD
from accounts.models import Organisation

LOGIN = "/accounts/login/"


class TestSignIn:
    def test_leads_to_my_work(self, client, alice):
        response = client.post(LOGIN, {"username": "alice", "password": "alice", "remember": "on"})
        assert response.status_code == 302
        assert response.url == reverse("my_work")
        assert client.session.get_expire_at_browser_close() is False

    def test_leads_back_to_the_page_asked_for(self, client, alice):
        page = client.get(LOGIN, {"next": "/accounts/preferences/"})
        assert 'name="next" value="/accounts/preferences/"' in page.content.decode()
        response = client.post(
            LOGIN, {"username": "alice", "password": "alice", "next": "/accounts/preferences/"}
        )
        assert response.url == "/accounts/preferences/"

    def test_leads_to_no_other_site(self, client, alice):
        response = client.post(
            LOGIN, {"username": "alice", "password": "alice", "next": "https://elsewhere.example/"}
        )
        assert response.url == reverse("my_work")

    def test_ends_with_the_browser_unless_asked_to_stay(self, client, alice):
        client.post(LOGIN, {"username": "alice", "password": "alice"})
        assert client.session.get_expire_at_browser_close() is True

    @pytest.mark.parametrize(
        "typed", [{"username": "alice", "password": "wrong"}, {"username": "nobody", "password": "alice"}]
    )
    def test_says_the_same_for_a_wrong_name_and_a_wrong_password(self, client, alice, typed):
        response = client.post(LOGIN, typed)
        assert response.status_code == 422
        html = response.content.decode()
        assert 'role="alert"' in html
        assert "don’t match" in html
        assert f'value="{typed["username"]}"' in html

    def test_refuses_somebody_who_has_left(self, client, alice):
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        assert client.post(LOGIN, {"username": "alice", "password": "alice"}).status_code == 422

    def test_is_passed_by_somebody_signed_in(self, client, alice):
        client.force_login(alice)
        assert client.get(LOGIN).url == reverse("my_work")

    def test_names_the_company(self, client, organisation):
        assert "Sign in to Acme" in client.get(LOGIN).content.decode()

    @pytest.mark.django_db
    def test_says_what_to_do_before_a_company_is_set_up(self, client):
        assert "setup_company" in client.get(LOGIN).content.decode()

    def test_can_be_read_in_the_other_language(self, client, organisation):
        assert 'href="?language=fr"' in client.get(LOGIN).content.decode()
        response = client.get(LOGIN, {"language": "fr"})
        assert response.headers["Content-Language"] == "fr"
        assert '<html lang="fr"' in response.content.decode()
        # And stays so for the next page.
        assert client.get(LOGIN).headers["Content-Language"] == "fr"

    def test_ignores_a_language_that_is_not_there(self, client, organisation):
        assert client.get(LOGIN, {"language": "xx"}).headers["Content-Language"] == "en"


class TestDemoPeopleOnTheSignInPage:
    def test_are_listed_with_the_password(self, client, alice, claire):
        Organisation.objects.update(is_demo=True)
        html = client.get(LOGIN, {"next": "/r/1/"}).content.decode()
        assert 'data-username="alice"' in html
        assert "Reports to Claire" in html
        assert html.count(f"<b>{DEMO_PASSWORD}</b>") == 1

    def test_fill_in_the_name_without_script_and_keep_the_way_back(self, client, alice):
        Organisation.objects.update(is_demo=True)
        html = client.get(LOGIN, {"next": "/r/1/"}).content.decode()
        assert 'href="?next=%2Fr%2F1%2F&amp;username=alice"' in html
        html = client.get(LOGIN, {"next": "/r/1/", "username": "alice"}).content.decode()
        assert 'name="username" value="alice"' in html

    def test_are_not_told_by_a_real_company(self, client, alice):
        html = client.get(LOGIN).content.decode()
        assert "data-username" not in html
        assert DEMO_PASSWORD not in html.replace("Blueprint", "")


class TestStranger:
    @pytest.mark.parametrize("path", ["/", "/accounts/preferences/", "/accounts/password/"])
    def test_is_led_to_the_sign_in(self, client, organisation, path):
        response = client.get(path)
        assert response.status_code == 302
        assert response.url == f"{LOGIN}?next={path}"

    def test_is_sent_there_whole_when_the_session_ended_under_an_open_page(self, client, organisation):
        response = client.get(
            LOGIN,
            headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/m/deals/?q=a"},
        )
        assert response.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fm%2Fdeals%2F%3Fq%3Da"


class TestSignOut:
    def test_is_a_post(self, client, alice):
        client.force_login(alice)
        assert client.get("/accounts/logout/").status_code == 405
        assert client.post("/accounts/logout/").url == LOGIN
        assert client.get("/accounts/preferences/").status_code == 302
