import pytest

from processes.geometry.graph import Chip, Graph, Half, Node, Pill, Rect, bounds, halves_of, snapped


class TestGraph:
    def test_refuses_a_key_used_twice(self):
        with pytest.raises(ValueError, match="used twice"):
            Graph((Node("a", 100, 36),), (Pill("a", (), "a", 60, 22),))

    @pytest.mark.parametrize(("sources", "target"), [(("gone",), "a"), (("a",), "gone")])
    def test_refuses_an_arrow_to_nowhere(self, sources, target):
        with pytest.raises(ValueError, match="unknown state"):
            Graph((Node("a", 100, 36),), (Pill("go", sources, target, 60, 22),))

    def test_refuses_a_pill_with_sources_and_a_chip(self):
        with pytest.raises(ValueError, match="both sources and a chip"):
            Graph((Node("a", 100, 36),), (Pill("go", ("a",), "a", 60, 22, chip=Chip("c", 80, 24)),))

    def test_has_one_arrow_per_source_and_one_to_the_target(self):
        pill = Pill("go", ("a", "b"), "c", 60, 22)
        assert halves_of(pill) == (Half("a", "go"), Half("b", "go"), Half("go", "c"))

    def test_draws_a_common_transition_as_one_arrow_from_its_chip(self):
        pill = Pill("lose", (), "c", 60, 22, chip=Chip("any", 80, 24))
        assert halves_of(pill) == (Half("any", "lose"), Half("lose", "c"))


class TestBounds:
    def test_hold_boxes_and_lines(self):
        assert bounds([Rect(0, 0, 10, 10)], [((5, -20), (40, -20))]) == Rect(0, -20, 40, 10)

    def test_of_nothing_are_empty(self):
        assert bounds([]) == Rect(0, 0, 0, 0)


@pytest.mark.parametrize(("value", "expected"), [(14.9, 10), (15, 20), (-5, 0), (-5.1, -10), (0, 0)])
def test_snapped_rounds_to_ten(value, expected):
    assert snapped(value) == expected
