"""Automatic layout: states and transition pills in layers, the main flow in one line."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import graphlay

from processes.geometry.graph import GRID, Graph, Pill, Point, Positions, snapped
from processes.geometry.settle import CHIP_GAP, settle

type Direction = Literal["right", "down"]

_ENGINE_DIRECTION: Final = {"right": "leftright", "down": "topbottom"}
# Between layers and between the boxes of one. Heights are rounded up to whole squares, which adds a little.
_SPACING: Final = {"right": (22, 10), "down": (10, 20)}
_LINE_GAP = 20
_SQUARE = 2 * GRID
_MAIN_WEIGHT, _FORWARD_WEIGHT, _BACK_WEIGHT, _HINT_WEIGHT = 9.0, 3.0, 1.0, 2.0


class _Step(NamedTuple):
    """A way forward from one state to a later one through a pill; a hint is not drawn."""

    source: str
    pill: str
    target: str
    is_hint: bool = False


def layout(graph: Graph, direction: Direction = "right") -> dict[str, Point]:
    """The centre of every state, pill and chip, on the 10 px grid, the first ones near the origin.

    The order of `graph.nodes` says what is forward; an arrow against it is a way back. The same graph
    gives the same answer. Raises graphlay.GraphlayError when the engine refuses the graph.
    """
    if not graph.nodes:
        return {}
    steps = list(_steps(graph))
    hinted = {step.pill for step in steps if step.is_hint}
    drawing = graphlay.Graph()
    for node in graph.nodes:
        drawing.node(node.key, width=node.width, height=_in_squares(node.height))
    for pill in _layered(graph):
        width, height = _room(pill, direction) if pill.key in hinted else (pill.width, pill.height)
        drawing.node(pill.key, width=width, height=_in_squares(height))
    for start, end, weight in _arcs(graph, steps):
        drawing.edge(start, end, weight=weight)
    placed = graphlay.layout(drawing, preset="process_map", options=_options(direction))
    return settle(graph, _on_grid(placed.positions()))


def extent(graph: Graph, positions: Positions) -> Point:
    """The width and height that the boxes take in all."""
    return (
        _span([(positions[key][0], box.width) for key, box in graph.boxes.items()]),
        _span([(positions[key][1], box.height) for key, box in graph.boxes.items()]),
    )


def _span(stretches: list[tuple[int, int]]) -> int:
    if not stretches:
        return 0
    return max(at + size // 2 for at, size in stretches) - min(at - size // 2 for at, size in stretches)


def _options(direction: Direction) -> dict[str, object]:
    along, across = _SPACING[direction]
    spacing = {"layer_gap": along, "node_gap": across, "dummy_gap": _LINE_GAP, "port_gap": 12, "stub": 8}
    return {"direction": _ENGINE_DIRECTION[direction], "spacing": spacing}


def _on_grid(positions: dict[str, tuple[float, float]]) -> dict[str, Point]:
    left = min(x for x, _ in positions.values())
    top = min(y for _, y in positions.values())
    return {key: (snapped(x - left), snapped(y - top)) for key, (x, y) in positions.items()}


def _in_squares(length: int) -> int:
    """Rounded up to two squares of the grid, so that the centre of a row falls on it by itself."""
    return -(-length // _SQUARE) * _SQUARE


def _room(pill: Pill, direction: Direction) -> Point:
    """What a pill in the middle of the flow takes with room for its chip on either side."""
    if not pill.chip:
        return pill.width, pill.height
    if direction == "right":
        return pill.width, pill.height + 2 * (pill.chip.height + CHIP_GAP)
    return pill.width + 2 * (pill.chip.width + CHIP_GAP), pill.height


def _layered(graph: Graph) -> list[Pill]:
    """The pills that the engine places; those of self loops settle beside their state afterwards."""
    return [pill for pill in graph.pills if pill.target not in pill.sources]


def _steps(graph: Graph) -> Iterator[_Step]:
    rank = {node.key: index for index, node in enumerate(graph.nodes)}
    led = set()
    for pill in _layered(graph):
        for source in pill.sources:
            if rank[source] < rank[pill.target]:
                led.add(pill.target)
                yield _Step(source, pill.key, pill.target)
    for pill in graph.pills:
        previous = _previous(graph, pill) if pill.chip and pill.target not in led else None
        if previous:
            yield _Step(previous, pill.key, pill.target, is_hint=True)


def _previous(graph: Graph, pill: Pill) -> str | None:
    """The state after which a common transition belongs, when nothing else leads to its target."""
    rank = [node.key for node in graph.nodes].index(pill.target)
    before = [node.key for node in graph.nodes[:rank] if not node.is_exit]
    return before[-1] if before else None


def _arcs(graph: Graph, steps: list[_Step]) -> Iterator[tuple[str, str, float]]:
    """Arrows with their weight, ways back turned round, so that the engine has no cycle to break."""
    main = _main_line(graph, steps)
    forward = {step.pill for step in steps}
    for step in steps:
        weight = _MAIN_WEIGHT if step in main else _FORWARD_WEIGHT
        yield step.source, step.pill, _HINT_WEIGHT if step.is_hint else weight
    for pill in _layered(graph):
        is_main = any(step.pill == pill.key for step in main)
        if pill.key in forward or not pill.sources:
            yield pill.key, pill.target, _MAIN_WEIGHT if is_main else _FORWARD_WEIGHT
        else:
            yield pill.target, pill.key, _BACK_WEIGHT
        yield from ((pill.key, source, _BACK_WEIGHT) for source in _behind(pill, steps))


def _behind(pill: Pill, steps: list[_Step]) -> list[str]:
    ahead = {step.source for step in steps if step.pill == pill.key}
    return [source for source in pill.sources if source not in ahead]


def _main_line(graph: Graph, steps: list[_Step]) -> set[_Step]:
    """The longest way forward from the first state to an exit, earlier states preferred."""
    leading: dict[str, list[_Step]] = {}
    for step in steps:
        leading.setdefault(step.target, []).append(step)
    length = {graph.nodes[0].key: 0}
    arrival: dict[str, _Step] = {}
    for node in graph.nodes[1:]:
        reached = [step for step in leading.get(node.key, ()) if step.source in length]
        if reached:
            best = max(reached, key=lambda step: length[step.source] - step.is_hint / 2)
            arrival[node.key] = best
            length[node.key] = length[best.source] + 2 - best.is_hint
    exits = [node.key for node in graph.nodes if node.is_exit and node.key in length]
    at = max(exits or length, key=lambda key: length[key])
    line = set()
    while at in arrival:
        line.add(arrival[at])
        at = arrival[at].source
    return line
