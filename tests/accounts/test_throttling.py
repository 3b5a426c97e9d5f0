"""Guessing passwords: how often, from where, and what the person is told."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import throttling
from accounts.models import User
from accounts.services import person_set_password

LOGIN = "/accounts/login/"
LIMIT = settings.AXES_FAILURE_LIMIT


def attempt(client: Client, username: str, password: str, address: str = "192.0.2.1", **extra: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address, **extra)


def fail(client: Client, username: str, times: int, address: str = "192.0.2.1", **extra: Any) -> list[int]:
    return [attempt(client, username, "wrong", address, **extra).status_code for _time in range(times)]


class TestOneName:
    def test_is_refused_after_some_failures(self, client: Client, alice: User) -> None:
        assert fail(client, "alice", LIMIT) == [422] * (LIMIT - 1) + [429]
        response = attempt(client, "alice", "alice")
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "900"
        html = response.content.decode()
        assert "for 15 minutes nothing more is tried" in html
        assert 'role="alert"' in html
        assert 'value="alice"' in html
        assert client.get(reverse("preferences")).status_code == 302

    def test_that_nobody_has_is_told_the_same(self, client: Client, alice: User) -> None:
        fail(client, "nobody", LIMIT)
        response = attempt(client, "nobody", "wrong")
        assert (response.status_code, "nothing more is tried" in response.content.decode()) == (429, True)

    def test_may_try_again_after_a_while(self, client: Client, alice: User) -> None:
        fail(client, "alice", LIMIT)
        with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
            assert attempt(client, "alice", "alice").status_code == 302
            assert not AccessAttempt.objects.exists()

    def test_waits_no_longer_for_trying_meanwhile(self, client: Client, alice: User) -> None:
        start = timezone.now()
        fail(client, "alice", LIMIT)
        with time_machine.travel(start + timedelta(minutes=14), tick=False):
            assert attempt(client, "alice", "wrong").status_code == 429
        with time_machine.travel(start + timedelta(minutes=16), tick=False):
            assert attempt(client, "alice", "alice").status_code == 302

    def test_is_forgotten_by_a_success(self, client: Client, alice: User) -> None:
        fail(client, "alice", LIMIT - 1)
        assert attempt(client, "alice", "alice").status_code == 302
        client.logout()
        assert fail(client, "alice", LIMIT - 1) == [422] * (LIMIT - 1)

    def test_is_free_elsewhere_and_others_are_here(self, client: Client, alice: User, claire: User) -> None:
        fail(client, "alice", LIMIT)
        assert attempt(client, "claire", "claire").status_code == 302
        client.logout()
        assert attempt(client, "alice", "alice", "192.0.2.2").status_code == 302

    def test_gains_nothing_by_another_browser(self, client: Client, alice: User) -> None:
        for number in range(LIMIT):
            fail(client, "alice", 1, headers={"User-Agent": f"Browser {number}"})
        assert attempt(client, "alice", "alice").status_code == 429

    def test_tries_again_at_once_with_a_password_from_the_administrator(
        self, client: Client, alice: User, emma: User
    ) -> None:
        fail(client, "alice", LIMIT)
        person_set_password(person=alice, password="correct-horse-battery", actor=emma)
        assert attempt(client, "alice", "correct-horse-battery").status_code == 302


class TestOneAddress:
    def test_cannot_go_through_all_names(self, client: Client, alice: User) -> None:
        for number in range(throttling.ADDRESS_LIMIT):
            assert fail(client, f"name{number}", 1) == [
                429 if number == throttling.ADDRESS_LIMIT - 1 else 422
            ]
        assert attempt(client, "alice", "alice").status_code == 429
        assert attempt(client, "alice", "alice", "192.0.2.2").status_code == 302

    def test_is_not_forgiven_by_signing_in_between(self, client: Client, alice: User, claire: User) -> None:
        """Somebody of the house guesses a colleague's password and signs in as themselves in between."""
        fail(client, "claire", LIMIT - 1)
        assert attempt(client, "alice", "alice").status_code == 302
        client.logout()
        assert fail(client, "claire", 1) == [429]

    @pytest.mark.parametrize(
        ("trusts", "remote", "forwarded", "expected"),
        [
            (False, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
            (True, "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
            (True, "192.0.2.1", "", "192.0.2.1"),
            (True, "192.0.2.1", "unknown", "192.0.2.1"),
            (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
            (False, "", "", None),
        ],
    )
    def test_is_what_the_proxy_says_only_where_there_is_one(
        self,
        rf: RequestFactory,
        settings: Any,
        trusts: bool,
        remote: str,
        forwarded: str,
        expected: str | None,
    ) -> None:
        settings.TRUST_PROXY = trusts
        request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
        assert throttling.client_address(request) == expected

    @pytest.mark.parametrize("address", ["", "2001:db8::1"])
    def test_may_be_any(self, client: Client, alice: User, address: str) -> None:
        fail(client, "alice", LIMIT, address)
        assert attempt(client, "alice", "alice", address).status_code == 429


class TestOtherDoors:
    def test_close_too(self, client: Client, emma: User) -> None:
        admin = reverse("admin:login")
        for _time in range(LIMIT):
            client.post(admin, {"username": "emma", "password": "wrong"})
        response = client.post(admin, {"username": "emma", "password": "emma"})
        assert response.status_code == 429
        html = response.content.decode()
        assert "Too many attempts to sign in" in html
        assert 'class="plain"' in html

    def test_answer_without_a_page_before(self, rf: RequestFactory, db: None) -> None:
        response: HttpResponse = throttling.answer(rf.get("/"), None, None)
        assert (response.status_code, response.headers["Retry-After"]) == (429, "900")


class TestWhatIsKept:
    def test_holds_no_password(self, client: Client, alice: User) -> None:
        fail(client, "alice", 1)
        kept = AccessAttempt.objects.values().get()
        assert "wrong" not in str(kept)

    def test_is_shown_and_forgotten_in_the_admin(self, client: Client, alice: User, emma: User) -> None:
        fail(client, "alice", LIMIT)
        admin = Client()
        admin.force_login(emma)
        assert "alice" in admin.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
        kept = AccessAttempt.objects.get()
        page = admin.get(reverse("admin:axes_accessattempt_change", args=[kept.pk]))
        assert page.status_code == 200
        admin.post(reverse("admin:axes_accessattempt_delete", args=[kept.pk]), {"post": "yes"})
        assert attempt(client, "alice", "alice").status_code == 302
