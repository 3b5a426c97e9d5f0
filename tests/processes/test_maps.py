"""The process map: what it says, what it links, how it is stored."""

import json
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from processes.geometry.graph import GRID
from processes.maps import MapState, MapTransition, Overlay, arrange, process_map

STATES = (
    MapState("open", "Qualification", "blue", "start"),
    MapState("demo", "Product demo", "violet", "step"),
    MapState("legal", "Legal review", "gold", "step"),
    MapState("won", "Closed won", "green", "exit"),
    MapState("lost", "Closed lost", "red", "exit"),
)
TRANSITIONS = (
    MapTransition("plan", "Plan demo", ("open",), "demo"),
    MapTransition("again", "Demo again", ("demo",), "demo"),
    MapTransition("back", "Back", ("demo", "legal"), "open"),
    MapTransition("send", "Send to legal", (), "legal", is_common=True),
    MapTransition("sign", "Sign", ("legal",), "won", glyphs=("owners", "actions")),
    MapTransition("lose", "Close as lost", (), "lost", is_common=True),
    MapTransition("halt", "Put on hold", ("open", "demo"), "lost", is_common=True),
)
OVERLAY = Overlay(
    visited={"open": 2},
    notes={"open": "3 d"},
    taken={"plan"},
    current="demo",
    available={"back": "/r/1/t/back/", "lose": "/r/1/t/lose/"},
)


def drawn(overlay=None, states=STATES, transitions=TRANSITIONS, **options):
    return process_map(states, transitions, overlay, label="Map of B2B sale", **options)


def items(view):
    return {item.key: item for item in view.items}


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag, css_class=""):
        return [attrs for name, attrs in self.found if name == tag and css_class in attrs.get("class", "")]


def page(view):
    return Elements(render_to_string("processes/_map.html", {"map": view}))


class TestProcessMap:
    def test_reads_as_states_each_followed_by_what_leaves_it(self):
        keys = [item.key for item in drawn().items]
        assert keys[:5] == ["open", "plan", "demo", "again", "back"]
        assert keys[5:] == ["legal", "send", "sign", "won", "lost", "lose", "halt"]

    def test_reads_what_leaves_the_current_state_after_it(self):
        keys = [item.key for item in drawn(OVERLAY).items]
        assert keys[keys.index("demo") :][:6] == ["demo", "again", "back", "send", "lose", "halt"]

    def test_puts_the_start_first_and_exits_last(self):
        keys = [item.key for item in drawn(states=STATES[::-1]).items if item.key in {s.key for s in STATES}]
        assert keys[0] == "open"
        assert set(keys[-2:]) == {"won", "lost"}

    def test_is_the_same_each_time(self):
        assert drawn(OVERLAY) == drawn(OVERLAY)

    def test_draws_a_common_transition_once(self):
        plain = drawn(transitions=TRANSITIONS[:3])
        assert len(drawn(transitions=(*TRANSITIONS[:3], TRANSITIONS[5])).edges) == len(plain.edges) + 2

    def test_says_on_the_chip_from_where_a_common_transition_leaves(self):
        assert [chip.text.text for chip in drawn().chips] == ["2 other states", "All 3 states", "2 states"]

    def test_draws_one_arrow_per_source(self):
        view = drawn(transitions=(TRANSITIONS[2],))
        assert len(view.edges) == 3
        assert [edge.marker for edge in view.edges] == ["", "", "map-arrow"]

    def test_is_not_blown_up_when_small(self):
        _, _, width, height = map(int, drawn(states=STATES[:1], transitions=()).view_box.split())
        assert (width, height) == (1150, 64)

    def test_of_a_process_without_states_is_empty(self):
        assert drawn(states=(), transitions=()).items == ()

    def test_allows_a_state_and_a_transition_of_the_same_key(self):
        view = drawn(transitions=(MapTransition("demo", "Demo", ("open",), "demo"),))
        assert [item.key for item in view.items].count("demo") == 2

    def test_cuts_long_names_and_keeps_them_in_the_tooltip(self):
        name = "A state whose name is much too long to be drawn in its box"
        view = drawn(states=(MapState("open", name, "blue", "start"),), transitions=())
        assert view.items[0].text.text.endswith("…")
        assert view.items[0].title == name
        assert view.items[0].label == name

    def test_marks_a_wide_map_for_scrolling(self):
        states = [MapState(f"s{n}", "A rather long state name", "grey", "step") for n in range(60)]
        transitions = [MapTransition(f"t{n}", "Go on from here", (f"s{n}",), f"s{n + 1}") for n in range(5)]
        assert "is-wide" in drawn(states=states, transitions=transitions).css_class


class TestOverlay:
    def test_of_nothing_dims_nothing(self):
        view = drawn()
        assert not any("is-dim" in part.css_class for part in (*view.edges, *view.items))

    def test_marks_where_the_record_stands(self):
        state = items(drawn(OVERLAY))["demo"]
        assert state.css_class == "map-state is-now"
        assert state.label == "Product demo, current state"
        assert state.current == "step"
        assert state.halo
        assert not state.tick

    def test_ticks_a_state_that_was_passed(self):
        state = items(drawn(OVERLAY))["open"]
        assert state.label == "Qualification, passed"
        assert state.title == "Passed 2 times\n3 d"
        assert state.tick
        assert not state.halo

    def test_dims_what_is_neither_passed_nor_next(self):
        states = items(drawn(OVERLAY))
        assert states["won"].css_class == "map-state is-dim"
        assert states["lost"].css_class == "map-state"

    def test_marks_what_was_taken_and_what_is_next(self):
        shown = items(drawn(OVERLAY))
        assert shown["plan"].css_class == "map-transition is-taken"
        assert shown["back"].css_class == "map-transition is-next"
        assert shown["sign"].css_class == "map-transition"

    def test_marks_only_the_arrow_that_leaves_the_current_state(self):
        view = drawn(Overlay(current="demo", available={"back": "#"}), transitions=(TRANSITIONS[2],))
        assert sorted(edge.css_class for edge in view.edges) == [
            "map-edge is-dim",
            "map-edge is-next",
            "map-edge is-next",
        ]

    def test_marks_only_the_arrow_that_was_taken(self):
        view = drawn(Overlay(taken={("legal", "back")}), transitions=(TRANSITIONS[2],))
        assert [edge.css_class for edge in view.edges].count("map-edge is-taken") == 2

    def test_lays_the_way_taken_over_the_rest(self):
        classes = [edge.css_class for edge in drawn(OVERLAY).edges]
        assert classes == sorted(classes, key=lambda c: ("is-taken" in c, "is-next" in c))

    def test_links_only_what_is_available(self):
        assert {item.key for item in drawn(OVERLAY).items if getattr(item, "href", "")} == {"back", "lose"}

    def test_names_a_link_as_the_transition_and_tells_the_way_in_its_tooltip(self):
        link = items(drawn(OVERLAY))["back"]
        assert link.label == "Back"
        assert link.title == "Back, transition from Product demo or Legal review to Qualification"

    def test_tells_what_the_glyphs_mean(self):
        assert items(drawn())["sign"].title.splitlines()[1:] == ["Only for its owners", "Starts actions"]
        assert len(items(drawn())["sign"].glyphs) == 2


class TestArrange:
    def test_gives_places_on_the_grid(self):
        places = arrange(STATES, TRANSITIONS)
        assert set(places.states) == {state.key for state in STATES}
        assert set(places.transitions) == {item.key for item in TRANSITIONS}
        assert all(
            x % GRID == 0 == y % GRID for x, y in [*places.states.values(), *places.transitions.values()]
        )

    def test_gives_two_halves_per_source_that_json_can_hold(self):
        routes = arrange(STATES, TRANSITIONS).routes
        assert set(routes["back"]) == {"demo", "legal"}
        assert routes["send"] == {}
        assert json.loads(json.dumps(routes)) == routes

    def stored(self):
        places = arrange(STATES, TRANSITIONS)
        states = [MapState(s.key, s.name, s.colour, s.kind, *places.states[s.key]) for s in STATES]
        transitions = [
            MapTransition(
                t.key,
                t.name,
                t.sources,
                t.target,
                t.is_common,
                *places.transitions[t.key],
                routes=places.routes[t.key],
                glyphs=t.glyphs,
            )
            for t in TRANSITIONS
        ]
        return states, transitions

    def test_stored_places_and_routes_draw_the_same_map(self):
        states, transitions = self.stored()
        assert drawn(OVERLAY, states, transitions) == drawn(OVERLAY)

    def test_stored_places_are_kept(self):
        states, transitions = self.stored()
        moved = MapState("won", "Closed won", "green", "exit", 2000, 700)
        view = items(drawn(states=[*(s for s in states if s.key != "won"), moved], transitions=transitions))
        assert view["won"].text.y == "700.5"
        assert view["open"].frame == items(drawn())["open"].frame

    def test_a_stored_route_that_no_longer_fits_is_drawn_anew(self):
        states, transitions = self.stored()
        renamed = MapState("won", "Won", "green", "exit", states[3].x, states[3].y)
        view = drawn(states=[*(s for s in states if s.key != "won"), renamed], transitions=transitions)
        left = int(items(view)["won"].frame.x)
        assert any(edge.path.endswith((f"L{left} {states[3].y}",)) for edge in view.edges)


class TestTemplate:
    def test_is_a_named_group_with_hidden_arrows(self):
        html = page(drawn(OVERLAY))
        (svg,) = html.all("svg")
        assert (svg["role"], svg["aria-label"]) == ("group", "Map of B2B sale")
        hidden = [attrs for attrs in html.all("g") if attrs.get("aria-hidden") == "true"]
        assert len(hidden) == 1

    def test_links_available_transitions_into_the_dialog(self):
        links = page(drawn(OVERLAY)).all("a")
        assert [(link["data-transition"], link["href"]) for link in links] == [
            ("back", "/r/1/t/back/"),
            ("lose", "/r/1/t/lose/"),
        ]
        assert {link["hx-target"] for link in links} == {"#dialog"}

    def test_says_which_step_is_the_current_one(self):
        current = [attrs for _, attrs in page(drawn(OVERLAY)).found if "aria-current" in attrs]
        assert [attrs["aria-label"] for attrs in current] == ["Product demo, current state"]

    def test_gives_every_state_its_colour(self):
        assert [g["data-colour"] for g in page(drawn()).all("g", "map-state")] == [s.colour for s in STATES]

    def test_has_no_inline_style(self):
        html = page(drawn(OVERLAY))
        assert not html.all("style")
        assert not any("style" in attrs for _, attrs in html.found)

    def test_escapes_names(self):
        states = (MapState("open", "<b>Open</b>", "blue", "start"),)
        assert not page(drawn(states=states, transitions=())).all("b")

    def test_keeps_two_maps_on_a_page_apart(self):
        assert [m["id"] for m in page(drawn(prefix="way")).all("marker")] == ["way-arrow", "way-arrow-strong"]

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_writes_numbers_as_svg_reads_them(self, language):
        with translation.override(language):
            html = page(drawn(OVERLAY))
        assert all("," not in attrs["y"] for attrs in html.all("text"))
