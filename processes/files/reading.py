"""YAML into plain data, with the line of every value: a small and safe part of the language."""

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml.reader import ReaderError

from processes.files.problems import FileProblem, Lines, Path, ProcessFileError

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_INTEGER_DIGITS = 18

_INTEGER = re.compile(rf"[-+]?(0|[1-9][0-9]{{0,{MAX_INTEGER_DIGITS - 1}}})")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_MISSING = object()


def read_bytes(path: FilePath) -> bytes:
    """A file's content; raises ProcessFileError where it can't be read or is over 1 MB."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = _("The file can’t be read: %(reason)s.") % {"reason": error.strerror or error}
        raise ProcessFileError([FileProblem((), reason)]) from error
    return content


def load_yaml(content: bytes) -> tuple[Any, Lines]:
    """The data of a YAML document and where each value stands.

    Decimals and dates stay text. Raises ProcessFileError for anything but one document of UTF-8 text, up to
    1 MB, without anchors, aliases, tags or a key given twice.
    """
    if len(content) > MAX_BYTES:
        reason = _("The file is larger than %(size)d MB.") % {"size": MAX_BYTES // 1_000_000}
        raise ProcessFileError([FileProblem((), reason)])
    builder = _Builder()
    try:
        text = content.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProcessFileError([FileProblem((), _("This is not UTF-8 text."), line)]) from error
    except ReaderError as error:
        line = content.count(b"\n", 0, error.position) + 1
        raise ProcessFileError([FileProblem((), _("A control character is not allowed."), line)]) from error
    except yaml.MarkedYAMLError as error:
        raise ProcessFileError([_syntax_problem(error)]) from error
    return builder.document, Lines(builder.lines)


def _syntax_problem(error: yaml.MarkedYAMLError) -> FileProblem:
    mark = error.problem_mark or error.context_mark
    reason = _("This is not YAML: %(reason)s.") % {"reason": error.problem or error.context}
    return FileProblem((), reason, mark.line + 1 if mark else 0)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `key` is the mapping's key waiting for its value."""

    path: Path
    value: list[Any] | dict[str, Any]
    key: Any = field(default=_MISSING)


class _Builder:
    """Takes the parser's events one by one: no recursion, so that no nesting can exhaust the stack."""

    def __init__(self) -> None:
        self.document: Any = None
        self.lines: dict[Path, int] = {}
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                raise self._error(event, _("Aliases are not allowed."))
            case yaml.ScalarEvent():
                self._refuse_extras(event)
                self._add(event, event.value if not event.implicit[0] else _plain_value(event.value))
            case yaml.MappingStartEvent():
                self._begin(event, {})
            case yaml.SequenceStartEvent():
                self._begin(event, [])
            case yaml.CollectionEndEvent():
                self._open.pop()
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._error(event, _("There must be one document only."))

    def _begin(self, event: yaml.Event, value: list[Any] | dict[str, Any]) -> None:
        self._refuse_extras(event)
        if len(self._open) >= MAX_DEPTH:
            raise self._error(event, _("This is nested too deeply."))
        self._open.append(_Open(self._add(event, value), value))

    def _add(self, event: yaml.Event, value: Any) -> Path:
        """Put a value where it belongs; returns its path."""
        if not self._open:
            self.document = value
            return self._placed(event, ())
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
            return self._placed(event, (*parent.path, len(parent.value) - 1))
        if parent.key is _MISSING:
            parent.key = self._key(event, parent, value)
            return parent.path
        key, parent.key = parent.key, _MISSING
        parent.value[key] = value
        # The line of the key: a value on the next lines is looked for where it is named.
        return (*parent.path, key)

    def _key(self, event: yaml.Event, parent: _Open, value: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._error(event, _("A key must be a text."))
        key: str = event.value
        path = self._placed(event, (*parent.path, key))
        if key in parent.value:
            raise self._error(event, _("“%(key)s” is given twice.") % {"key": path[-1]})
        return key

    def _placed(self, event: yaml.Event, path: Path) -> Path:
        self.lines[path] = _line_of(event)
        return path

    def _refuse_extras(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None) is not None:
            raise self._error(event, _("Anchors are not allowed."))
        if getattr(event, "tag", None) is not None:
            raise self._error(event, _("Tags are not allowed."))

    def _error(self, event: yaml.Event, reason: str) -> ProcessFileError:
        path: Path = ()
        if self._open:
            parent = self._open[-1]
            path = parent.path if parent.key is _MISSING else (*parent.path, parent.key)
        return ProcessFileError([FileProblem(path, reason, _line_of(event))])


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _plain_value(text: str) -> str | int | bool | None:
    """What a text without quotes means: few words are special, so that the option `no` stays a word and
    `0.10` keeps its digits."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
