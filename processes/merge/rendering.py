"""Filling merge fields in: on plain data, with bounds, as text or as escaped HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe

from processes.merge.language import Placeholder, pieces_of
from processes.merge.values import FILTERS, as_text

MAX_OUTPUT = 100_000
# Stands where a field is gone or has no value.
MISSING = "—"

_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with its merge fields filled in; `missing` names those that had no value, once each.

    `is_valid` is False for a text that isn't of the language: it is shown as it was written.
    """

    text: str
    missing: tuple[str, ...] = ()
    is_valid: bool = True


def render(source: str, context: Mapping[str, Any], *, html: bool = False) -> str:
    """The text with its merge fields filled in from nested mappings of plain data.

    With `html` all of it is escaped, the author's own words too, and marked as safe; line breaks stay line
    feeds. What is longer than 100,000 characters is cut off.
    """
    return render_report(source, context, html=html).text


def render_report(source: str, context: Mapping[str, Any], *, html: bool = False) -> Rendered:
    """As `render`, and which merge fields had no value."""
    pieces = pieces_of(source)
    parts = (source,) if pieces is None else pieces
    filled: list[str] = []
    missing: dict[str, None] = {}
    size = 0
    for part in parts:
        text = _fill(part, context, missing) if isinstance(part, Placeholder) else part
        text = str(escape(text)) if html else text
        filled.append(text[: MAX_OUTPUT - size] if not html else _cut_html(text, MAX_OUTPUT - size))
        size += len(filled[-1])
        if size >= MAX_OUTPUT:
            break
    whole = "".join(filled)
    # Every piece has just been escaped.
    return Rendered(mark_safe(whole) if html else whole, tuple(missing), pieces is not None)  # noqa: S308


def _cut_html(text: str, length: int) -> str:
    # Never in the middle of an entity.
    return text if len(text) <= length else re.sub(r"&[^;]*\Z", "", text[:length])


def _fill(placeholder: Placeholder, context: Mapping[str, Any], missing: dict[str, None]) -> str:
    value = _look_up(placeholder.path, context)
    if value is None or as_text(value) is None:
        value = None
        missing[placeholder.name] = None
    for name, arguments in placeholder.filters:
        used = FILTERS[name]
        if value is not None or used.takes_missing:
            value = used.apply(value, *arguments)
    text = None if value is None else as_text(value)
    return MISSING if text is None else text


def _look_up(path: tuple[str, ...], context: Mapping[str, Any]) -> Any:
    value: Any = context
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def header(text: str) -> str:
    """The text as one line without control characters, fit for a header of a mail."""
    return _LINE_BREAKS.sub(" ", text).strip()
