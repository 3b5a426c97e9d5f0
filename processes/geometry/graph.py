"""What is drawn on a process map: states, transition pills, and where they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

GRID = 10

type Point = tuple[int, int]
type Positions = Mapping[str, Point]
"""The centre of each box by its key."""


@dataclass(frozen=True, slots=True)
class Node:
    """The box of a state. `is_exit`: a last step, kept off the main line's way."""

    key: str
    width: int
    height: int
    is_exit: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """The one box that stands for all the sources of a common transition."""

    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pill:
    """The label of a transition, a box of its own. It has either `sources` or a `chip`."""

    key: str
    sources: tuple[str, ...]
    target: str
    width: int
    height: int
    pinned: bool = False
    chip: Chip | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The boxes from which an arrow leads to this pill."""
        return (self.chip.key,) if self.chip else self.sources

    @property
    def ends(self) -> tuple[str, ...]:
        """The states at both ends, each once, sources first."""
        return tuple(dict.fromkeys((*self.sources, self.target)))


class Half(NamedTuple):
    """One half of an arrow, by the keys of the boxes it joins: source to pill, or pill to target."""

    start: str
    end: str


class Rect(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    def grown(self, by: int) -> "Rect":
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: "Rect") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


type Box = Node | Chip | Pill


@dataclass(frozen=True)
class Graph:
    """States in reading order (the start first) and the pills of their transitions.

    Raises ValueError when a key is used twice or an arrow leads to a state that is not there.
    """

    nodes: tuple[Node, ...]
    pills: tuple[Pill, ...]

    def __post_init__(self) -> None:
        if len(self.boxes) != len(self.nodes) + len(self.pills) + len(self.chips):
            raise ValueError("a key is used twice in the graph")
        known = {node.key for node in self.nodes}
        for pill in self.pills:
            if not known.issuperset(pill.ends):
                raise ValueError(f"{pill.key} leads from or to an unknown state")
            if pill.chip and pill.sources:
                raise ValueError(f"{pill.key} has both sources and a chip")

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(pill.chip for pill in self.pills if pill.chip)

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        boxes: list[Box] = [*self.nodes, *self.pills, *self.chips]
        return {box.key: box for box in boxes}

    @cached_property
    def halves(self) -> tuple[Half, ...]:
        return tuple(half for pill in self.pills for half in halves_of(pill))


def halves_of(pill: Pill) -> tuple[Half, ...]:
    return (*(Half(origin, pill.key) for origin in pill.origins), Half(pill.key, pill.target))


def rect_at(box: Box, centre: Point) -> Rect:
    x, y = centre
    return Rect(x - box.width // 2, y - box.height // 2, x + box.width // 2, y + box.height // 2)


def rects(graph: Graph, positions: Positions) -> dict[str, Rect]:
    """The rectangle of every box that has a position."""
    return {key: rect_at(box, positions[key]) for key, box in graph.boxes.items() if key in positions}


def bounds(boxes: Iterable[Rect], lines: Iterable[Iterable[Point]] = ()) -> Rect:
    """The smallest rectangle around all boxes and lines; empty at the origin when there are none."""
    corners = [(x, y) for box in boxes for x, y in ((box.left, box.top), (box.right, box.bottom))]
    corners += [point for line in lines for point in line]
    if not corners:
        return Rect(0, 0, 0, 0)
    xs, ys = zip(*corners, strict=True)
    return Rect(min(xs), min(ys), max(xs), max(ys))


def snapped(value: float) -> int:
    """`value` on the grid; halves go up, whatever the sign."""
    return int((value + GRID / 2) // GRID) * GRID
