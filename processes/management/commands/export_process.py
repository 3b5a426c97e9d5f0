"""Export a process with its modules as a process file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.selectors import draft_of, find_process, published_version_of


class Command(BaseCommand):
    help = "Export a process with its modules as YAML: its draft if there is one, else the version in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="key of the process")
        parser.add_argument("--published", action="store_true", help="the version in force, draft or not")
        parser.add_argument("--output", type=Path, help="write to this file instead of the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        process = find_process(options["key"])
        if process is None:
            raise CommandError(_("There is no process “%(key)s”.") % {"key": options["key"]})
        version = None if options["published"] else draft_of(process)
        version = version or published_version_of(process)
        if version is None:
            raise CommandError(_("“%(name)s” has no version to export.") % {"name": process.name})
        content = write_process_file(process_file(version))
        if options["output"] is None:
            self.stdout.write(content.decode(), ending="")
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(str(error)) from error
