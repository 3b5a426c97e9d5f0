"""The styleguide shows every component from the product's own templates, to those who build it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from accounts.models import User
from blueprint_project.styleguide import STATES, TRANSITIONS
from processes.choices import Colour
from tests.factories import make_organisation, make_person
from tests.htmx import HTMX, one, parsed, texts

ADDRESS = "/styleguide/"
# Frames and wiring of whole pages, which every page shows.
FRAME = {"_head", "_scripts", "_brand", "_navigation", "_messages", "_troubles", "_task_count"}


@pytest.fixture
def emma(db: None, client: Client) -> Client:
    make_organisation()
    client.force_login(make_person("emma", is_administrator=True))
    return client


class TestStyleguide:
    def test_shows_every_colour_and_step(self, emma: Client) -> None:
        page = parsed(emma.get(ADDRESS))
        assert {str(swatch["data-colour"]) for swatch in page.select(".swatch")} == set(Colour.values)
        steps = {str(pill["data-step"]) for pill in page.select(".state-pill")}
        assert steps == {"start", "step", "exit"}

    def test_shows_what_is_in_the_product_with_its_own_templates(self, emma: Client) -> None:
        answer = emma.get(ADDRESS, {"dialog": "1"})
        used = {template.name for template in answer.templates}
        folder = project.BASE_DIR / "templates" / "components"
        components = {path.stem for path in folder.glob("*.html")} - FRAME
        assert components <= {Path(str(name)).stem for name in used if name}
        assert {"records/_timeline_items.html", "records/_explanations.html", "processes/_map.html"} <= used

    def test_draws_a_map_with_a_way_on_it(self, emma: Client) -> None:
        drawn = one(parsed(emma.get(ADDRESS)), ".process-map")
        assert len(drawn.select(".map-state")) == len(STATES)
        assert len(drawn.select(".map-transition")) == len(TRANSITIONS)
        assert len(drawn.select(".map-state.is-now")) == 1
        assert drawn.select(".map-transition.is-taken")
        assert drawn.select(".map-transition.is-next")

    def test_has_a_dialog_as_part_and_as_page(self, emma: Client) -> None:
        part = parsed(emma.get(ADDRESS, {"dialog": "1"}, headers=HTMX))
        assert not part.select("html")
        assert texts(part, "dialog h2") == ["Send proposal"]
        assert texts(parsed(emma.get(ADDRESS, {"dialog": "1"})), "dialog h2") == ["Send proposal"]
        assert not parsed(emma.get(ADDRESS)).select("dialog")

    def test_has_an_error_beside_its_input(self, emma: Client) -> None:
        page = parsed(emma.get(ADDRESS))
        assert len(page.select("[data-error-for]")) == 1
        assert page.select('[data-error-for="discount"]')

    def test_is_for_administrators(self, db: None, client: Client) -> None:
        make_organisation()
        client.force_login(make_person("alice"))
        assert client.get(ADDRESS).status_code == 404

    def test_is_for_everybody_while_developing(self, db: None, client: Client, settings: Any) -> None:
        make_organisation()
        alice: User = make_person("alice")
        client.force_login(alice)
        settings.DEBUG = True
        assert client.get(ADDRESS).status_code == 200
