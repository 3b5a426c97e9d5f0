"""manage.py import_crm_demo FOLDER: the four files of the public CRM data set, one after the other."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from records.imports.mapping import ImportMap
from records.imports.problems import ImportFileError, RowProblem
from records.imports.reading import read_csv
from records.imports.services import records_import
from records.imports.team_file import people_import
from records.management.commands.import_records import actor_from

MAPS = Path(__file__).resolve().parents[2] / "imports" / "maps"
AGENTS = "crm_sales_teams.csv"
FILES = (
    ("crm_accounts.csv", "accounts.yaml"),
    ("crm_products.csv", "products.yaml"),
    ("crm_sales_pipeline.csv", "pipeline.yaml"),
)


class Command(BaseCommand):
    help = "Import the agents, accounts, products and opportunities of the CRM Sales Opportunities data set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files crm_*.csv are")
        parser.add_argument("--actor", metavar="USERNAME", help="who imports; else the first administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        folder, actor = options["folder"], actor_from(options["actor"])
        try:
            # All are read first: a file that is missing stops it before anything is written.
            agents = read_csv(folder / AGENTS)
            sources = [(read_csv(folder / name), ImportMap.load(MAPS / plan)) for name, plan in FILES]
            people = people_import(
                source=agents, name="sales_agent", manager="manager", team="regional_office"
            )
            self._tell(people.lines(), people.problems)
            for source, import_map in sources:
                report = records_import(source=source, import_map=import_map, actor=actor, now=timezone.now())
                self._tell(report.lines(), report.problems)
        except ImportFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{time.monotonic() - begun:.1f} s")

    def _tell(self, lines: Any, problems: list[RowProblem]) -> None:
        for line in lines:
            self.stdout.write(line)
        for problem in problems:
            self.stderr.write(str(problem))
