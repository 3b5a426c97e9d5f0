"""What keeps the product safe everywhere: content policy, cookies, forgery, and one way to things."""

import ast
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import Morsel
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from tests.addresses import Company, make_company, rows
from tests.factories import make_organisation, make_person
from tests.htmx import HTMX

PRODUCTION = {
    "HTTPS": "1",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "blueprint.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://blueprint.example.com",
}
SECURITY = (
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
)
SHOW = f"""
import json, sys
from django.conf import settings
json.dump({{name: getattr(settings, name) for name in {SECURITY!r}}}, sys.stdout)
"""


def in_production(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the settings of production, in a process of its own: they are read once, at the start."""
    # The tests' own switch for the browser isn't one of production.
    others = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    own = {"SECRET_KEY": secrets.token_urlsafe(60), "BLUEPRINT_DATA_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, *arguments],
        env=others | PRODUCTION | own | {"DJANGO_SETTINGS_MODULE": "blueprint_project.settings"},
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def company(db: None, tmp_path: Path, settings: Any) -> Company:
    folder = tmp_path / "mailbox"
    settings.MAILERS = {
        "default": {"BACKEND": "automations.mail.MailboxBackend", "OPTIONS": {"file_path": str(folder)}}
    }
    return make_company(folder)


def directives(header: str) -> dict[str, list[str]]:
    found = (part.split() for part in header.split(";"))
    return {name: sources for name, *sources in found}


class TestContentPolicy:
    def test_is_strict_on_every_page(self, company: Company) -> None:
        for row in rows():
            for who in ("anonymous", "stranger", "administrator"):
                if row.method == "POST" and who == "administrator":
                    continue  # It would change what the next page shows.
                answer = company.ask(who, row)
                policy = directives(answer.headers["Content-Security-Policy"])
                assert policy["default-src"] == policy["script-src"] == policy["style-src"] == ["'self'"], row
                assert (
                    policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
                ), row
                assert "unsafe" not in answer.headers["Content-Security-Policy"], row
                assert "Content-Security-Policy-Report-Only" not in answer.headers

    def test_is_met_by_every_page(self, company: Company) -> None:
        for row in rows():
            if row.method == "GET" and row.expected["administrator"] == "200":
                html = company.ask("administrator", row).content.decode()
                for inline in ("<style", " style=", " onclick=", " onsubmit=", "hx-on", "javascript:"):
                    assert inline not in html, f"{row}: {inline}"
                assert html.count("<script") == html.count("<script src="), row

    @pytest.mark.ignore_template_errors
    def test_holds_in_django_admin_and_on_errors(self, company: Company) -> None:
        for path in ("/admin/", "/admin/records/record/", "/no/such/address/", "/admin/login/"):
            header = company.client("administrator").get(path).headers["Content-Security-Policy"]
            assert directives(header)["script-src"] == ["'self'"], path


class TestOtherHeaders:
    def test_are_on_every_page(self, company: Company) -> None:
        headers = company.client("owner").get("/").headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


class TestCookies:
    @pytest.fixture
    def alice(self, db: None) -> None:
        make_organisation()
        make_person("alice")

    def sign_in(self, **more: Any) -> dict[str, Morsel[str]]:
        """Every cookie that the sign-in and a page after it set."""
        client, login = Client(), reverse("login")
        client.get(f"{login}?language=fr", **more)
        client.post(login, {"username": "alice", "password": "alice"}, **more)
        client.get(reverse("preferences"), **more)
        assert set(client.cookies) == {
            project.SESSION_COOKIE_NAME,
            project.CSRF_COOKIE_NAME,
            project.LANGUAGE_COOKIE_NAME,
        }
        return dict(client.cookies)

    def test_are_kept_from_scripts_and_other_sites(self, alice: None) -> None:
        for name, cookie in self.sign_in().items():
            assert cookie["httponly"], name
            assert cookie["samesite"] == "Lax", name

    def test_travel_over_tls_only_in_production(self, alice: None, settings: Any, tmp_path: Path) -> None:
        shown = in_production(tmp_path, "-c", SHOW)
        assert shown.returncode == 0, shown.stderr
        for name, value in json.loads(shown.stdout).items():
            setattr(settings, name, value)
        for name, cookie in self.sign_in(secure=True).items():
            assert cookie["secure"], name
        answer = Client().get(reverse("login"))
        assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{reverse('login')}")
        header = Client().get(reverse("login"), secure=True).headers["Strict-Transport-Security"]
        assert header == "max-age=31536000; includeSubDomains; preload"


class TestDeployment:
    def test_has_nothing_that_django_would_warn_of(self, tmp_path: Path) -> None:
        done = in_production(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout

    def test_hashes_passwords_with_argon2(self) -> None:
        # The tests themselves use a quick one, set by the harness.
        text = (project.BASE_DIR / "blueprint_project" / "settings.py").read_text(encoding="utf-8")
        hashers = next(
            ast.literal_eval(node.value)
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PASSWORD_HASHERS"
        )
        assert hashers[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


class TestForgery:
    @pytest.fixture
    def alice(self, company: Company) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(company.people["owner"])
        return client

    def test_is_refused_in_the_dialog_of_the_page(self, company: Company, alice: Client) -> None:
        pk = company.ids["record"]
        headers = HTMX | {"HX-Current-URL": f"http://testserver/r/{pk}/"}
        answer = alice.post(f"/r/{pk}/t/plan_demo/", {"closing": "2026-12-11"}, headers=headers)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert answer.headers["HX-Retarget"] == "#dialog"
        assert 'role="dialog"' in html
        assert "This form is out of date" in html
        assert 'data-state="qualification"' in alice.get(f"/r/{pk}/").content.decode()

    def test_is_told_from_the_page_s_own_requests_by_their_header(
        self, company: Company, alice: Client
    ) -> None:
        page = alice.get(f"/r/{company.ids['record']}/").content.decode()
        token = page.partition('"X-CSRFToken": "')[2].partition('"')[0]
        path, form = f"/tasks/{company.ids['task']}/done/", {"done": "1"}
        assert alice.post(path, form, headers=HTMX).status_code == 403
        assert alice.post(path, form, headers=HTMX | {"X-CSRFToken": "x" * 64}).status_code == 403
        assert alice.post(path, form, headers=HTMX | {"X-CSRFToken": token}).status_code == 200

    def test_is_refused_at_every_address(self, company: Company) -> None:
        for who in ("owner", "administrator"):
            client = Client(enforce_csrf_checks=True)
            client.force_login(company.people[who])
            for row in rows():
                if row.method == "POST" and row.expected[who] not in {"404", "405"}:
                    assert client.post(company.fill(row.path)).status_code == 403, row


APPS = ("accounts", "processes", "records", "automations")
VIEWS = sorted(
    path
    for app in APPS
    for pattern in ("views.py", "views/*.py")
    for path in (project.BASE_DIR / app).glob(pattern)
)
SHORT_CUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}


def ways_around(tree: ast.AST) -> Iterator[str]:
    """Where a view gets at rows by itself: a manager, or Django's short cut to one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            if name in SHORT_CUTS:
                yield f"line {node.lineno}: {name}"


class TestViews:
    """Objects come through getters and selectors, so that no view can forget to ask who may see them."""

    def test_are_found(self) -> None:
        assert len(VIEWS) > len(APPS)

    @pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(project.BASE_DIR)))
    def test_fetch_nothing_by_themselves(self, path: Path) -> None:
        assert not list(ways_around(ast.parse(path.read_text(encoding="utf-8"))))

    @pytest.mark.parametrize(
        "text",
        [
            "Record.objects.get(pk=pk)",
            "models.Task.objects.filter()",
            "Module._default_manager.all()",
            "from django.shortcuts import get_object_or_404",
            "get_object_or_404(Record, pk=pk)",
        ],
    )
    def test_would_be_found_out(self, text: str) -> None:
        assert list(ways_around(ast.parse(text)))
