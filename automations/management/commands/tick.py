"""Do all that is due, once: for installations that use cron, for tests, and for a look at the future."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import get_organisation
from automations.delivery import Outcome, deliver_due


class Command(BaseCommand):
    help = "Does all that is due, once, and says what it did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at",
            metavar="TIME",
            help="Use this as the current time, such as 2026-11-24T09:00, in the organisation's zone.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = None if options["at"] is None else _moment(options["at"])
        outcomes = deliver_due(clock=lambda: at or timezone.now())
        lines = _lines({outcome: outcomes[outcome] for outcome in Outcome})
        self.stdout.write("\n".join(lines) or _("Nothing is due."))


def _moment(text: str) -> datetime:
    """An aware datetime; raises CommandError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a time such as 2026-11-24T09:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(get_organisation().time_zone))


def _lines(counts: dict[Outcome, int]) -> list[str]:
    texts = {
        Outcome.DONE: ngettext("%(n)s action done.", "%(n)s actions done.", counts[Outcome.DONE]),
        Outcome.RETRY: ngettext(
            "%(n)s action will be tried again.", "%(n)s actions will be tried again.", counts[Outcome.RETRY]
        ),
        Outcome.FAILED: ngettext("%(n)s action failed.", "%(n)s actions failed.", counts[Outcome.FAILED]),
        Outcome.SKIPPED: ngettext(
            "%(n)s action was taken by a worker.",
            "%(n)s actions were taken by a worker.",
            counts[Outcome.SKIPPED],
        ),
    }
    return [text % {"n": counts[outcome]} for outcome, text in texts.items() if counts[outcome]]
