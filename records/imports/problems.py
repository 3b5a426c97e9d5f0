"""What is wrong with a file or a row of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class ImportFileError(Exception):
    """The file or its map can't be used; nothing was written. The text says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why the row that begins in this line of the file was left out."""

    line: int
    reason: str

    def __str__(self) -> str:
        return _("line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}


def nearest(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?” for the known word that is most like this one, else nothing."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1)
    return " " + _("Did you mean “%(name)s”?") % {"name": by_lower[found[0]]} if found else ""


def sentence(error: ValidationError) -> str:
    return " ".join(str(message) for message in error.messages)
