"""The README's pictures are those that `make tour` takes, and small enough to look at."""

import re
from pathlib import Path

from django.conf import settings

FOLDER: Path = settings.BASE_DIR / "docs" / "tour"
LARGEST = 250_000  # bytes


def test_every_picture_is_shown_and_every_shown_one_is_there() -> None:
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"docs/tour/([\w-]+\.png)", readme))
    taken = set(re.findall(r'take\("([\w-]+)"\)', (settings.BASE_DIR / "bin" / "tour").read_text("utf-8")))
    assert shown == {f"{name}.png" for name in taken} == {path.name for path in FOLDER.iterdir()}


def test_no_picture_is_large() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.stat().st_size > LARGEST} == set()
