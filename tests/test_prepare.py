"""What happens before Blueprint serves: only what is needed, and never a demo where there are people."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from accounts.demo import DEMO_PASSWORD
from accounts.models import Organisation, User
from blueprint_project import prepare


@pytest.fixture
def called(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: names.append(name))
    return names


def organisation(name: str, *, is_demo: bool) -> None:
    Organisation.objects.create(
        pk=1, name=name, time_zone="Europe/Paris", language="en", sender="crm@example.com", is_demo=is_demo
    )


@pytest.mark.django_db
class TestSetUpDemo:
    def test_sets_up_an_empty_database(self, called) -> None:
        prepare.set_up_demo()
        assert called == ["setup_demo"]

    def test_leaves_a_database_with_people_alone(self, called) -> None:
        User.objects.create(username="alice", password=make_password(None))
        prepare.set_up_demo()
        assert called == []

    def test_can_be_turned_off(self, called, monkeypatch) -> None:
        monkeypatch.setenv("BLUEPRINT_DEMO", "0")
        prepare.set_up_demo()
        assert called == []


@pytest.mark.django_db
class TestWelcome:
    def test_names_the_people_of_the_demo(self) -> None:
        organisation("Atelier", is_demo=True)
        for name, is_active in (("emma", True), ("alice", True), ("gone", False)):
            User.objects.create(username=name, is_active=is_active, password=make_password(None))
        assert prepare.welcome() == (
            f"This is Atelier, a demo. Sign in as alice, emma; the password is {DEMO_PASSWORD}.\n"
        )

    def test_tells_no_password_of_a_real_company(self) -> None:
        organisation("Acme", is_demo=False)
        assert prepare.welcome() == "This is Acme.\n"

    def test_says_how_to_begin(self) -> None:
        assert "manage.py setup_company" in prepare.welcome()


class TestGatherStatic:
    def test_collects_again_only_when_a_file_changed(self, called, settings, tmp_path: Path) -> None:
        source = tmp_path / "source"
        source.mkdir()
        file = source / "app.css"
        file.write_text("a {}")
        settings.DATA_DIR = tmp_path
        settings.STATIC_ROOT = tmp_path / "static"
        settings.STATIC_ROOT.mkdir()
        settings.STATICFILES_DIRS = [source]
        for expected in (1, 1):
            prepare.gather_static()
            assert len(called) == expected
        os.utime(file, ns=(1, 1))
        prepare.gather_static()
        assert called == ["collectstatic"] * 2
