"""Text widths estimated from a table of glyphs, so that a map looks the same wherever it is drawn."""

import unicodedata
from functools import cache
from typing import NamedTuple

STATE_FONT = 13.0
PILL_FONT = 11.5
CHIP_FONT = 13.0

STATE_HEIGHT = 36
PILL_HEIGHT = 22
CHIP_HEIGHT = 24
MARK_ROOM = 12
GLYPH_ROOM = 11

_STATE_PADDING = 26
_PILL_PADDING = 18
_CHIP_PADDING = 14
_STATE_TEXT_MAX = 200.0
_PILL_TEXT_MAX = 190.0

# Advance widths in thousandths of the font size, of a common sans serif. The allowances below make room for
# the widest font that stands in for it, DejaVu Sans.
_WIDTHS = {
    191: "'",
    222: "ijl’‘ł",
    260: "|",
    278: " !,./:;I[\\]ft·ı",
    333: "()-`r“”„",
    334: "{}",
    355: '"',
    400: "*°º",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu«»–€£đŁ",
    584: "+<=>~^×",
    611: "FTZßøþð",
    667: "&ABEKPSVXY",
    722: "CDHNRUwÐ",
    778: "GOQØ",
    833: "Mm",
    889: "%æ",
    944: "Wœ",
    1000: "—…→@ÆŒ",
}
_GLYPHS = {glyph: width for width, glyphs in _WIDTHS.items() for glyph in glyphs}
_UNKNOWN = 600
_WIDE = 1000
_ALLOWANCE = 1.13
_BOLD = 1.12


class Size(NamedTuple):
    width: int
    height: int


class Label(NamedTuple):
    """A text as it is drawn, the whole of it, and the box it needs."""

    text: str
    full: str
    size: Size


@cache
def _advance(character: str) -> int:
    base = unicodedata.normalize("NFD", character)[0]
    if unicodedata.combining(base) or unicodedata.category(base) == "Cf":
        return 0
    if unicodedata.category(base) == "Zs":
        return _GLYPHS[" "]
    if unicodedata.east_asian_width(base) in "WF":
        return _WIDE
    return _GLYPHS.get(base, _UNKNOWN)


def text_width(text: str, font_size: float, *, bold: bool = False) -> float:
    """The width of `text` in pixels, on the generous side."""
    thousandths = sum(_advance(character) for character in text)
    return thousandths * font_size / 1000 * _ALLOWANCE * (_BOLD if bold else 1.0)


def ellipsize(text: str, limit: float, font_size: float, *, bold: bool = False) -> str:
    """`text`, cut and ended by an ellipsis where it is wider than `limit` pixels."""
    if text_width(text, font_size, bold=bold) <= limit:
        return text
    cut = text
    while cut and text_width(cut + "…", font_size, bold=bold) > limit:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def state_label(name: str) -> Label:
    """The box of a state: room for its mark at the left, its name in bold."""
    text = ellipsize(name, _STATE_TEXT_MAX, STATE_FONT, bold=True)
    width = text_width(text, STATE_FONT, bold=True) + MARK_ROOM + _STATE_PADDING
    return Label(text, name, Size(max(_whole(width), 100), STATE_HEIGHT))


def pill_label(name: str, glyphs: int = 0) -> Label:
    """The pill of a transition: its name, bold when it can be started, then room for `glyphs` signs."""
    text = ellipsize(name, _PILL_TEXT_MAX, PILL_FONT, bold=True)
    width = text_width(text, PILL_FONT, bold=True) + _PILL_PADDING + glyphs * GLYPH_ROOM
    return Label(text, name, Size(max(_whole(width), 40), PILL_HEIGHT))


def chip_label(text: str) -> Label:
    """The dashed chip that stands for the many sources of a common transition."""
    cut = ellipsize(text, _PILL_TEXT_MAX, CHIP_FONT)
    return Label(cut, text, Size(_whole(text_width(cut, CHIP_FONT) + _CHIP_PADDING), CHIP_HEIGHT))


def _whole(width: float) -> int:
    """Rounded up to an even number, so that half of it is whole."""
    return int(-(-width // 2) * 2)
