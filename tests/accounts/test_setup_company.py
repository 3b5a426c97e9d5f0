"""A real company begins with one command."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User

OPTIONS = {
    "name": "Acme",
    "language": "fr",
    "time_zone": "Europe/Paris",
    "currency": "chf",
    "sender": "crm@acme.example",
    "username": "root",
    "email": "root@acme.example",
    "password_env": "FIRST_PASSWORD",
}
PASSWORD = "a long and winding road"


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setenv("FIRST_PASSWORD", PASSWORD)

    def call(**changes):
        out = io.StringIO()
        call_command("setup_company", stdout=out, **{**OPTIONS, **changes})
        return out.getvalue()

    return call


class TestSetupCompany:
    def test_makes_organisation_and_administrator(self, run):
        assert "Sign in as root" in run()
        organisation = Organisation.objects.get()
        assert (organisation.name, organisation.currency, organisation.is_demo) == ("Acme", "CHF", False)
        root = User.objects.get()
        assert root.is_administrator
        assert root.check_password(PASSWORD)

    def test_refuses_a_second_company(self, run):
        run()
        with pytest.raises(CommandError, match="already belongs to Acme"):
            run(name="Halden", username="other")
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"language": "xx"}, "language"),
            ({"time_zone": "Mars/X"}, "Mars/X"),
            ({"username": "not a name"}, "username"),
            ({"email": "nowhere"}, "email"),
            ({"name": ""}, "Say --name"),
            ({"password_env": "NOT_THERE"}, "NOT_THERE is empty"),
            ({"password_env": ""}, "--password-env"),
        ],
    )
    def test_says_what_is_wrong_and_writes_nothing(self, run, changes, message):
        with pytest.raises(CommandError, match=message):
            run(**changes)
        assert not Organisation.objects.exists()
        assert not User.objects.exists()

    def test_refuses_a_weak_password(self, run, monkeypatch):
        monkeypatch.setenv("FIRST_PASSWORD", "12345678")
        with pytest.raises(CommandError, match="common"):
            run()
        assert not User.objects.exists()

    def test_asks_for_what_is_missing(self, run, monkeypatch):
        asked = []

        def answer(question):
            asked.append(question)
            return "" if "[" in question else "Acme"

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
        run(name="", currency="", password_env="", first_name="Ada", last_name="Byron")
        assert asked == ["Name of the company: ", "Currency (three letters) [EUR]: "]
        assert Organisation.objects.get().currency == "EUR"

    def test_refuses_two_different_passwords(self, run, monkeypatch):
        typed = iter([PASSWORD, "another"])
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda _question: "")
        monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
        with pytest.raises(CommandError, match="differ"):
            run(password_env="")
