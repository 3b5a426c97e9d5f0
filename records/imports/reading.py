"""A CSV file into rows: strict about its encoding and shape, so that nothing is imported askew."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from records.imports.problems import ImportFileError, RowProblem, nearest

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`line` is where the row begins, counted from 1; cells are trimmed and in Unicode's composed form."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    problems: tuple[RowProblem, ...]

    def require(self, columns: Iterable[str]) -> None:
        """Raises ImportFileError, naming the nearest, where the file lacks one of the columns."""
        for column in columns:
            if column not in self.columns:
                reason = _("The file has no column “%(column)s”.") % {"column": column}
                raise ImportFileError(reason + nearest(column, self.columns))


def read_csv(path: Path) -> Source:
    """The file's rows and those that don't fit its header.

    UTF-8, with or without a byte order mark; commas, semicolons or tabs between the cells, whatever the
    header has most of. Raises ImportFileError for what is too large, empty, of another encoding or no CSV.
    """
    text = _decode(_read(path))
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    rows = _rows(text, delimiter)
    columns = next((cells for _line, cells in rows), ())
    if not any(columns):
        raise ImportFileError(_("The file is empty."))
    _check_header(columns)
    return _sort_out(columns, rows)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > settings.IMPORT_MAX_BYTES:
            raise ImportFileError(
                _("The file has %(size)d MB; at most %(limit)d MB are read. Split it.")
                % {"size": size // 2**20, "limit": settings.IMPORT_MAX_BYTES // 2**20}
            )
        return path.read_bytes()
    except OSError as error:
        reason = _("“%(path)s” can’t be read: %(reason)s.")
        raise ImportFileError(reason % {"path": path, "reason": error.strerror or error}) from error


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = _(
            "Line %(line)d holds the byte 0x%(byte)02X, which is not UTF-8. "
            "Save the file as “CSV UTF-8” and try again."
        )
        raise ImportFileError(reason % {"line": line, "byte": content[error.start]}) from error


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row with the line it begins in; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reason = _("Line %(line)d is not CSV: %(reason)s.") % {"line": line, "reason": error}
            raise ImportFileError(reason) from error
        if cells is None:
            return
        if any(cells):
            yield line, tuple(unicodedata.normalize("NFC", cell).strip() for cell in cells)
        line = reader.line_num + 1


def _check_header(columns: tuple[str, ...]) -> None:
    for column, count in Counter(columns).items():
        if not column:
            raise ImportFileError(_("A column has no name in the first line of the file."))
        if count > 1:
            raise ImportFileError(_("The file has the column “%(column)s” twice.") % {"column": column})


def _sort_out(columns: tuple[str, ...], rows: Iterator[tuple[int, tuple[str, ...]]]) -> Source:
    good: list[SourceRow] = []
    problems: list[RowProblem] = []
    for line, cells in rows:
        if len(cells) == len(columns):
            good.append(SourceRow(line, dict(zip(columns, cells, strict=True))))
        else:
            reason = _("it has %(count)d cells, the header has %(expected)d.")
            problems.append(RowProblem(line, reason % {"count": len(cells), "expected": len(columns)}))
    return Source(columns, tuple(good), tuple(problems))
