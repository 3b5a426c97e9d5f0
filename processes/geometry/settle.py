"""Places for pills and chips that nobody placed: the nearest free slot around where they belong."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, count

from processes.geometry.graph import (
    GRID,
    Box,
    Chip,
    Graph,
    Pill,
    Point,
    Positions,
    Rect,
    rect_at,
    rects,
    snapped,
)

CHIP_GAP = 14
_CLEARANCE = 12
_REACH = 50
_LOOP_DROP = 50


def settle(graph: Graph, positions: Positions, again: Iterable[str] = ()) -> dict[str, Point]:
    """`positions`, completed with every pill and chip that has none.

    The pills in `again` give up their place first unless they are pinned; a chip follows its pill. Every
    state must have a position. Deterministic: pills settle in the graph's order.
    """
    leaving = _leaving(graph, set(again))
    placed = {key: at for key, at in positions.items() if key in graph.boxes and key not in leaving}
    slots = _Slots(rects(graph, placed))
    for pill in graph.pills:
        if pill.key not in placed:
            placed[pill.key] = slots.take(pill, _around(_home(graph, pill, placed)))
    for pill in graph.pills:
        if pill.chip and pill.chip.key not in placed:
            placed[pill.chip.key] = slots.take(pill.chip, _beside(pill, pill.chip, placed))
    return placed


def _leaving(graph: Graph, again: set[str]) -> set[str]:
    loose = {pill.key for pill in graph.pills if pill.key in again and not pill.pinned}
    chips = {pill.chip.key for pill in graph.pills if pill.chip and pill.key in again}
    return loose | chips


class _Slots:
    """The rectangles taken so far, by bands of height, so that asking for a free one stays cheap."""

    _BAND = 64

    def __init__(self, taken: Mapping[str, Rect]) -> None:
        self._bands: dict[int, list[Rect]] = {}
        for rect in taken.values():
            self._add(rect)

    def take(self, box: Box, candidates: Iterable[Point]) -> Point:
        """The first candidate at which `box` is clear of everything; it is taken from now on."""
        at = next(at for at in candidates if self._is_free(rect_at(box, at).grown(_CLEARANCE)))
        self._add(rect_at(box, at))
        return at

    def _is_free(self, rect: Rect) -> bool:
        near = (other for band in self._covered(rect) for other in self._bands.get(band, ()))
        return not any(rect.overlaps(other) for other in near)

    def _add(self, rect: Rect) -> None:
        for band in self._covered(rect):
            self._bands.setdefault(band, []).append(rect)

    def _covered(self, rect: Rect) -> range:
        return range(rect.top // self._BAND, rect.bottom // self._BAND + 1)


def _home(graph: Graph, pill: Pill, positions: Positions) -> Point:
    """Half way between the states; the label of a loop on the side where its state has fewer others."""
    if pill.target in pill.sources:
        x, y = positions[pill.target]
        others = [other for other in graph.pills if pill.target in other.ends and other.key in positions]
        lean = sum(positions[other.key][1] - y for other in others)
        return (x, y - _LOOP_DROP) if lean > 0 else (x, y + _LOOP_DROP)
    ends = [positions[key] for key in pill.ends]
    return (
        snapped(sum(x for x, _ in ends) / len(ends)),
        snapped(sum(y for _, y in ends) / len(ends)),
    )


def _beside(pill: Pill, chip: Chip, positions: Positions) -> Iterator[Point]:
    """Next to the pill on the side away from the target, then the other sides, then anywhere near."""
    (x, y), (target_x, target_y) = positions[pill.key], positions[pill.target]
    across = _up_to_grid((pill.width + chip.width) // 2 + CHIP_GAP)
    down = _up_to_grid((pill.height + chip.height) // 2 + CHIP_GAP)
    left, right, above, below = (x - across, y), (x + across, y), (x, y - down), (x, y + down)
    sideways = [left, right] if target_x >= x else [right, left]
    upright = [above, below] if target_y >= y else [below, above]
    is_level = abs(target_x - x) >= abs(target_y - y)
    first, second = (sideways, upright) if is_level else (upright, sideways)
    return chain([first[0], *second, first[1]], _around((x, y)))


def _around(middle: Point) -> Iterator[Point]:
    """Grid points from near to far, above and below before left and right, as labels are wide; beyond
    the reach straight down without end, so that room is always found."""
    x, y = middle
    yield from ((x + dx, y + dy) for dx, dy in _spiral())
    yield from ((x, y + dy * GRID) for dy in count(_REACH))


@cache
def _spiral() -> tuple[Point, ...]:
    steps = range(-_REACH, _REACH + 1)
    offsets = [(dx * GRID, dy * GRID) for dy in steps for dx in steps]
    return tuple(sorted(offsets, key=lambda at: (at[0] ** 2 + at[1] ** 2, abs(at[0]), -at[1], at[0])))


def _up_to_grid(length: int) -> int:
    return -(-length // GRID) * GRID
