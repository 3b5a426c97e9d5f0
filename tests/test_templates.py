"""Rules that hold for every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.*"))
# Numbers are printed with thousands separators: an id needs |stringformat:"d", or 1234 becomes "1,234".
BARE_ID = re.compile(r"\{\{\s*(?!widget\.|field\.)[\w.]*\b(?:\w+_)?(?:pk|id)\s*\}\}")
# `firstof` prints what it finds: an id comes out of it as "1,234".
FIRST_OF_IDS = re.compile(r"\{%\s*firstof\b[^%]*\b(?:pk|id)\b")
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|hx-on""")


def name_of(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_prints_no_id_as_a_localised_number(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert BARE_ID.findall(text) + FIRST_OF_IDS.findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_has_no_inline_script_style_or_handler(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []
