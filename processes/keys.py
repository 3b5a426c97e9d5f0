"""Keys made from the words that people write: what is stored and addressed by, once and for all."""

import re
import unicodedata
from collections.abc import Collection

from processes.definition import SYSTEM_FIELDS

MAX_LENGTH = 40
# Names that inputs and merge fields of a record have already, and the last part of some addresses.
RESERVED_KEYS = SYSTEM_FIELDS | {
    "id",
    "url",
    "back",
    "comment",
    "drawn",
    "stood",
    "request_key",
    "csrfmiddlewaretoken",
    "new",
}
RESERVED_MODULE_KEYS = frozenset({"new"})

# What decomposing doesn't take apart.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


def key_from(label: str, taken: Collection[str], *, fallback: str) -> str:
    """A free key that reads like the label: “Montant (€)” becomes `montant`, and `montant_2` where that is
    taken. `fallback` stands for a label without Latin letters, and before one that begins with a digit."""
    words = _latin_words(label)
    if not words or words[0].isdigit():
        words = f"{fallback}_{words}" if words else fallback
    key, number = _cut(words, MAX_LENGTH), 1
    while key in taken:
        number += 1
        key = f"{_cut(words, MAX_LENGTH - len(str(number)) - 1)}_{number}"
    return key


def _latin_words(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label.lower().translate(_LETTERS))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"['’]s\b", "s", letters)).strip("_")


def _cut(key: str, length: int) -> str:
    return key[:length].rstrip("_")
