"""The options of a picklist while they are edited: rows of a form, in the order they stand in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processes.choices import Colour
from processes.definition import Option
from processes.files.specs import MAX_OPTIONS

# A hidden input: the keys of the rows as they were drawn, "" for new ones.
ROW_KEYS = "option_keys"
ADD = "add"
UP = "up"
DOWN = "down"
NEW_ROWS = 3

# New options are told apart at once; grey comes last.
_PALETTE = (*(colour for colour in Colour if colour != Colour.GREY), Colour.GREY)


@dataclass(frozen=True, slots=True)
class Row:
    """An option as typed so far; `key` is "" for one that is new."""

    key: str = ""
    label: str = ""
    colour: str = Colour.GREY
    is_archived: bool = False


def input_name(number: int, part: str) -> str:
    return f"option_{number}_{part}"


def rows_of(options: Iterable[Option]) -> list[Row]:
    """The rows of a form that is opened: those in use first."""
    rows = [Row(one.key, one.label, one.colour, one.is_archived) for one in options]
    return sorted(rows, key=lambda row: row.is_archived)


def blank_rows(rows: Sequence[Row], count: int) -> list[Row]:
    return [Row(colour=_PALETTE[number % len(_PALETTE)]) for number in range(len(rows), len(rows) + count)]


def typed_rows(data: Mapping[str, Any]) -> list[Row]:
    """The rows as they were sent; one more than there may be tells that there are too many."""
    return [
        Row(
            key=key,
            label=str(data.get(input_name(number, "label"), "")),
            colour=str(data.get(input_name(number, "colour"), Colour.GREY)),
            is_archived=input_name(number, "archived") in data,
        )
        for number, key in enumerate(_typed_keys(data)[: MAX_OPTIONS + 1])
    ]


def _typed_keys(data: Mapping[str, Any]) -> list[str]:
    try:
        keys = json.loads(str(data.get(ROW_KEYS, "")))
    except (ValueError, RecursionError):
        return []
    return [key if isinstance(key, str) else "" for key in keys] if isinstance(keys, list) else []


def keys_input(rows: Iterable[Row]) -> str:
    return json.dumps([row.key for row in rows])


@dataclass(frozen=True, slots=True)
class Edited:
    """The rows after a button of theirs was pressed; `focus` is the id of the control to go on from."""

    rows: list[Row]
    focus: str


def edit_rows(rows: Sequence[Row], command: str) -> Edited | None:
    """What a button does to the rows: "add", "up-3" or "down-3"; None for another word. Those in use stand
    before the archived ones, and an option moves among its like."""
    verb, _dash, place = command.partition("-")
    numbered = sorted(enumerate(rows), key=lambda pair: pair[1].is_archived)
    if command == ADD:
        used = sum(not row.is_archived for row in rows)
        ordered = [row for _number, row in numbered]
        ordered[used:used] = blank_rows(ordered[:used], 1)
        return Edited(ordered, f"id_{input_name(used, 'label')}")
    if verb not in {UP, DOWN} or not place.isascii() or not place.isdecimal() or len(place) > 4:
        return None
    before = next((at for at, (number, _row) in enumerate(numbered) if number == int(place)), None)
    if before is None:
        return None
    after = before + (-1 if verb == UP else 1)
    if 0 <= after < len(rows) and numbered[after][1].is_archived == numbered[before][1].is_archived:
        numbered[before], numbered[after] = numbered[after], numbered[before]
    else:
        after = before
    return Edited([row for _number, row in numbered], f"option-{after}-{verb}")
