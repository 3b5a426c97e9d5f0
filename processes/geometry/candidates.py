"""Ways a line could take between two boxes: out of which side, through which channels."""

from collections.abc import Iterator, Sequence
from itertools import chain, product
from typing import NamedTuple

from processes.geometry.graph import Point, Rect

BEND = 24
ARROW_STUB = 16
PLAIN_STUB = 8

# A pixel off the middle of an upright side, where arrow heads are close together, and of a level one.
_OFF_CENTRE = (3.0, 1.1)
_CORNER = 10
_PORT_STEP = 16
_LEAST_STEP = 7
_AROUND = 16
_LANE = 10
_SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))


class Port(NamedTuple):
    """A point on a box's border and the way out of it."""

    x: int
    y: int
    dx: int
    dy: int
    cost: float

    def stub(self, length: int) -> Point:
        return self.x + self.dx * length, self.y + self.dy * length


class Candidate(NamedTuple):
    cost: float
    points: tuple[Point, ...]


class Channels(NamedTuple):
    """The x of upright and the y of level stretches to try between the ends."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]


def side_pairs(start: Rect, end: Rect) -> list[tuple[float, Point, Point]]:
    """Every pair of sides with the least a way between them can cost, cheapest first."""
    distance = _gap_across(start, end) + _gap_down(start, end)
    pairs = [
        (distance + BEND * _least_bends(start, end, leaving, entered), leaving, entered)
        for leaving, entered in product(_SIDES, _SIDES)
    ]
    return sorted(pairs, key=lambda pair: pair[0])


def _gap_across(box: Rect, other: Rect) -> int:
    return _gap(box.left, box.right, other.left, other.right)


def _gap_down(box: Rect, other: Rect) -> int:
    return _gap(box.top, box.bottom, other.top, other.bottom)


def _gap(low: int, high: int, other_low: int, other_high: int) -> int:
    return max(other_low - high, low - other_high, 0)


def _least_bends(start: Rect, end: Rect, leaving: Point, entered: Point) -> int:
    behind = _is_behind(start, end, leaving) or _is_behind(end, start, entered)
    if leaving == entered:
        return 2
    if leaving[0] * entered[0] == leaving[1] * entered[1]:
        return 3 if behind else 1
    if behind:
        return 4
    return 2 if (_gap_down(start, end) if leaving[0] else _gap_across(start, end)) else 0


def _is_behind(box: Rect, other: Rect, side: Point) -> bool:
    """Whether `other` lies wholly on the far side of `box`, seen from its `side`."""
    dx, dy = side
    if dx:
        return other.right <= box.right if dx > 0 else other.left >= box.left
    return other.bottom <= box.bottom if dy > 0 else other.top >= box.top


def port_pairs(
    start: Rect, leaving: Point, end: Rect, entered: Point, *, spread: bool = False
) -> list[tuple[Port, Port]]:
    """Ports to try on the given sides; with `spread`, all of the one with the best of the other."""
    outs, ins = _ports(start, leaving, end), _ports(end, entered, start)
    pairs = list(product(outs, ins))
    if spread:
        pairs += product(_spread_ports(start, leaving), ins)
        pairs += product(outs, _spread_ports(end, entered))
    return pairs


def _ports(box: Rect, side: Point, other: Rect) -> list[Port]:
    """The middle of a side, and the port in line with `other` where there is one."""
    low, high = (box.top, box.bottom) if side[0] else (box.left, box.right)
    toward = (other.top + other.bottom) // 2 if side[0] else (other.left + other.right) // 2
    middle, room = _middle_and_room(low, high)
    places = (middle, toward) if 0 < abs(toward - middle) <= room else (middle,)
    return [_port(box, side, place, middle) for place in places]


def _spread_ports(box: Rect, side: Point) -> list[Port]:
    """The ports beside the middle of a side, as far apart as there is room."""
    low, high = (box.top, box.bottom) if side[0] else (box.left, box.right)
    middle, room = _middle_and_room(low, high)
    step = min(_PORT_STEP, room)
    if step < _LEAST_STEP:
        return []
    shifts = range(step, room + 1, step)
    return [_port(box, side, middle + sign * shift, middle) for shift in shifts for sign in (-1, 1)]


def _middle_and_room(low: int, high: int) -> tuple[int, int]:
    return (low + high) // 2, (high - low) // 2 - _CORNER


def _port(box: Rect, side: Point, place: int, middle: int) -> Port:
    dx, dy = side
    cost = abs(place - middle) * _OFF_CENTRE[dx == 0]
    if dx:
        return Port(box.right if dx > 0 else box.left, place, dx, dy, cost)
    return Port(place, box.bottom if dy > 0 else box.top, dx, dy, cost)


def plain_channels(start: Rect, end: Rect) -> Channels:
    """Half way between the boxes, and around both."""
    return Channels(
        _channel(start.left, start.right, end.left, end.right),
        _channel(start.top, start.bottom, end.top, end.bottom),
    )


def _channel(low: int, high: int, other_low: int, other_high: int) -> tuple[int, ...]:
    outside = (min(low, other_low) - _AROUND, max(high, other_high) + _AROUND)
    if high < other_low:
        return ((high + other_low) // 2, *outside)
    if other_high < low:
        return ((other_high + low) // 2, *outside)
    return outside


def wider_channels(plain: Channels, obstacles: Sequence[Rect], lanes: int) -> Channels:
    """`plain` and `lanes` neighbours on each side of it, and both sides of every obstacle."""
    shifts = [lane * _LANE for lane in range(-lanes, lanes + 1)]
    xs = {x + shift for x in plain.xs for shift in shifts}
    ys = {y + shift for y in plain.ys for shift in shifts}
    for rect in obstacles:
        xs.update((rect.left - _LANE, rect.right + _LANE))
        ys.update((rect.top - _LANE, rect.bottom + _LANE))
    return Channels(tuple(sorted(xs)), tuple(sorted(ys)))


def ways(start: Port, end: Port, channels: Channels, end_stub: int, limit: float) -> Iterator[Candidate]:
    """Orthogonal ways from `start` to `end` through at most one channel that cost less than `limit`."""
    if _is_straight(start, end):
        yield Candidate(abs(end.x - start.x) + abs(end.y - start.y), ((start.x, start.y), (end.x, end.y)))
        return
    frame = _Frame(start, end, start.stub(PLAIN_STUB), end.stub(end_stub))
    base = PLAIN_STUB + end_stub + BEND + start.cost + end.cost
    room = limit - base
    if abs(frame.into[0] - frame.out[0]) + abs(frame.into[1] - frame.out[1]) < room:
        for cost, middle in chain(_corners(frame), _through(frame, channels, room)):
            if cost < room:
                yield Candidate(
                    base + cost, ((start.x, start.y), frame.out, *middle, frame.into, (end.x, end.y))
                )


class _Frame(NamedTuple):
    """The ends of a way: the ports, and the points a stub's length in front of them."""

    start: Port
    end: Port
    out: Point
    into: Point


def _corners(frame: _Frame) -> Iterator[tuple[int, tuple[Point, ...]]]:
    """Ways with one corner, where neither end would be left or entered backwards."""
    start, end, (x1, y1), (x2, y2) = frame
    length = abs(x2 - x1) + abs(y2 - y1)
    if (x2 - x1) * start.dx >= 0 and (y1 - y2) * end.dy >= 0:
        yield length + BEND * ((start.dy != 0) + (end.dx != 0)), ((x2, y1),)
    if (y2 - y1) * start.dy >= 0 and (x1 - x2) * end.dx >= 0:
        yield length + BEND * ((start.dx != 0) + (end.dy != 0)), ((x1, y2),)


def _through(frame: _Frame, channels: Channels, room: float) -> Iterator[tuple[int, tuple[Point, ...]]]:
    start, end, (x1, y1), (x2, y2) = frame
    across, down = abs(x2 - x1), abs(y2 - y1)
    bends = BEND * (1 + (start.dy != 0) + (end.dy != 0))
    if down + bends < room:
        for x in channels.xs:
            if (x - x1) * start.dx >= 0 and (x - x2) * end.dx >= 0:
                yield abs(x - x1) + abs(x2 - x) + down + bends, ((x, y1), (x, y2))
    bends = BEND * (1 + (start.dx != 0) + (end.dx != 0))
    if across + bends < room:
        for y in channels.ys:
            if (y - y1) * start.dy >= 0 and (y - y2) * end.dy >= 0:
                yield abs(y - y1) + abs(y2 - y) + across + bends, ((x1, y), (x2, y))


def _is_straight(start: Port, end: Port) -> bool:
    """Whether the ports face each other in one line, however near they are."""
    dx, dy = end.x - start.x, end.y - start.y
    faces = (start.dx, start.dy) == (-end.dx, -end.dy) and dx * start.dx + dy * start.dy > 0
    return faces and dx * start.dy == dy * start.dx


def straightened(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """`points` without repeats and without those in the middle of a straight line."""
    kept = [points[0]]
    for x, y in points[1:]:
        if (x, y) == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == x or kept[-2][1] == kept[-1][1] == y):
            kept.pop()
        kept.append((x, y))
    return tuple(kept)
