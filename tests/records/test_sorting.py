"""Lists sorted by anything that is listed: typed values, empty ones last, page by page and back."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from processes.choices import FieldKind
from processes.models import Field, Module
from records.models import Record
from records.selectors import lists
from records.selectors.sorting import NOT_LISTED
from tests.factories import NOW, Drawing, make_person, make_record
from tests.records.engine.conftest import World
from tests.records.kinds import make_things

HTMX = {"HX-Request": "true"}

# Stored values from the smallest to the largest, as people see them.
RISING: dict[FieldKind, list[Any]] = {
    FieldKind.TEXT: ["10", "9", "apple", "Berry", "cherry"],
    FieldKind.INTEGER: [-5, 0, 9, 10, 999_999_999_999_999],
    FieldKind.DECIMAL: [-1_500, 0, 250, 10_000],
    FieldKind.CURRENCY: [-100, 0, 900, 1_000],
    FieldKind.PERCENT: [0, 50, 10_000],
    FieldKind.BOOLEAN: [False, True],
    FieldKind.DATE: ["0999-12-31", "2025-12-31", "2026-01-01", "2026-10-02"],
    FieldKind.DATETIME: ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T10:00:00Z"],
    FieldKind.PICKLIST: ["new", "at_work", "0", "done", "gone"],
    FieldKind.MULTI_SELECT: [["new", "done"], ["at_work"], ["0", "done"], ["done"]],
    FieldKind.EMAIL: ["a@example.com", "B@example.com", "c@example.com"],
    FieldKind.PHONE: ["+33 1", "01 23", "01 24"],
    FieldKind.URL: ["https://a.example", "https://B.example", "https://c.example"],
}

type Get = Callable[..., BeautifulSoup]


def parsed(response: Any) -> BeautifulSoup:
    assert response.status_code == 200, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def names(page: BeautifulSoup) -> list[str]:
    return [found.get_text() for found in page.select("tbody th")]


@pytest.fixture
def get(world: World, client: Client) -> Get:
    client.force_login(world.alice)
    return lambda address, **headers: parsed(client.get(address, headers=headers))


@pytest.fixture
def things(world: World) -> Module:
    return make_things()


def make(world: World, module: Module, name: str, **values: Any) -> Record:
    return make_record(module, world.alice, name, **values)


def walk(get: Get, address: str) -> list[str]:
    """All names, page by page; on the way back each page is what it was."""
    pages = [get(address)]
    while following := pages[-1].select('a[rel="next"]'):
        pages.append(get(str(following[0]["href"])))
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = get(str(one(back, 'a[rel="prev"]')["href"]))
        assert names(back) == names(page)
    assert not back.select('a[rel="prev"]')
    return [name for page in pages for name in names(page)]


class TestSortedByField:
    def test_covers_every_kind_that_is_listed(self) -> None:
        references = {FieldKind.USER, FieldKind.LOOKUP}
        assert RISING.keys() | references | NOT_LISTED == set(FieldKind)

    @pytest.mark.parametrize("page_size", [2, 50])
    @pytest.mark.parametrize("kind", RISING)
    def test_goes_by_the_typed_value_with_empty_ones_last(
        self,
        world: World,
        things: Module,
        get: Get,
        monkeypatch: pytest.MonkeyPatch,
        kind: FieldKind,
        page_size: int,
    ) -> None:
        monkeypatch.setattr(lists, "PAGE_SIZE", page_size)
        rising = RISING[kind]
        made = sorted(enumerate(rising), key=lambda pair: str(pair)[::-1])
        make(world, things, "empty 1")
        for number, value in made:
            make(world, things, f"{number}", **{kind.value: value})
        make(world, things, "empty 2")
        # Equal values keep one order too.
        make(world, things, f"{len(rising) - 1}", **{kind.value: rising[-1]})
        order = [*(str(number) for number in range(len(rising))), str(len(rising) - 1)]
        assert walk(get, f"/m/things/?sort={kind.value}") == [*order, "empty 1", "empty 2"]
        assert walk(get, f"/m/things/?sort=-{kind.value}") == [*reversed(order), "empty 2", "empty 1"]

    @pytest.mark.parametrize("page_size", [2, 50])
    def test_goes_by_the_names_of_people(
        self, world: World, things: Module, get: Get, monkeypatch: pytest.MonkeyPatch, page_size: int
    ) -> None:
        monkeypatch.setattr(lists, "PAGE_SIZE", page_size)
        zoe, nameless = make_person("zoe"), make_person("bruno")
        zoe.first_name, zoe.last_name = "Anna", "Ziegler"
        zoe.save(update_fields=["first_name", "last_name"])
        nameless.first_name = ""
        nameless.save(update_fields=["first_name"])
        for name, person in (("driss", world.driss), ("zoe", zoe), ("bruno", nameless)):
            make(world, things, name, user=person.pk)
        make(world, things, "empty")
        assert walk(get, "/m/things/?sort=user") == ["zoe", "bruno", "driss", "empty"]
        assert walk(get, "/m/things/?sort=-user") == ["driss", "bruno", "zoe", "empty"]

    def test_goes_by_the_names_of_records_and_takes_deleted_ones_for_empty(
        self, world: World, things: Module, get: Get, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "PAGE_SIZE", 2)
        targets = [make(world, things, name) for name in ("Zebra", "ant", "Gone")]
        Record.objects.filter(pk=targets[2].pk).update(deleted_at=NOW)
        for target in targets:
            make(world, things, f"to {target.name}", lookup=target.pk)
        assert walk(get, "/m/things/?sort=lookup&q=to")[:3] == ["to ant", "to Zebra", "to Gone"]
        assert walk(get, "/m/things/?sort=-lookup&q=to")[:3] == ["to Zebra", "to ant", "to Gone"]

    def test_shows_the_column_it_goes_by(self, world: World, things: Module, get: Get) -> None:
        make(world, things, "One", phone="+33 1 23")
        page = get("/m/things/")
        assert "The phone" not in page.select_one("thead").text  # type: ignore[union-attr]
        page = get("/m/things/?sort=-phone")
        heading = one(page, "thead th[aria-sort]")
        assert (heading.get_text(strip=True), heading["aria-sort"]) == ("The phone", "descending")
        cell = one(page, "tbody td.is-sorted")
        assert cell.text == "+33 1 23"
        assert "hides" not in cell["class"]

    @pytest.mark.parametrize(
        "word", ["long_text", "-file", "nothing", "--amount", "id", "owner__password", "%00", "é", "'"]
    )
    def test_reads_what_is_no_column_as_the_latest_change(
        self, world: World, things: Module, get: Get, word: str
    ) -> None:
        make(world, things, "Old")
        Record.objects.update(updated_at=NOW - timedelta(days=1))
        make(world, things, "New")
        assert names(get(f"/m/things/?sort={word}")) == ["New", "Old"]

    def test_tells_a_field_from_a_column_of_the_same_name(
        self, world: World, things: Module, get: Get
    ) -> None:
        Field.objects.create(module=things, key="changed", label="How it changed", kind="text")
        make(world, things, "A", changed="z")
        make(world, things, "B", changed="a")
        assert names(get("/m/things/?sort=field-changed")) == ["B", "A"]

    @pytest.mark.parametrize("kind", [*RISING, FieldKind.USER, FieldKind.LOOKUP])
    @pytest.mark.parametrize(
        "value", [None, "a", "nul\0", "\ud800", 2**63, -(2**80), 1.5, True, [], {}, "2026-01-01", "😀"]
    )
    def test_stands_any_cursor(
        self, world: World, things: Module, client: Client, kind: FieldKind, value: Any
    ) -> None:
        make(world, things, "A", integer=1)
        client.force_login(world.alice)
        for place in ([value, 1], [value, -1], [value, "x"]):
            word = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
            for way in ("after", "before"):
                assert client.get(f"/m/things/?sort={kind.value}&{way}={word}").status_code == 200

    @pytest.mark.parametrize("kind", [*RISING, FieldKind.USER, FieldKind.LOOKUP])
    def test_costs_the_same_for_10_and_20_records(
        self, world: World, things: Module, get: Get, kind: FieldKind
    ) -> None:
        def cost() -> int:
            for number in range(10):
                make(world, things, f"{number}", integer=number, user=world.driss.pk)
            get("/m/things/")
            with CaptureQueriesContext(connection) as queries:
                get(f"/m/things/?sort={kind.value}")
            return len(queries)

        assert cost() == cost() <= 12


class TestSortedByStanding:
    def test_goes_by_the_order_of_states(self, world: World, get: Get) -> None:
        for stage in ("legal_review", "closed_lost", "qualification", "product_demo"):
            world.deal(name=stage, stage=stage)
        nowhere = world.deal(name="nowhere")
        Record.objects.filter(pk=nowhere.pk).update(state=None, run=None)
        rising = ["qualification", "product_demo", "legal_review", "closed_lost"]
        assert names(get("/m/deals/?sort=state-order")) == [*rising, "nowhere"]
        assert names(get("/m/deals/?sort=-state-order")) == [*reversed(rising), "nowhere"]

    def test_leaves_states_of_several_fields_unsorted(self, world: World, get: Get) -> None:
        other = Drawing(world.module, key="other", state_field="demo_status")
        other.state("planned", is_start=True)
        world.deal()
        page = get("/m/deals/?sort=state-order")
        heading = next(th for th in page.select("thead th") if th.get_text(strip=True) == "State")
        assert not heading.select("a")
        assert one(page, "thead th[aria-sort]").get_text(strip=True) == "Changed"

    def test_goes_by_the_time_in_the_state(
        self, world: World, get: Get, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "PAGE_SIZE", 2)
        for days in (3, 1, 2):
            record = world.deal(name=f"{days} days")
            Record.objects.filter(pk=record.pk).update(entered_state_at=NOW - timedelta(days=days))
        nowhere = world.deal(name="nowhere")
        Record.objects.filter(pk=nowhere.pk).update(state=None, run=None, entered_state_at=None)
        assert walk(get, "/m/deals/?sort=-in-state") == ["3 days", "2 days", "1 days", "nowhere"]
        assert walk(get, "/m/deals/?sort=in-state") == ["1 days", "2 days", "3 days", "nowhere"]

    def test_goes_by_the_names_of_owners(self, world: World, client: Client) -> None:
        client.force_login(world.emma)
        for owner in (world.driss, world.alice, world.claire):
            make_record(world.module, owner, owner.name)
        page = parsed(client.get("/m/deals/?sort=owner"))
        assert names(page) == ["Alice", "Claire", "Driss"]
        assert names(parsed(client.get("/m/deals/?sort=-owner"))) == ["Driss", "Claire", "Alice"]


class TestControls:
    def test_turn_round_by_a_second_click(self, world: World, get: Get) -> None:
        world.deal()

        def link(page: BeautifulSoup, label: str) -> str:
            return str(next(a for a in page.select("thead a") if a.get_text(strip=True) == label)["href"])

        page = get("/m/deals/")
        assert link(page, "Amount") == "/m/deals/?sort=-amount"
        assert link(page, "Closing") == "/m/deals/?sort=closing"
        assert link(page, "Changed") == "/m/deals/?sort=changed"
        assert link(get("/m/deals/?sort=-amount"), "Amount") == "/m/deals/?sort=amount"
        assert link(get("/m/deals/?sort=amount&q=n"), "Amount") == "/m/deals/?q=n&sort=-amount"

    def test_offer_all_that_can_be_sorted_by(self, world: World, things: Module, get: Get) -> None:
        make(world, things, "One")
        page = get("/m/things/?sort=integer")
        words = [str(option["value"]).removeprefix("-") for option in page.select("#list-sort option")]
        assert set(words) == {*RISING, "user", "lookup", "name", "owner", "changed"}
        assert one(page, "#list-sort option[selected]")["value"] == "integer"
        assert one(page, "#list-direction a")["href"] == "/m/things/?sort=-integer"

    def test_answer_htmx_with_what_a_fresh_page_shows(self, world: World, get: Get) -> None:
        world.deal(amount=1)
        fragment = get("/m/deals/?sort=-amount", **HTMX)
        fresh = get("/m/deals/?sort=-amount")
        direction = one(fragment, '[hx-swap-oob="innerHTML:#list-direction"]')
        assert str(one(direction, "a")) == str(one(fresh, "#list-direction a"))
        assert str(one(fragment, "thead")) == str(one(fresh, "thead"))
