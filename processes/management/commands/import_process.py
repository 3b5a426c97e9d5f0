"""Import a process with its modules from a process file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from processes.files import ProcessFileError, parse_process_file, read_bytes
from processes.files.importing import Imported, process_import


class Command(BaseCommand):
    help = "Import a process with its modules from a YAML file, as a draft unless it is to be published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="publish the draft")
        parser.add_argument("--activate", action="store_true", help="take the process into use")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file, lines = parse_process_file(read_bytes(options["file"]))
            imported = process_import(
                file=file,
                lines=lines,
                actor=None,
                now=timezone.now(),
                publish=options["publish"],
                activate=options["activate"],
            )
        except ProcessFileError as error:
            raise CommandError(str(error)) from error
        for sentence in _report(imported):
            self.stdout.write(sentence)


def _report(imported: Imported) -> list[str]:
    name = {"name": imported.process.name}
    sentences = [_("Module changed: %(key)s.") % {"key": key} for key in imported.changed_modules]
    if imported.is_new_draft:
        sentences.append(_("“%(name)s” has a new draft.") % name)
    else:
        sentences.append(_("“%(name)s” is as in the file already.") % name)
    if imported.is_published:
        sentences.append(_("“%(name)s” is published.") % name)
    if imported.is_activated:
        sentences.append(_("“%(name)s” is active.") % name)
    return sentences
