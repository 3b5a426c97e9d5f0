from itertools import combinations

import pytest

from processes.geometry.graph import GRID, Graph, Half, Node, Pill, halves_of, rects
from processes.geometry.layout import extent, layout
from processes.geometry.settle import settle
from tests.processes.geometry import graphs

GRAPHS = {"sale": graphs.sale(), "deal": graphs.deal(), "big": graphs.big()}
CASES = [(name, direction) for name in GRAPHS for direction in ("right", "down")]


def overlaps(graph, positions):
    boxes = rects(graph, positions)
    return [(a, b) for a, b in combinations(boxes, 2) if boxes[a].overlaps(boxes[b])]


@pytest.mark.parametrize(("name", "direction"), CASES)
class TestLayout:
    def test_places_every_box(self, name, direction):
        assert set(layout(GRAPHS[name], direction)) == set(GRAPHS[name].boxes)

    def test_lets_no_box_touch_another(self, name, direction):
        assert overlaps(GRAPHS[name], layout(GRAPHS[name], direction)) == []

    def test_stays_on_the_grid(self, name, direction):
        assert all(x % GRID == 0 == y % GRID for x, y in layout(GRAPHS[name], direction).values())

    def test_gives_the_same_answer_each_time(self, name, direction):
        assert layout(GRAPHS[name], direction) == layout(GRAPHS[name], direction)


class TestMainLine:
    def test_runs_straight_to_the_first_exit(self):
        positions = layout(graphs.deal())
        line = ["Qualification", "Needs analysis", "Product demo", "Legal review", "Closed won"]
        assert len({positions[key][1] for key in line}) == 1
        assert [positions[key][0] for key in line] == sorted(positions[key][0] for key in line)

    def test_holds_its_pills(self):
        positions = layout(graphs.deal())
        level = positions["Qualification"][1]
        for pill in ("Qualify →", "Plan demo →", "Send to legal →", "Submit documents →"):
            assert positions[pill][1] == level

    def test_runs_down_when_asked(self):
        positions = layout(graphs.sale(), "down")
        line = ["Nouveau", "Qualification", "Analyse du besoin", "Devis envoyé", "Négociation", "Gagné"]
        assert len({positions[key][0] for key in line}) == 1

    def test_keeps_a_common_transition_beside_its_target(self):
        positions = layout(graphs.deal())
        chip, pill, target = (positions[key] for key in ("Close as lost ←", "Close as lost →", "Closed lost"))
        assert chip[0] < pill[0] < target[0]
        assert chip[1] == pill[1] == target[1]


class TestSmallGraphs:
    def test_of_nothing_is_nothing(self):
        assert layout(Graph((), ())) == {}
        assert extent(Graph((), ()), {}) == (0, 0)

    def test_of_one_state_with_a_loop(self):
        graph = Graph((Node("a", 100, 36),), (Pill("again", ("a",), "a", 60, 22),))
        assert overlaps(graph, layout(graph)) == []

    def test_of_a_transition_with_several_sources(self):
        nodes = tuple(Node(key, 100, 36) for key in "abc")
        graph = Graph(nodes, (Pill("go", ("a", "b"), "c", 60, 22),))
        assert overlaps(graph, layout(graph)) == []
        assert len(halves_of(graph.pills[0])) == 3

    def test_of_a_transition_that_has_no_source_yet(self):
        graph = Graph((Node("a", 100, 36),), (Pill("go", (), "a", 60, 22),))
        assert overlaps(graph, layout(graph)) == []
        assert graph.halves == (Half("go", "a"),)


class TestSettle:
    graph = Graph(
        (Node("a", 100, 36), Node("b", 100, 36)),
        (
            Pill("go", ("a",), "b", 60, 22),
            Pill("also", ("a",), "b", 60, 22),
            Pill("fixed", ("a",), "b", 60, 22, pinned=True),
        ),
    )
    states = {"a": (0, 0), "b": (300, 0)}

    def test_puts_a_label_half_way_between_its_states(self):
        assert settle(self.graph, {**self.states, "fixed": (0, 200)})["go"] == (150, 0)

    def test_puts_labels_of_the_same_pair_side_by_side(self):
        positions = settle(self.graph, self.states)
        assert {positions[key][0] for key in ("go", "also", "fixed")} == {150}
        assert overlaps(self.graph, positions) == []

    def test_leaves_a_pinned_label_where_it_is(self):
        before = {**self.states, "go": (0, 100), "fixed": (0, 200)}
        after = settle(self.graph, before, again=["go", "fixed"])
        assert after["fixed"] == (0, 200)
        assert after["go"] == (150, 0)

    def test_finds_room_however_crowded_it_is(self):
        crowd = tuple(Node(f"n{x}:{y}", 100, 36) for x in range(12) for y in range(30))
        graph = Graph((*crowd, *self.graph.nodes), self.graph.pills)
        positions = {f"n{x}:{y}": (x * 110 - 500, y * 40 - 600) for x in range(12) for y in range(30)}
        settled = settle(graph, {**positions, "a": (-2000, 0), "b": (2000, 0)})
        boxes = rects(graph, settled)
        assert not any(boxes["go"].overlaps(box) for key, box in boxes.items() if key != "go")
