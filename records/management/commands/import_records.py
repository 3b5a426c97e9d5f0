"""manage.py import_records --module deals FILE.csv --map "CSV column=field": records from a CSV file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from records.imports.mapping import ImportMap
from records.imports.problems import ImportFileError
from records.imports.reading import read_csv
from records.imports.services import records_import


class Command(BaseCommand):
    help = "Create and update the records of a module from a CSV file; docs/import.md has examples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--module", help="whose records the rows are, by key")
        parser.add_argument(
            "--map",
            dest="pairs",
            action="append",
            nargs="+",
            default=[],
            metavar="COLUMN=FIELD",
            help="what a column becomes; several columns may make up “name”",
        )
        parser.add_argument("--map-file", type=Path, help="a YAML file that says it all; see docs/import.md")
        parser.add_argument(
            "--external-id", metavar="COLUMN", help="the column that makes a row the same again"
        )
        parser.add_argument("--owner", metavar="COLUMN", help="the column that names the record's owner")
        parser.add_argument(
            "--dates", choices=["us", "iso", "fr"], help="how the file writes dates and numbers"
        )
        parser.add_argument("--match-lookups", action="store_true", help="refuse names that no record has")
        parser.add_argument("--match-people", action="store_true", help="refuse names that nobody has")
        parser.add_argument("--allow-empty", action="store_true", help="take rows without required fields")
        parser.add_argument("--actor", metavar="USERNAME", help="who imports; else the first administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        try:
            import_map = map_from(options)
            report = records_import(
                source=read_csv(options["file"]),
                import_map=import_map,
                actor=actor_from(options["actor"]),
                now=timezone.now(),
            )
        except ImportFileError as error:
            raise CommandError(f"{error}\nNothing was imported.") from error
        for line in report.lines():
            self.stdout.write(line)
        for problem in report.problems:
            self.stderr.write(str(problem))
        self.stdout.write(f"{len(report.problems)} left out, {time.monotonic() - begun:.1f} s")


def map_from(options: dict[str, Any]) -> ImportMap:
    """The map file with what the command line says besides; raises ImportFileError."""
    given = {key: options[key] for key in ("module", "external_id", "owner", "dates") if options[key]}
    given |= {key: True for key in ("match_lookups", "match_people", "allow_empty") if options[key]}
    if options["map_file"]:
        import_map = ImportMap.load(options["map_file"], **given)
    elif "module" in given:
        import_map = ImportMap.model_validate(given)
    else:
        raise CommandError("Say with --module whose records these are.")
    return import_map.with_pairs([pair for pairs in options["pairs"] for pair in pairs])


def actor_from(username: str | None) -> User:
    """The person who imports; raises CommandError."""
    people = User.objects.active()
    found = people.filter(username=username) if username else people.filter(is_superuser=True)
    actor: User | None = found.order_by("pk").first()
    if actor is None:
        who = f"There is no active person “{username}”." if username else "There is no administrator."
        raise CommandError(f"{who} Say with --actor who imports.")
    return actor
