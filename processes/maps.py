"""The process map as a view model: every string is prepared, so that the template decides nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.drawing import (
    Arrangement,
    Drawing,
    Glyph,
    MapState,
    MapTransition,
    Step,
    StoredRoute,
    arrange,
    chip_box,
    pill_box,
    state_box,
)
from processes.geometry.graph import Half, Rect, bounds
from processes.geometry.metrics import GLYPH_ROOM, MARK_ROOM
from processes.geometry.paths import rounded

__all__ = [
    "Arrangement",
    "MapState",
    "MapTransition",
    "Overlay",
    "ProcessMap",
    "StoredRoute",
    "arrange",
    "process_map",
]

_MARGIN = 14
_LEAST_WIDTH = 1150
_WIDE, _VERY_WIDE = 1400, 2000
_HALO = 3

# Drawn around the middle of the mark, the tick or the glyph.
_MARKS: Final[Mapping[Step, str]] = {
    "start": "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "step": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "exit": "m-2.5 -4h5q1.5 0 1.5 1.5v5q0 1.5 -1.5 1.5h-5q-1.5 0 -1.5 -1.5v-5q0 -1.5 1.5 -1.5z",
}
_TICK = "m-3.5 .2l2.4 2.4l4.4 -4.6"
_GLYPHS: Final[Mapping[Glyph, str]] = {
    "owners": "m-3 -.5h6v4.5h-6zm1 0v-1.5a2 2 0 0 1 4 0v1.5h-1v-1.3a1 1 0 0 0 -2 0v1.3z",
    "form": "m-3.5 -3.5h7v1.4h-7zm0 2.8h7v1.4h-7zm0 2.8h4.5v1.4h-4.5z",
    "actions": "m1 -5l-4 5.6h2.6l-1 4.4l4.4 -5.8h-2.7z",
}


@dataclass(frozen=True, slots=True)
class Overlay:
    """A record's way over the map.

    `visited` counts the visits of states already left, `notes` adds a line to a state's tooltip. `taken`
    holds keys of transitions, or pairs of source state and transition where one has several sources.
    `available` gives the address at which a transition starts.
    """

    visited: Mapping[str, int] = field(default_factory=dict)
    taken: Collection[str | tuple[str, str]] = ()
    current: str | None = None
    available: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.current is None and not (self.visited or self.taken or self.available)

    def has_taken(self, source: str, transition: str) -> bool:
        return transition in self.taken or (source, transition) in self.taken

    def offers(self, source: str, transition: str) -> bool:
        return transition in self.available and self.current in (source, None)


class Frame(NamedTuple):
    """A rectangle as SVG attributes."""

    x: str
    y: str
    width: str
    height: str


class Text(NamedTuple):
    """A text and its middle."""

    text: str
    x: str
    y: str


class Tick(NamedTuple):
    x: str
    y: str
    path: str


@dataclass(frozen=True, slots=True)
class EdgeView:
    path: str
    css_class: str
    marker: str


@dataclass(frozen=True, slots=True)
class ChipView:
    frame: Frame
    text: Text


@dataclass(frozen=True, slots=True)
class StateView:
    """`label` is its accessible name, `title` what the tooltip adds; `current` the value of aria-current."""

    key: str
    css_class: str
    colour: str
    label: str
    title: str
    frame: Frame
    text: Text
    mark: str
    mark_class: str
    halo: Frame | None
    tick: Tick | None
    current: str
    template: str = "processes/map/_state.html"


@dataclass(frozen=True, slots=True)
class TransitionView:
    """`href` is empty when the transition can't be started from here and now."""

    key: str
    css_class: str
    label: str
    title: str
    frame: Frame
    text: Text
    glyphs: tuple[str, ...]
    href: str
    template: str


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """All that the template `processes/_map.html` draws; items come in reading order."""

    label: str
    css_class: str
    view_box: str
    arrow: str
    strong_arrow: str
    edges: tuple[EdgeView, ...]
    chips: tuple[ChipView, ...]
    items: tuple[StateView | TransitionView, ...]


def process_map(
    states: Sequence[MapState],
    transitions: Sequence[MapTransition],
    overlay: Overlay | None = None,
    *,
    label: str,
    prefix: str = "map",
) -> ProcessMap:
    """The map of a process, with a record's way on it when there is an `overlay`.

    Stored places and routes are used where they are whole, the rest is laid out. `label` names the map;
    `prefix` keeps the ids of two maps on one page apart. Texts are in the active language.
    """
    return _Scene(Drawing(states, transitions), overlay or Overlay(), prefix).view(label)


class _Scene:
    def __init__(self, drawing: Drawing, overlay: Overlay, prefix: str) -> None:
        self._drawing = drawing
        self._overlay = overlay
        self._arrow, self._strong_arrow = f"{prefix}-arrow", f"{prefix}-arrow-strong"
        self._names = {state.key: state.name for state in drawing.states}

    def view(self, label: str) -> ProcessMap:
        area = bounds(self._drawing.rects.values(), self._drawing.routes.values()).grown(_MARGIN)
        width = area.right - area.left
        room = max(_LEAST_WIDTH - width, 0)
        return ProcessMap(
            label=label,
            css_class=_classes(
                "process-map", **{"is-very-wide": width > _VERY_WIDE, "is-wide": width > _WIDE}
            ),
            view_box=f"{area.left - room // 2} {area.top} {width + room} {area.bottom - area.top}",
            arrow=self._arrow,
            strong_arrow=self._strong_arrow,
            edges=tuple(sorted(self._edges(), key=_above)),
            chips=tuple(self._chips()),
            items=tuple(self._items()),
        )

    def _edges(self) -> Iterator[EdgeView]:
        for item in self._drawing.transitions:
            pill, origins = pill_box(item.key), self._drawing.origins(item)
            if item.is_common:
                yield self._edge(item, Half(chip_box(item.key), pill), origins)
            else:
                for source in item.sources:
                    yield self._edge(item, Half(state_box(source), pill), (source,))
            yield self._edge(item, Half(pill, state_box(item.target)), origins, is_last=True)

    def _edge(
        self, item: MapTransition, half: Half, origins: Sequence[str], *, is_last: bool = False
    ) -> EdgeView:
        """One half of an arrow; `origins` are the states on whose way it lies."""
        is_taken = any(self._overlay.has_taken(source, item.key) for source in origins)
        is_next = any(self._overlay.offers(source, item.key) for source in origins)
        is_dim = not (is_taken or is_next or self._overlay.is_empty)
        return EdgeView(
            path=rounded(self._drawing.routes[half]),
            css_class=_classes("map-edge", **{"is-taken": is_taken, "is-next": is_next, "is-dim": is_dim}),
            marker="" if not is_last else self._strong_arrow if is_taken or is_next else self._arrow,
        )

    def _chips(self) -> Iterator[ChipView]:
        for item in self._drawing.transitions:
            if item.is_common:
                rect = self._drawing.rects[chip_box(item.key)]
                yield ChipView(_frame(rect), _text(self._drawing.labels[chip_box(item.key)].text, rect))

    def _items(self) -> Iterator[StateView | TransitionView]:
        """Each state, then the transitions that leave it, each once."""
        leaving: dict[str, list[MapTransition]] = {}
        for item in self._drawing.transitions:
            leaving.setdefault(self._home(item), []).append(item)
        for state in self._drawing.states:
            yield self._state(state)
            yield from (self._transition(item) for item in leaving.get(state.key, ()))

    def _home(self, item: MapTransition) -> str:
        """The state after which a transition is read: where the record stands, if it leaves from there."""
        origins = self._drawing.origins(item)
        if self._overlay.current in origins and self._overlay.current is not None:
            return self._overlay.current
        return item.target if item.is_common or not origins else origins[0]

    def _state(self, state: MapState) -> StateView:
        box = state_box(state.key)
        label, rect = self._drawing.labels[box], self._drawing.rects[box]
        is_now = state.key == self._overlay.current
        visits = self._overlay.visited.get(state.key, 0)
        middle = (rect.top + rect.bottom) / 2
        return StateView(
            key=state.key,
            css_class=_classes("map-state", **{"is-now": is_now, "is-dim": self._is_dim(state)}),
            colour=state.colour,
            label=self._state_label(state.name, is_now=is_now, visits=visits),
            title=self._state_title(state, label.text, visits),
            frame=_frame(rect),
            text=_text(label.text, rect, shift=MARK_ROOM / 2),
            mark=f"M{_number(rect.left + 15)} {_number(middle)}{_MARKS[state.kind]}",
            mark_class=_classes("map-mark", **{"is-ring": state.kind == "start"}),
            halo=_frame(rect.grown(_HALO)) if is_now else None,
            tick=_tick(rect) if visits and not is_now else None,
            current="step" if is_now else "",
        )

    def _is_dim(self, state: MapState) -> bool:
        overlay = self._overlay
        if overlay.is_empty or state.key == overlay.current or state.key in overlay.visited:
            return False
        return not any(
            item.key in overlay.available and item.target == state.key for item in self._drawing.transitions
        )

    def _state_label(self, name: str, *, is_now: bool, visits: int) -> str:
        if is_now:
            return _("%(state)s, current state") % {"state": name}
        return _("%(state)s, passed") % {"state": name} if visits else name

    def _state_title(self, state: MapState, shown: str, visits: int) -> str:
        lines = [state.name] if shown != state.name else []
        if visits > 1:
            lines.append(
                ngettext("Passed %(count)d time", "Passed %(count)d times", visits) % {"count": visits}
            )
        if state.key in self._overlay.notes:
            lines.append(self._overlay.notes[state.key])
        return "\n".join(lines)

    def _transition(self, item: MapTransition) -> TransitionView:
        box = pill_box(item.key)
        rect = self._drawing.rects[box]
        href = self._overlay.available.get(item.key, "")
        is_taken = any(self._overlay.has_taken(source, item.key) for source in self._drawing.origins(item))
        kind = "_transition_link" if href else "_transition"
        return TransitionView(
            key=item.key,
            css_class=_classes("map-transition", **{"is-taken": is_taken, "is-next": bool(href)}),
            label=item.name if href else self._way(item),
            title="\n".join([self._way(item), *(_glyph_words()[glyph] for glyph in item.glyphs)]),
            frame=_frame(rect),
            text=_text(self._drawing.labels[box].text, rect, shift=-GLYPH_ROOM * len(item.glyphs) / 2),
            glyphs=tuple(_glyphs(item.glyphs, rect)),
            href=href,
            template=f"processes/map/{kind}.html",
        )

    def _way(self, item: MapTransition) -> str:
        if item.is_common and not item.sources:
            sources = _("all states")
        else:
            sources = get_text_list([self._names[source] for source in item.sources], _("or"))
        return _("%(transition)s, transition from %(sources)s to %(target)s") % {
            "transition": item.name,
            "sources": sources,
            "target": self._names[item.target],
        }


def _glyph_words() -> Mapping[Glyph, str]:
    return {
        "owners": _("Only for its owners"),
        "form": _("Asks for something"),
        "actions": _("Starts actions"),
    }


def _glyphs(glyphs: Sequence[Glyph], rect: Rect) -> Iterator[str]:
    middle = (rect.top + rect.bottom) / 2
    for index, glyph in enumerate(reversed(glyphs)):
        yield f"M{_number(rect.right - 10 - index * GLYPH_ROOM)} {_number(middle)}{_GLYPHS[glyph]}"


def _tick(rect: Rect) -> Tick:
    x, y = _number(rect.right - 1), _number(rect.top + 1)
    return Tick(x, y, f"M{x} {y}{_TICK}")


def _above(edge: EdgeView) -> int:
    """Later is on top: the way taken lies over what is next, and that over the rest."""
    return 2 if "is-taken" in edge.css_class else 1 if "is-next" in edge.css_class else 0


def _classes(base: str, **others: bool) -> str:
    return " ".join([base, *(name for name, is_on in others.items() if is_on)])


def _frame(rect: Rect) -> Frame:
    left, top, right, bottom = rect
    return Frame(str(left), str(top), str(right - left), str(bottom - top))


def _text(text: str, rect: Rect, shift: float = 0) -> Text:
    # Half a pixel down looks level with the signs beside it.
    return Text(
        text, _number((rect.left + rect.right) / 2 + shift), _number((rect.top + rect.bottom) / 2 + 0.5)
    )


def _number(value: float) -> str:
    """A number as SVG reads it, whatever the active language."""
    return f"{value:g}"
