"""Routes as SVG path data with rounded corners."""

from collections.abc import Sequence

from processes.geometry.graph import Point

RADIUS = 7


def rounded(points: Sequence[Point], radius: int = RADIUS) -> str:
    """The `d` of a path through `points`, its corners rounded as far as their legs allow."""
    if not points:
        return ""
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        parts.append(f"L{_at(_toward(corner, before, radius))}")
        parts.append(f"Q{_at(corner)} {_at(_toward(corner, after, radius))}")
    parts.append(f"L{_at(points[-1])}")
    return "".join(parts)


def _toward(corner: Point, other: Point, radius: int) -> tuple[float, float]:
    """The point `radius` away from `corner` on the leg to `other`, at most half way."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    share = min(radius, length / 2) / length if length else 0
    return corner[0] + dx * share, corner[1] + dy * share


def _at(point: tuple[float, float]) -> str:
    return " ".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in point)
