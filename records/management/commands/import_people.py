"""manage.py import_people FILE.csv --name COLUMN: people with their managers and teams."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.imports.problems import ImportFileError
from records.imports.reading import read_csv
from records.imports.team_file import people_import


class Command(BaseCommand):
    help = "Create the people of a CSV file, or match them by name; docs/import.md has examples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--name", required=True, metavar="COLUMN", help="first name and last name")
        parser.add_argument("--manager", default="", metavar="COLUMN", help="their manager's name")
        parser.add_argument("--team", default="", metavar="COLUMN", help="the team they are in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = read_csv(options["file"])
            report = people_import(
                source=source, name=options["name"], manager=options["manager"], team=options["team"]
            )
        except ImportFileError as error:
            raise CommandError(f"{error}\nNothing was imported.") from error
        for line in report.lines():
            self.stdout.write(line)
        for problem in report.problems:
            self.stderr.write(str(problem))
