"""Who gets what at every address: the table is whole, and it is true."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models, transaction
from django.urls import URLPattern, resolve, reverse

from accounts.selectors import clear_organisation_cache
from processes.loading import clear_cache
from tests.addresses import PEOPLE, Company, Row, make_company, patterns, rows
from tests.htmx import HTMX

ROWS = list(rows())
# Larger than any column of the database, and a word that names nothing.
UNKNOWN: dict[str, tuple[Any, ...]] = {
    "int": (0, 999_999, 2**70),
    "slug": ("no-such",),
    "str": ("no such.eml",),
}
UNKNOWN_PATHS = sorted(
    {
        f"/{route.replace(f'<{kind}:{name}>', str(value))}"
        for route, pattern in patterns()
        for name in pattern.pattern.converters
        for kind, values in UNKNOWN.items()
        for value in values
        if f"<{kind}:{name}>" in route
    }
)


@pytest.fixture
def company(db: None, tmp_path: Path, settings: Any) -> Company:
    folder = tmp_path / "mailbox"
    settings.MAILERS = {
        "default": {"BACKEND": "automations.mail.MailboxBackend", "OPTIONS": {"file_path": str(folder)}}
    }
    return make_company(folder)


def what_happened(answer: Any, path: str) -> str:
    """The status as the table has it; a redirect to the sign-in is `login`."""
    if answer.status_code == 302 and answer["Location"] == f"{reverse('login')}?next={path}":
        return "login"
    return str(answer.status_code)


def each_person(*people: str) -> Iterator[str]:
    """These people, or everybody, in turn, with what the one before has changed taken back."""
    for who in people or PEOPLE:
        with transaction.atomic():
            yield who
            transaction.set_rollback(True)
        clear_cache()
        clear_organisation_cache()


class TestTable:
    def test_has_a_get_and_a_post_of_every_address(self, company: Company) -> None:
        walked = {(row.method, resolve(company.fill(row.path)).route) for row in ROWS}
        routes = {route for route, _pattern in patterns()}
        missing = {(method, route) for method in ("GET", "POST") for route in routes} - walked
        assert not missing, "\n".join(f"{method} /{route}" for method, route in sorted(missing))

    @pytest.mark.parametrize("row", ROWS, ids=str)
    def test_is_true(self, company: Company, row: Row) -> None:
        path = company.fill(row.path)
        found = {who: what_happened(company.ask(who, row), path) for who in each_person()}
        assert found == row.expected
        if path == reverse("login"):
            return  # A part of a page can't show the sign-in: it is told where to go.
        for who in each_person("stranger", "owner", "administrator"):
            status = company.ask(who, row, headers=HTMX).status_code
            if row.expected[who] in {"403", "404", "405", "422"}:
                assert str(status) == row.expected[who], f"{who}, a part of a page"
            else:
                assert status in {200, 204, 302, 303}, f"{who}, a part of a page"


class TestUnknownThings:
    @pytest.mark.parametrize("who", ["stranger", "owner", "administrator"])
    def test_are_404_for_everybody_who_has_signed_in(self, company: Company, who: str) -> None:
        client = company.client(who)
        known = {"<int:pk>": company.ids["record"], "<slug:key>": "deals", "<slug:field>": "amount"}
        for path in UNKNOWN_PATHS:
            for name, value in known.items():
                path = path.replace(name, str(value))
            statuses = {client.get(path).status_code, client.post(path).status_code}
            assert 404 in statuses, path
            assert statuses <= {404, 405}, path


class TestSpoiltForms:
    """What no browser sends: refused in words, never an error of the server."""

    NAMES = (
        *("amount", "closing", "discount", "stage", "approver", "name", "owner", "note", "comment"),
        *("back", "stood", "request_key", "direction", "section", "kind", "label", "key", "seen", "done"),
        *("username", "password", "first_name", "email", "manager", "teams", "people", "language"),
        *("time_zone", "theme", "successor", "old_password", "new_password1", "icon", "sharing"),
    )
    WORDS = ("", "\0", "é" * 5_000, "<script>{{ 7*7 }}</script>", "9" * 400)

    @pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
    def test_break_nothing(self, company: Company, row: Row) -> None:
        path = company.fill(row.path)
        for who, word in itertools.product(("owner", "administrator"), self.WORDS):
            with transaction.atomic():
                answer = company.client(who).post(path, dict.fromkeys(self.NAMES, word))
                transaction.set_rollback(True)
            assert answer.status_code < 500, f"{who}: {word[:20]!r}"


@pytest.mark.ignore_template_errors
class TestAdmin:
    """Django admin: administrators only, and every page of every model can be opened."""

    MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)

    def pages(self, model: type[models.Model]) -> Iterator[str]:
        name = f"{admin.site.name}:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_changelist") + "?q=a"
        yield reverse(f"{name}_add")
        found = model._default_manager.order_by("pk").first()
        for page in ("change", "history", "delete"):
            yield reverse(f"{name}_{page}", args=[found.pk if found else 999_999])

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model._meta.label))
    def test_is_open_to_administrators_only(self, company: Company, model: type[models.Model]) -> None:
        clients = {who: company.client(who) for who in PEOPLE}
        for path in self.pages(model):
            for who, client in clients.items():
                answer = client.get(path)
                if who == "administrator":
                    assert answer.status_code in {200, 302, 403}, path
                    assert "/login/" not in answer.get("Location", ""), path
                else:
                    sign_in = reverse("login" if who == "anonymous" else "admin:login")
                    assert answer["Location"].startswith(f"{sign_in}?next="), f"{who}: {path}"

    def test_lists_every_model_that_it_knows(self, company: Company) -> None:
        client = company.client("administrator")
        for model in self.MODELS:
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert client.get(path).status_code == 200, path
        assert {model._meta.app_label for model in self.MODELS} <= set(apps.app_configs)

    @pytest.mark.parametrize("name", ["index", "password_change", "password_change_done", "jsi18n"])
    def test_guards_its_other_pages(self, company: Company, name: str) -> None:
        path = reverse(f"admin:{name}")
        assert company.client("administrator").get(path).status_code == 200
        if name != "jsi18n":
            assert company.client("owner").get(path).status_code == 302
            assert company.client("anonymous").get(path).status_code == 302

    def test_asks_to_sign_in_at_addresses_that_are_none(self, company: Company) -> None:
        for path in ("/admin/no/such/page/", "/admin/autocomplete/", "/admin/r/1/1/"):
            assert company.client("anonymous").get(path).status_code == 302, path
            assert company.client("administrator").get(path).status_code in {403, 404}, path


def test_patterns_are_those_of_the_product(db: None) -> None:
    found = dict(patterns())
    assert isinstance(found["r/<int:pk>/"], URLPattern)
    assert not any(route.startswith("admin/") for route in found)
