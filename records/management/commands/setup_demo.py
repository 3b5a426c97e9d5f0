"""Set up the demo company in an empty installation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import Language
from accounts.demo import DEMO_PASSWORD
from records.demo.build import DatabaseInUseError, build_demo


class Command(BaseCommand):
    help = "Set up the demo company: people, a process, and records on their way through it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=Language.values,
            default=settings.LANGUAGE_CODE,
            help="language of the company and its data (default: that of the installation)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            build_demo(language=options["language"], time_zone=settings.TIME_ZONE, now=timezone.now())
        except DatabaseInUseError as error:
            reason = _("There are people in this installation already; the demo needs an empty one.")
            raise CommandError(reason) from error
        done = _("The demo company is ready. Sign in as emma or alice with the password %(password)s.")
        self.stdout.write(done % {"password": DEMO_PASSWORD})
