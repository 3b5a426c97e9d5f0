"""What a process map needs to know of a process, and where everything is drawn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from django.utils.translation import ngettext

from processes.geometry.graph import Chip, Graph, Half, Node, Pill, Point, Rect, halves_of, rects
from processes.geometry.layout import extent, layout
from processes.geometry.metrics import Label, chip_label, pill_label, state_label
from processes.geometry.route import Route, Routes, route
from processes.geometry.settle import settle

type Step = Literal["start", "step", "exit"]
type Glyph = Literal["owners", "form", "actions"]
type StoredRoute = Sequence[Sequence[Sequence[int]]]
"""The two halves of an arrow, source to pill and pill to target, as JSON keeps them: lists of [x, y]."""

_WIDEST_ROW = 1340
_READING_ORDER: Final = {"start": 0, "step": 1, "exit": 2}


@dataclass(frozen=True, slots=True)
class MapState:
    """A state to draw; x and y are the centre of its box on the 10 px grid, or None."""

    key: str
    name: str
    colour: str
    kind: Step
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True)
class MapTransition:
    """A transition to draw. A common one without `sources` leaves every state that is no exit.

    x and y are the centre of its pill, or None; `routes` holds stored arrows by source state.
    """

    key: str
    name: str
    sources: tuple[str, ...]
    target: str
    is_common: bool = False
    x: int | None = None
    y: int | None = None
    is_pinned: bool = False
    routes: Mapping[str, StoredRoute] = field(default_factory=dict)
    glyphs: tuple[Glyph, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Places and routes worth storing, by the keys of states and transitions."""

    states: Mapping[str, Point]
    transitions: Mapping[str, Point]
    routes: Mapping[str, Mapping[str, StoredRoute]]


def state_box(key: str) -> str:
    """The key of a state's box: a state and a transition may share a key."""
    return f"state {key}"


def pill_box(key: str) -> str:
    return f"pill {key}"


def chip_box(key: str) -> str:
    return f"chip {key}"


def arrange(states: Sequence[MapState], transitions: Sequence[MapTransition]) -> Arrangement:
    """New places and routes for everything, whatever is stored; a pill placed by hand is moved, too."""
    drawing = Drawing(states, transitions, is_fresh=True)
    return Arrangement(
        {state.key: drawing.positions[state_box(state.key)] for state in states},
        {item.key: drawing.positions[pill_box(item.key)] for item in transitions},
        {item.key: drawing.routes_to_store(item) for item in transitions},
    )


class Drawing:
    """Labels, places and routes of a process; stored ones where they are whole, computed where not."""

    def __init__(
        self, states: Sequence[MapState], transitions: Sequence[MapTransition], *, is_fresh: bool = False
    ) -> None:
        self.states = sorted(states, key=lambda state: _READING_ORDER[state.kind])
        self.transitions = list(transitions)
        self._is_fresh = is_fresh

    def origins(self, transition: MapTransition) -> tuple[str, ...]:
        """The keys of the states that the transition leaves."""
        if transition.sources or not transition.is_common:
            return transition.sources
        return tuple(
            state.key for state in self.states if state.kind != "exit" and state.key != transition.target
        )

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """The label of every box."""
        labels = {state_box(state.key): state_label(state.name) for state in self.states}
        for item in self.transitions:
            labels[pill_box(item.key)] = pill_label(item.name, len(item.glyphs))
            if item.is_common:
                labels[chip_box(item.key)] = chip_label(self._chip_text(item))
        return labels

    def _chip_text(self, transition: MapTransition) -> str:
        count = len(self.origins(transition))
        is_chosen = bool(transition.sources)
        is_exit = any(state.key == transition.target and state.kind == "exit" for state in self.states)
        if is_chosen:
            text = ngettext("%(count)d state", "%(count)d states", count)
        elif is_exit:
            text = ngettext("From %(count)d state", "All %(count)d states", count)
        else:
            text = ngettext("%(count)d other state", "%(count)d other states", count)
        return text % {"count": count}

    @cached_property
    def graph(self) -> Graph:
        return Graph(
            tuple(self._node(state) for state in self.states),
            tuple(self._pill(item) for item in self.transitions),
        )

    def _node(self, state: MapState) -> Node:
        key = state_box(state.key)
        return Node(key, *self.labels[key].size, is_exit=state.kind == "exit")

    def _pill(self, transition: MapTransition) -> Pill:
        key, chip = pill_box(transition.key), chip_box(transition.key)
        is_common = transition.is_common
        return Pill(
            key,
            () if is_common else tuple(state_box(source) for source in transition.sources),
            state_box(transition.target),
            *self.labels[key].size,
            pinned=transition.is_pinned,
            chip=Chip(chip, *self.labels[chip].size) if is_common else None,
        )

    @cached_property
    def positions(self) -> Mapping[str, Point]:
        """The centre of every box."""
        stored = {} if self._is_fresh else dict(self._stored_positions())
        if stored.keys() >= {node.key for node in self.graph.nodes}:
            return settle(self.graph, stored)
        across = layout(self.graph, "right")
        if extent(self.graph, across)[0] <= _WIDEST_ROW:
            return across
        down = layout(self.graph, "down")
        return min(across, down, key=lambda positions: extent(self.graph, positions)[0])

    def _stored_positions(self) -> Iterator[tuple[str, Point]]:
        for state in self.states:
            if state.x is not None and state.y is not None:
                yield state_box(state.key), (state.x, state.y)
        for item in self.transitions:
            if item.x is not None and item.y is not None:
                yield pill_box(item.key), (item.x, item.y)

    @cached_property
    def rects(self) -> Mapping[str, Rect]:
        return rects(self.graph, self.positions)

    @cached_property
    def routes(self) -> Routes:
        """The way of every half arrow."""
        stored = {} if self._is_fresh else dict(self._stored_routes())
        return route(self.graph, self.positions, stored)

    def _stored_routes(self) -> Iterator[tuple[Half, Route]]:
        """Stored routes that still lead from border to border: a renamed state has another width."""
        for item in self.transitions:
            for source, halves in item.routes.items():
                ends = (
                    Half(state_box(source), pill_box(item.key)),
                    Half(pill_box(item.key), state_box(item.target)),
                )
                for half, points in zip(ends, halves, strict=False):
                    way = tuple((int(x), int(y)) for x, y in points)
                    if half in self.graph.halves and self._fits(half, way):
                        yield half, way

    def _fits(self, half: Half, way: Route) -> bool:
        return len(way) > 1 and all(
            _is_on_border(self.rects[key], point)
            for key, point in ((half.start, way[0]), (half.end, way[-1]))
        )

    def routes_to_store(self, transition: MapTransition) -> dict[str, StoredRoute]:
        """The arrows by source state as JSON keeps them; none for a common transition, which has a chip."""
        if transition.is_common:
            return {}
        pill = self._pill(transition)
        last = _as_json(self.routes[halves_of(pill)[-1]])
        return {
            source: [_as_json(self.routes[Half(state_box(source), pill.key)]), last]
            for source in transition.sources
        }


def _as_json(way: Route) -> list[list[int]]:
    return [[x, y] for x, y in way]


def _is_on_border(rect: Rect, point: Point) -> bool:
    x, y = point
    if rect.left <= x <= rect.right and y in (rect.top, rect.bottom):
        return True
    return rect.top <= y <= rect.bottom and x in (rect.left, rect.right)
