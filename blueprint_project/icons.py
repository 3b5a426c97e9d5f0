"""Lucide's icons as inline SVG, their names and shapes, our colours and sizes."""

import functools
import re

from django.utils.safestring import SafeString, mark_safe
from lucide.jinja import lucide

_OUTER = re.compile(r"\s*<svg[^>]*>(.*)</svg>\s*", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


@functools.cache
def icon_svg(name: str, css_class: str = "") -> SafeString:
    """The icon, hidden from screen readers; raises lucide.IconDoesNotExist for an unknown name."""
    match = _OUTER.fullmatch(str(lucide(name, size=None)))
    if match is None or (css_class and not all(map(_NAME.fullmatch, css_class.split()))):
        raise ValueError(f"The icon {name!r} with the class {css_class!r} can't be drawn.")
    classes = f"icon {css_class}".strip()
    shapes = " ".join(match[1].split())
    # Shapes come from the package, the class was checked above: nothing here was typed by a reader.
    return mark_safe(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>')  # noqa: S308
