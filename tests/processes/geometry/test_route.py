from itertools import pairwise
from time import process_time

import pytest

from processes.geometry.graph import Graph, Half, Node, Pill, rects
from processes.geometry.layout import layout
from processes.geometry.paths import rounded
from processes.geometry.route import route, stale
from tests.processes.geometry import graphs

GRAPHS = {"sale": graphs.sale(), "deal": graphs.deal(), "big": graphs.big()}
CASES = [("sale", "right"), ("sale", "down"), ("deal", "right"), ("deal", "down"), ("big", "down")]


def foreign_hits(graph, positions, routes):
    """Pairs of a half arrow and a box, other than its own two, through which a stretch of it runs."""
    boxes = rects(graph, positions)
    return [
        (half, key)
        for half, points in routes.items()
        for (x1, y1), (x2, y2) in pairwise(points)
        for key, box in boxes.items()
        if key not in half
        and min(x1, x2) < box.right
        and box.left < max(x1, x2)
        and min(y1, y2) < box.bottom
        and box.top < max(y1, y2)
    ]


def on_border(rect, point):
    x, y = point
    on_side = x in (rect.left, rect.right) and rect.top <= y <= rect.bottom
    return on_side or (y in (rect.top, rect.bottom) and rect.left <= x <= rect.right)


@pytest.fixture(params=CASES, ids=lambda case: "-".join(case))
def drawn(request):
    name, direction = request.param
    graph = GRAPHS[name]
    positions = layout(graph, direction)
    return graph, positions, route(graph, positions)


class TestRoute:
    def test_joins_the_borders_of_both_boxes(self, drawn):
        graph, positions, routes = drawn
        boxes = rects(graph, positions)
        assert set(routes) == set(graph.halves)
        for half, points in routes.items():
            assert on_border(boxes[half.start], points[0])
            assert on_border(boxes[half.end], points[-1])

    def test_turns_at_right_angles_only(self, drawn):
        for points in drawn[2].values():
            for (ax, ay), (bx, by) in pairwise(points):
                assert (ax == bx) != (ay == by)
            for (ax, ay), _, (cx, cy) in zip(points, points[1:], points[2:], strict=False):
                assert ax != cx
                assert ay != cy

    def test_gives_the_same_answer_each_time(self, drawn):
        graph, positions, routes = drawn
        assert route(graph, positions) == routes


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("name", ["sale", "deal"])
def test_no_arrow_runs_through_a_box_of_a_usual_process(name, direction):
    positions = layout(GRAPHS[name], direction)
    assert foreign_hits(GRAPHS[name], positions, route(GRAPHS[name], positions)) == []


def test_hardly_an_arrow_runs_through_a_box_of_a_big_process():
    positions = layout(GRAPHS["big"], "down")
    assert len(foreign_hits(GRAPHS["big"], positions, route(GRAPHS["big"], positions))) <= 3


def test_main_line_is_straight():
    graph = graphs.deal()
    routes = route(graph, layout(graph))
    for half in (Half("Qualification", "Qualify →"), Half("Qualify →", "Needs analysis")):
        assert len(routes[half]) == 2


def test_arrows_of_several_sources_all_reach_the_pill():
    graph = Graph(tuple(Node(key, 100, 36) for key in "abc"), (Pill("go", ("a", "b"), "c", 60, 22),))
    positions = {"a": (0, 0), "b": (0, 200), "c": (400, 100), "go": (200, 100)}
    routes = route(graph, positions)
    assert set(routes) == {Half("a", "go"), Half("b", "go"), Half("go", "c")}
    assert routes[Half("go", "c")] == ((230, 100), (350, 100))


def test_arrow_goes_around_a_box_in_its_way():
    nodes = (Node("a", 100, 36), Node("wall", 100, 200), Node("b", 100, 36))
    graph = Graph(nodes, (Pill("go", ("a",), "b", 60, 22),))
    positions = {"a": (0, 0), "go": (140, 0), "wall": (300, 0), "b": (500, 0)}
    assert foreign_hits(graph, positions, route(graph, positions)) == []


class TestIncremental:
    graph = graphs.sale()
    before = layout(graph, "down")
    routes = route(graph, before)

    def test_keeps_what_it_is_given(self):
        kept = {half: points for half, points in self.routes.items() if "Signer →" not in half}
        assert {half: route(self.graph, self.before, kept)[half] for half in kept} == kept

    def test_only_what_a_move_touched_is_stale(self):
        x, y = self.before["Gagné"]
        after = {**self.before, "Gagné": (x + 200, y)}
        touched = stale(self.graph, after, self.routes, ["Gagné"])
        assert touched == {half for half in self.graph.halves if "Gagné" in half}

    def test_a_route_under_the_moved_box_is_stale(self):
        (x1, y1), (x2, y2) = self.routes[Half("Revenir à la qualification →", "Qualification")][:2]
        after = {**self.before, "Perdu": ((x1 + x2) // 2, (y1 + y2) // 2)}
        touched = stale(self.graph, after, self.routes, ["Perdu"])
        assert Half("Revenir à la qualification →", "Qualification") in touched

    def test_rerouting_the_stale_ones_draws_everything(self):
        x, y = self.before["Gagné"]
        after = {**self.before, "Gagné": (x + 200, y)}
        touched = stale(self.graph, after, self.routes, ["Gagné"])
        kept = {half: points for half, points in self.routes.items() if half not in touched}
        routes = route(self.graph, after, kept)
        assert foreign_hits(self.graph, after, routes) == []
        assert set(routes) == set(self.graph.halves)


def seconds(work):
    """The least processor time of a few runs."""

    def once():
        start = process_time()
        work()
        return process_time() - start

    return min(once() for _ in range(4))


def test_a_big_process_is_drawn_in_half_a_second():
    graph = GRAPHS["big"]
    yardstick = seconds(lambda: sum(number * number for number in range(5_000_000)))
    # Half a second on a usual machine, in proportion on a slower one.
    assert seconds(lambda: route(graph, layout(graph, "down"))) < max(0.5, 2 * yardstick)


class TestRounded:
    def test_is_empty_without_points(self):
        assert rounded(()) == ""

    def test_draws_a_straight_line(self):
        assert rounded(((0, 0), (10, 0))) == "M0 0L10 0"

    def test_rounds_a_corner(self):
        assert rounded(((0, 0), (20, 0), (20, 20))) == "M0 0L13 0Q20 0 20 7L20 20"

    def test_rounds_a_short_leg_less(self):
        assert rounded(((0, 0), (5, 0), (5, 20))) == "M0 0L2.5 0Q5 0 5 7L5 20"
