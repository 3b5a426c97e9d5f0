"""What a new line would disturb: the boxes it runs through, the lines it crosses or covers."""

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from processes.geometry.graph import Half, Point, Rect

THROUGH_BOX = 3000
TOO_CLOSE = 90
COVERED = 140
CROSSED = 22

_CLEARANCE = 7
_LANE = 7
_BAND = 40


type Segment = tuple[bool, int, int, int]
"""A stretch of a line: whether it is level, its y when it is and else its x, where it begins and ends."""


class _Wall(NamedTuple):
    """A box as a level or an upright line meets it: `start` to `end` along, `low` to `high` across."""

    start: int
    end: int
    low: int
    high: int
    key: str


class _Track(NamedTuple):
    at: int
    low: int
    high: int
    half: Half


def segments(points: Sequence[Point]) -> list[Segment]:
    return [
        (True, y1, min(x1, x2), max(x1, x2)) if y1 == y2 else (False, x1, min(y1, y2), max(y1, y2))
        for (x1, y1), (x2, y2) in pairwise(points)
        if x1 != x2 or y1 != y2
    ]


class Tracks:
    """The boxes of a map and the lines routed so far, indexed so that a question costs microseconds."""

    def __init__(self, boxes: Mapping[str, Rect], merging: Collection[str] = ()) -> None:
        """Lines into a box named in `merging` may run together."""
        self._merging = merging
        self._walls: tuple[dict[int, list[_Wall]], dict[int, list[_Wall]]] = ({}, {})
        self._longest = [0, 0]
        self._seen: dict[Segment, list[tuple[str, bool]]] = {}
        self._lines: tuple[list[_Track], list[_Track]] = ([], [])
        for key, rect in boxes.items():
            self._add_wall(True, _Wall(rect.left, rect.right, rect.top, rect.bottom, key))
            self._add_wall(False, _Wall(rect.top, rect.bottom, rect.left, rect.right, key))

    def _add_wall(self, is_level: bool, wall: _Wall) -> None:
        for band in range((wall.low - _CLEARANCE) // _BAND, (wall.high + _CLEARANCE) // _BAND + 1):
            insort(self._walls[is_level].setdefault(band, []), wall)
        self._longest[is_level] = max(self._longest[is_level], wall.end - wall.start)

    def add(self, half: Half, points: Sequence[Point]) -> None:
        for is_level, at, low, high in segments(points):
            insort(self._lines[is_level], _Track(at, low, high, half))

    def remove(self, half: Half, points: Sequence[Point]) -> None:
        for is_level, at, low, high in segments(points):
            self._lines[is_level].remove(_Track(at, low, high, half))

    def penalty(self, half: Half, points: Sequence[Point], limit: float) -> float:
        """How much `points` would disturb as the way of `half`; stops counting above `limit`."""
        stretches = segments(points)
        total = 0
        for index, segment in enumerate(stretches):
            own = half if index in (0, len(stretches) - 1) else ()
            for key, is_through in self._near(segment):
                if is_through:
                    total += THROUGH_BOX
                elif key not in own:
                    total += TOO_CLOSE
            if total > limit:
                return total
        for segment in stretches:
            total += self._lines_covered(half, segment)
            if total > limit:
                return total
        return total + sum(self._lines_crossed(segment) for segment in stretches)

    def hits(self, half: Half, points: Sequence[Point]) -> set[str]:
        """The keys of the foreign boxes that `points` runs through or too close by."""
        near = (key for segment in segments(points) for key, _ in self._near(segment))
        return {key for key in near if key not in half}

    def _near(self, segment: Segment) -> list[tuple[str, bool]]:
        """The boxes within the clearance of `segment`, and whether it runs through them."""
        if segment not in self._seen:
            self._seen[segment] = self._look(segment)
        return self._seen[segment]

    def _look(self, segment: Segment) -> list[tuple[str, bool]]:
        is_level, at, low, high = segment
        walls = self._walls[is_level].get(at // _BAND)
        if not walls:
            return []
        last = high + _CLEARANCE
        found = []
        for wall in walls[bisect_left(walls, (low - self._longest[is_level] - _CLEARANCE,)) :]:
            start, end, near, far, key = wall
            if start >= last:
                break
            if end > low - _CLEARANCE and near - _CLEARANCE < at < far + _CLEARANCE:
                found.append((key, near < at < far and start < high and low < end))
        return found

    def _lines_covered(self, half: Half, segment: Segment) -> int:
        is_level, place, start, end = segment
        lines = self._lines[is_level]
        total = 0
        for index in range(bisect_left(lines, (place - _LANE + 1,)), len(lines)):
            at, low, high, other = lines[index]
            if at >= place + _LANE:
                break
            shared = min(high, end) - max(low, start)
            if shared > 0 and not (half.end == other.end and half.end in self._merging):
                total += COVERED + shared
        return total

    def _lines_crossed(self, segment: Segment) -> int:
        is_level, place, start, end = segment
        lines = self._lines[not is_level]
        first, last = bisect_left(lines, (start + 1,)), bisect_left(lines, (end,))
        return CROSSED * sum(low < place < high for _, low, high, _ in lines[first:last])
