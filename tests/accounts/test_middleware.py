"""Each reader has their own language and zone, for one request only."""

import zoneinfo
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone, translation

from accounts.middleware import ReaderMiddleware, language_of, zone_of
from accounts.models import User


@pytest.fixture
def seen(rf):
    """Run the middleware for a person and tell what was active inside it."""

    def run(person):
        found: dict[str, Any] = {}

        def view(request):
            found["language"] = translation.get_language()
            found["zone"] = timezone.get_current_timezone_name()
            return HttpResponse()

        request = rf.get("/")
        request.user = person
        found["response"] = ReaderMiddleware(view)(request)
        return found

    return run


class TestReaderMiddleware:
    def test_takes_what_the_person_chose(self, seen, organisation):
        found = seen(User(username="alice", language="fr", time_zone="Asia/Tokyo"))
        assert (found["language"], found["zone"]) == ("fr", "Asia/Tokyo")
        assert found["response"].headers["Content-Language"] == "fr"

    def test_takes_the_organisations_for_a_person_who_chose_nothing(self, seen, organisation):
        organisation.language = "fr"
        organisation.save(update_fields=["language"])
        found = seen(User(username="alice"))
        assert (found["language"], found["zone"]) == ("fr", "Europe/Paris")

    def test_leaves_nothing_behind(self, seen, organisation):
        before = translation.get_language(), timezone.get_current_timezone_name()
        seen(User(username="alice", language="fr", time_zone="Asia/Tokyo"))
        assert (translation.get_language(), timezone.get_current_timezone_name()) == before

    def test_leaves_nothing_behind_after_an_exception(self, rf, organisation):
        def view(request):
            raise RuntimeError

        request = rf.get("/")
        request.user = User(username="alice", language="fr", time_zone="Asia/Tokyo")
        before = translation.get_language(), timezone.get_current_timezone_name()
        with pytest.raises(RuntimeError):
            ReaderMiddleware(view)(request)
        assert (translation.get_language(), timezone.get_current_timezone_name()) == before

    def test_keeps_the_browsers_language_for_a_stranger(self, client, organisation):
        response = client.get("/accounts/login/", headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"})
        assert response.headers["Content-Language"] == "fr"
        assert '<html lang="fr"' in response.content.decode()

    def test_falls_back_to_the_installations_language_for_a_stranger(self, client, organisation):
        response = client.get("/accounts/login/", headers={"Accept-Language": "sv"})
        assert response.headers["Content-Language"] == "en"

    def test_asks_for_no_more_than_the_sessions_person(self, client, alice, django_assert_num_queries):
        client.force_login(alice)
        client.get("/accounts/login/")
        with django_assert_num_queries(2):
            client.get("/accounts/login/")


class TestWithoutAnOrganisation:
    def test_the_settings_decide(self, settings):
        settings.LANGUAGE_CODE, settings.TIME_ZONE = "fr", "Asia/Tokyo"
        assert language_of(User(username="alice"), None) == "fr"
        assert zone_of(AnonymousUser(), None) == zoneinfo.ZoneInfo("Asia/Tokyo")


@pytest.mark.django_db
class TestSignInFirst:
    def leads_back_to(self, response) -> str:
        assert response.status_code == 302
        address = urlsplit(response.headers["Location"])
        assert address.path == "/accounts/login/"
        [address_asked_for] = parse_qs(address.query)["next"]
        return str(address_asked_for)

    def test_leads_back_to_the_page_that_was_asked_for(self, client) -> None:
        response = client.get("/m/deals/?q=a", headers={"referer": "http://testserver/"})
        assert self.leads_back_to(response) == "/m/deals/?q=a"

    def test_leads_back_from_a_form_to_its_page(self, client) -> None:
        referer = {"referer": "http://testserver/m/deals/?q=a"}
        assert self.leads_back_to(client.post("/tasks/1/done/", headers=referer)) == "/m/deals/?q=a"

    @pytest.mark.parametrize(
        "referer", ["", "https://evil.example/x/", "javascript:alert(1)", "//evil.example/"]
    )
    def test_follows_no_stranger(self, client, referer: str) -> None:
        response = client.post("/r/1/t/plan/", headers={"referer": referer})
        assert self.leads_back_to(response) == "/r/1/t/plan/"
