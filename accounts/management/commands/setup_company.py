"""Set up a real company: the organisation and its first administrator."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.choices import Language
from accounts.models import User
from accounts.selectors import find_organisation
from accounts.services import OrganisationExists, organisation_set_up, person_create

# Option, question, default.
QUESTIONS = (
    ("name", "Name of the company", ""),
    ("language", f"Language ({' or '.join(Language.values)})", "en"),
    ("time_zone", "Time zone, for example Europe/Paris", ""),
    ("currency", "Currency (three letters)", "EUR"),
    ("sender", "E-mail address that messages are sent from", ""),
    ("username", "User name of the first administrator", ""),
    ("first_name", "Their first name", ""),
    ("last_name", "Their last name", ""),
    ("email", "Their e-mail address", ""),
)
OPTIONAL = {"first_name", "last_name"}


class Command(BaseCommand):
    help = "Set up the company that uses this installation, with its first administrator and no demo data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, question, default in QUESTIONS:
            note = f" (default: {default})" if default else ""
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help=f"{question}{note}.")
        parser.add_argument(
            "--password-env",
            metavar="VARIABLE",
            default="",
            help="Environment variable that holds the administrator's password; asked for otherwise.",
        )
        parser.add_argument("--no-input", action="store_true", help="Ask nothing; fail on what is missing.")

    def handle(self, *args: Any, **options: Any) -> None:
        existing = find_organisation()
        if existing is not None:
            raise CommandError(f"This installation already belongs to {existing.name}; nothing was changed.")
        asks = not options["no_input"] and sys.stdin.isatty()
        answers = self._answers(options, asks=asks)
        password = self._password(options["password_env"], asks=asks)
        self._check_password(password, answers)
        try:
            self._set_up(answers, password)
        except OrganisationExists as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(_sentences(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{answers['name']} is set up. Sign in as {answers['username']} at /accounts/login/."
            )
        )

    def _answers(self, options: dict[str, Any], *, asks: bool) -> dict[str, str]:
        answers = {name: str(options[name]).strip() for name, _question, _default in QUESTIONS}
        for name, question, default in QUESTIONS:
            if not answers[name] and asks:
                hint = f" [{default}]" if default else ""
                answers[name] = input(f"{question}{hint}: ").strip()
            answers[name] = answers[name] or default
        missing = [name for name, value in answers.items() if not value and name not in OPTIONAL]
        if missing:
            flags = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
            raise CommandError(f"Say {flags}; nothing was changed.")
        return answers

    def _password(self, variable: str, *, asks: bool) -> str:
        if variable:
            password = os.environ.get(variable, "")
            if not password:
                raise CommandError(f"The environment variable {variable} is empty; nothing was changed.")
            return password
        if not asks:
            raise CommandError("Name the variable with the password: --password-env VARIABLE.")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("The same password again: "):
            raise CommandError("The two passwords differ; nothing was changed.")
        return first

    def _check_password(self, password: str, answers: dict[str, str]) -> None:
        names = ("username", "first_name", "last_name", "email")
        try:
            validate_password(password, User(**{name: answers[name] for name in names}))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    @transaction.atomic
    def _set_up(self, answers: dict[str, str], password: str) -> None:
        organisation_set_up(
            name=answers["name"],
            language=answers["language"],
            time_zone=answers["time_zone"],
            currency=answers["currency"].upper(),
            sender=answers["sender"],
        )
        person_create(
            username=answers["username"],
            first_name=answers["first_name"],
            last_name=answers["last_name"],
            email=answers["email"],
            password=password,
            is_administrator=True,
        )


def _sentences(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name.replace('_', ' ')}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )
