"""Routes of arrows: orthogonal ways around the boxes, each half of an arrow on its own."""

from collections.abc import Iterable, Mapping

from processes.geometry.candidates import (
    ARROW_STUB,
    PLAIN_STUB,
    Candidate,
    Channels,
    Port,
    plain_channels,
    port_pairs,
    side_pairs,
    straightened,
    ways,
    wider_channels,
)
from processes.geometry.graph import Graph, Half, Node, Point, Positions, halves_of, rects
from processes.geometry.tracks import COVERED, CROSSED, THROUGH_BOX, Tracks

type Route = tuple[Point, ...]
type Routes = dict[Half, Route]


def route(graph: Graph, positions: Positions, kept: Mapping[Half, Route] | None = None) -> Routes:
    """A route for every half arrow of `graph`, from border to border.

    Those in `kept` stay as they are and the others avoid them; so after a move only what it touched
    needs to be routed again (see `stale`). Deterministic. Every box must have a position.
    """
    return _Router(graph, positions).routes(kept or {})


def stale(
    graph: Graph, positions: Positions, routes: Mapping[Half, Route], moved: Iterable[str]
) -> set[Half]:
    """The halves to route again after the boxes in `moved` came to new places: theirs, those without a
    route, and those whose route now runs through one of them."""
    boxes = rects(graph, positions)
    keys = set(moved)
    walls = Tracks({key: boxes[key] for key in keys if key in boxes})
    return {
        half
        for half in graph.halves
        if half not in routes or not keys.isdisjoint(half) or walls.hits(half, routes[half])
    }


_FEW = 80


class _Router:
    def __init__(self, graph: Graph, positions: Positions) -> None:
        self._graph = graph
        self._rects = rects(graph, positions)
        self._tracks = Tracks(self._rects, {pill.key for pill in graph.pills})
        self._routes: Routes = {}
        # A crossing is worth a longer search only where that costs next to nothing.
        self._tolerance = CROSSED if len(graph.halves) <= _FEW else COVERED
        self._loops = {
            half for pill in graph.pills if pill.sources == (pill.target,) for half in halves_of(pill)
        }

    def routes(self, kept: Mapping[Half, Route]) -> Routes:
        for half in self._graph.halves:
            if half in kept:
                self._take(half, kept[half])
        todo = sorted((half for half in self._graph.halves if half not in kept), key=self._turn)
        for half in todo:
            self._take(half, self._found(half))
        for half in reversed(todo):
            self._mend(half)
        return {half: self._routes[half] for half in self._graph.halves}

    def _turn(self, half: Half) -> tuple[bool, int]:
        """Near boxes get their straight line first; loops, which can go anywhere, come last."""
        start, end = self._rects[half.start], self._rects[half.end]
        across = abs(start.left + start.right - end.left - end.right)
        down = abs(start.top + start.bottom - end.top - end.bottom)
        return half in self._loops, across + down

    def _take(self, half: Half, points: Route) -> None:
        self._routes[half] = points
        self._tracks.add(half, points)

    def _mend(self, half: Half) -> None:
        """Looks again for a way that disturbs something, now that all the others are known."""
        points = self._routes[half]
        self._tracks.remove(half, points)
        is_bad = self._tracks.penalty(half, points, THROUGH_BOX) >= self._tolerance
        self._take(half, self._found(half) if is_bad else points)

    def _found(self, half: Half) -> Route:
        """The best of the plain ways; where they disturb something, with more ports and more channels."""
        best = self._plain(half)
        is_blocked = bool(self._tracks.hits(half, best.points))
        for spread in (not is_blocked, is_blocked):
            if self._tracks.penalty(half, best.points, THROUGH_BOX) < self._tolerance:
                break
            best = self._thorough(half, best, spread=spread)
        return best.points

    def _plain(self, half: Half) -> Candidate:
        """Goes through the pairs of sides, the best first, and stops when no other can be better."""
        start, end = self._rects[half.start], self._rects[half.end]
        channels = plain_channels(start, end)
        best = Candidate(float("inf"), ())
        for bound, leaving, entered in side_pairs(start, end):
            if bound >= best.cost:
                break
            pairs = port_pairs(start, leaving, end, entered)
            best = self._cheapest(half, pairs, channels, best)
        return best

    def _thorough(self, half: Half, best: Candidate, *, spread: bool) -> Candidate:
        """Tries all sides at once, the cheapest ways first: many channels, or with `spread` many ports."""
        start, end = self._rects[half.start], self._rects[half.end]
        obstacles = [self._rects[key] for key in sorted(self._tracks.hits(half, best.points))]
        channels = wider_channels(plain_channels(start, end), obstacles, 0 if spread else 3)
        pairs = [
            pair
            for bound, leaving, entered in side_pairs(start, end)
            if bound < best.cost
            for pair in port_pairs(start, leaving, end, entered, spread=spread)
        ]
        return self._cheapest(half, pairs, channels, best)

    def _cheapest(
        self, half: Half, pairs: Iterable[tuple[Port, Port]], channels: Channels, best: Candidate
    ) -> Candidate:
        stub = ARROW_STUB if isinstance(self._graph.boxes[half.end], Node) else PLAIN_STUB
        for candidate in sorted(
            way for out, into in pairs for way in ways(out, into, channels, stub, best.cost)
        ):
            limit = best.cost - candidate.cost
            if limit <= 0:
                break
            penalty = self._tracks.penalty(half, candidate.points, limit)
            if penalty < limit:
                best = Candidate(candidate.cost + penalty, straightened(candidate.points))
        return best
