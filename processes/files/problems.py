"""What is wrong with a process file: where, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

type Path = tuple[str | int, ...]

# What a validator adds to a path of its own, the branch of a union, is no part of the file.
_BRANCH = re.compile(r"[A-Z\[]")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A reason, as a sentence; `line` counts from 1, 0 where there is none."""

    path: Path
    reason: str
    line: int = 0

    def __str__(self) -> str:
        place = ".".join(str(part) for part in self.path)
        if self.line and place:
            return _("Line %(line)d, %(place)s: %(reason)s") % {
                "line": self.line,
                "place": place,
                "reason": self.reason,
            }
        if self.line:
            return _("Line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}
        return f"{place}: {self.reason}" if place else self.reason


class ProcessFileError(Exception):
    """The file can't be taken; nothing has been changed. Its text names every problem, one a line."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Lines:
    """The lines of a file's values, by path."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines

    def problem(self, path: Path, reason: str) -> FileProblem:
        """The problem with the line of its value, or of the nearest value around it."""
        known: Path = ()
        rest: Path = ()
        for part in path:
            if (*known, part) in self._lines:
                known, rest = (*known, part), ()
            elif not _BRANCH.search(str(part)):
                rest = (*rest, part)
        return FileProblem((*known, *rest), reason, self._lines.get(known, 0))
