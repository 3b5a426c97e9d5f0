"""Lists of records: who sees what, search, order, pages, and what they cost."""

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

from accounts.models import User
from processes.models import Field, Module
from records.lookups import MAX_SUGGESTIONS
from records.models import Record
from records.selectors.lists import COUNT_CAP, PAGE_SIZE
from tests.factories import NOW, make_record
from tests.records.engine.conftest import World

HTMX = {"HX-Request": "true"}

type Get = Callable[..., BeautifulSoup]


def fill(world: World, count: int, *, owner: User | None = None, prefix: str = "Deal") -> list[Record]:
    """Many deals in one statement, the first the oldest."""
    return Record.objects.bulk_create(
        Record(
            module=world.module,
            name=f"{prefix} {number:05}",
            owner=owner or world.alice,
            values={"stage": "qualification", "amount": 100 * number, "approver": world.claire.pk},
            state=world.drawing.states["qualification"],
            entered_state_at=NOW - timedelta(days=3),
            created_at=NOW,
            updated_at=NOW + timedelta(seconds=number),
        )
        for number in range(count)
    )


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def texts(page: BeautifulSoup | Tag, selector: str) -> list[str]:
    return [" ".join(found.get_text().split()) for found in page.select(selector)]


def names(page: BeautifulSoup) -> list[str]:
    return texts(page, "tbody th")


@pytest.fixture
def get(world: World, client: Client) -> Get:
    client.force_login(world.alice)
    return lambda address="/m/deals/", **headers: parsed(client.get(address, headers=headers))


class TestRecordList:
    def test_shows_name_state_time_fields_owner_and_change(self, world: World, get: Get) -> None:
        record = world.deal(name="Isdom", amount=120050, demo_status="done")
        page = get()
        row = one(page, f'tr[data-record="{record.pk}"]')
        assert one(row, "th a")["href"] == f"/r/{record.pk}/"
        pill = one(row, ".state-pill")
        assert (pill.text, pill["data-colour"], pill["data-step"]) == ("Qualification", "blue", "start")
        assert texts(row, "td.hides") == ["1,200.50 €", "", "Done"]
        assert texts(page, "thead th") == [
            "Deal name", "State", "In state for", "Amount", "Closing", "Product demo", "Owner", "Changed",
        ]  # fmt: skip
        assert "Alice" in row.text

    def test_shows_names_of_people_and_records(self, world: World, get: Get) -> None:
        accounts = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        for position, kind in enumerate(["lookup", "user"]):
            settings = {"module": "accounts"} if kind == "lookup" else {}
            Field.objects.create(
                module=accounts, key=f"a_{kind}", label=kind, kind=kind, settings=settings, position=position
            )
        parent = make_record(accounts, world.alice, "Acme")
        child = make_record(accounts, world.alice, "Bluth", a_lookup=parent.pk, a_user=world.driss.pk)
        page = get("/m/accounts/")
        assert texts(one(page, f'[data-record="{child.pk}"]'), "td.hides") == ["Acme", "Driss"]
        assert "State" not in texts(page, "thead th")

    def test_prints_what_people_typed_as_text(self, world: World, get: Get) -> None:
        world.alice.first_name = "<i>Al"
        world.alice.save(update_fields=["first_name"])
        world.deal(name='<b a="1">', reference="<script>")
        page = get("/m/deals/?sort=reference")
        assert not page.select("tbody b, tbody script, tbody i")
        assert names(page) == ['<b a="1">']
        assert texts(page, "tbody td.is-sorted") == ["<script>"]
        assert "<i>Al" in one(page, "tbody .person").text

    def test_shows_what_is_owned_managed_or_public(self, world: World, client: Client) -> None:
        make_record(world.module, world.alice, "Alice's")
        make_record(world.module, world.claire, "Claire's")

        def seen_by(person: User) -> list[str]:
            client.force_login(person)
            return sorted(names(parsed(client.get("/m/deals/"))))

        assert seen_by(world.alice) == ["Alice's"]
        assert seen_by(world.claire) == ["Alice's", "Claire's"]
        assert seen_by(world.charlie) == []
        assert seen_by(world.emma) == ["Alice's", "Claire's"]
        world.module.sharing = "public"
        world.module.save(update_fields=["sharing"])
        assert seen_by(world.charlie) == ["Alice's", "Claire's"]

    def test_leaves_out_what_was_deleted(self, world: World, get: Get) -> None:
        Record.objects.filter(pk=world.deal().pk).update(deleted_at=NOW)
        assert names(get()) == []

    def test_finds_by_name_in_capitals_or_not(self, world: World, get: Get) -> None:
        for name in ("Énergie verte", "100% Bio", "Isdom_2"):
            world.deal(name=name)
        assert names(get("/m/deals/?q=ÉNERGIE")) == ["Énergie verte"]
        assert names(get("/m/deals/?q=%25")) == ["100% Bio"]
        assert names(get("/m/deals/?q=m_2")) == ["Isdom_2"]
        assert texts(get("/m/deals/?q=bio"), "#list-count") == ["1 deal"]

    def test_says_that_there_is_nothing_yet(self, get: Get) -> None:
        page = get()
        assert one(page, ".empty-state a")["href"] == "/m/deals/new/"
        assert not page.select("table")

    def test_says_what_a_search_hides(self, world: World, get: Get) -> None:
        fill(world, 3)
        page = get("/m/deals/?q=nothing")
        assert "Without the search you would see 3 (Deals)." in one(page, ".empty-state").text
        assert one(page, ".empty-state a")["href"] == "/m/deals/"

    def test_sorts_by_change_and_by_name(self, world: World, get: Get) -> None:
        for name, second in (("B", 1), ("A", 2), ("C", 3)):
            record = world.deal(name=name)
            Record.objects.filter(pk=record.pk).update(updated_at=NOW + timedelta(seconds=second))
        page = get()
        assert names(page) == ["C", "A", "B"]
        assert names(get("/m/deals/?sort=changed")) == ["B", "A", "C"]
        assert names(get("/m/deals/?sort=name")) == ["A", "B", "C"]
        assert names(get("/m/deals/?sort=-name")) == ["C", "B", "A"]
        links = page.select("thead a")
        by_name, by_change = links[0], links[-1]
        assert (by_name["href"], by_change["href"]) == ("/m/deals/?sort=name", "/m/deals/?sort=changed")
        assert [head.get("aria-sort") for head in page.select("thead th[aria-sort]")] == ["descending"]

    @pytest.mark.parametrize("sort", ["name", "-name", "changed", "-changed"])
    def test_walks_through_all_pages_and_back(self, world: World, get: Get, sort: str) -> None:
        fill(world, PAGE_SIZE * 2 + 5)
        # Rows of the same name and moment keep one order too.
        Record.objects.filter(name__gt="Deal 00040", name__lt="Deal 00070").update(
            name="Same", updated_at=NOW
        )
        address, seen, pages = f"/m/deals/?sort={sort}", [], []
        while address:
            page = get(address)
            pages.append(names(page))
            seen += [row["data-record"] for row in page.select("[data-record]")]
            following = page.select('a[rel="next"]')
            address = str(following[0]["href"]) if following else ""
        assert [len(part) for part in pages] == [PAGE_SIZE, PAGE_SIZE, 5]
        assert len(set(seen)) == PAGE_SIZE * 2 + 5
        back = get(str(one(page, 'a[rel="prev"]')["href"]))
        assert names(back) == pages[1]
        first = get(str(one(back, 'a[rel="prev"]')["href"]))
        assert names(first) == pages[0]
        assert not first.select('a[rel="prev"]')

    def test_keeps_the_search_through_pages_and_order(self, world: World, get: Get) -> None:
        fill(world, PAGE_SIZE + 1, prefix="Found")
        fill(world, 2, prefix="Other")
        page = get("/m/deals/?q=found&sort=name")
        assert names(get(str(one(page, 'a[rel="next"]')["href"]))) == [f"Found {PAGE_SIZE:05}"]
        assert page.select("thead a")[0]["href"] == "/m/deals/?q=found&sort=-name"
        assert one(page, '#list-search select[name="sort"] option[selected]')["value"] == "name"

    def test_begins_again_where_a_page_is_gone(self, world: World, get: Get) -> None:
        fill(world, PAGE_SIZE + 1)
        page = get()
        following = str(one(page, 'a[rel="next"]')["href"])
        Record.objects.filter(name="Deal 00000").delete()
        assert names(get(following)) == names(page)

    @pytest.mark.parametrize(
        "cursor",
        ["x", "é", "%00", "W10=", *(
            base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
            for value in (["a"], ["a", "b"], [1, 2], ["a", 2**80], ["nul\0", 1], {"a": 1}, ["2026-01-01", 1])
        )],
    )  # fmt: skip
    @pytest.mark.parametrize("sort", ["name", "changed", "nonsense", "%00"])
    def test_reads_a_broken_address_as_the_first_page(
        self, world: World, get: Get, cursor: str, sort: str
    ) -> None:
        fill(world, 2)
        assert len(names(get(f"/m/deals/?sort={sort}&after={cursor}&q=%00"))) == 2

    def test_caps_the_count(self, world: World, get: Get) -> None:
        fill(world, COUNT_CAP)
        assert texts(get(), "#list-count") == ["1,000 deals"]
        fill(world, 1, prefix="One more")
        assert texts(get(), "#list-count") == ["1,000+ deals"]

    def test_answers_htmx_with_what_a_fresh_page_shows(self, world: World, client: Client, get: Get) -> None:
        fill(world, 3)
        world.deal(name="Isdom")
        before = get()
        response = client.get("/m/deals/?q=isdom&sort=name", headers=HTMX)
        assert response.headers["HX-Push-Url"] == "/m/deals/?q=isdom&sort=name"
        assert "HX-Request" in response.headers["Vary"]
        fragment = parsed(response)
        count = one(fragment, '[hx-swap-oob="innerHTML:#list-count"]').extract()
        one(before, "#record-list").replace_with(
            BeautifulSoup(f'<div id="record-list">{fragment}</div>', "html.parser")
        )
        fresh = get("/m/deals/?q=isdom&sort=name")
        for selector in ("#record-list", "#list-count"):
            swapped = count if selector == "#list-count" else one(before, selector)
            assert swapped.get_text(" ", strip=True) == one(fresh, selector).get_text(" ", strip=True)
        assert one(fresh, "#list-count")["role"] == "status"

    def test_answers_a_boosted_visit_with_the_whole_page(self, world: World, get: Get) -> None:
        assert get(**HTMX, **{"HX-History-Restore-Request": "true"}).select("main")

    @pytest.mark.parametrize("address", ["/m/none/", "/m/none/new/", "/m/none/choices/"])
    def test_knows_no_other_modules(self, world: World, client: Client, address: str) -> None:
        client.force_login(world.alice)
        assert client.get(address).status_code == 404

    def test_asks_strangers_to_sign_in(self, world: World, client: Client) -> None:
        assert client.get("/m/deals/").headers["Location"] == "/accounts/login/?next=/m/deals/"

    def test_is_read_only(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert client.post("/m/deals/").status_code == 405


class TestCost:
    def cost(self, get: Get, address: str = "/m/deals/", **headers: str) -> int:
        get(address, **headers)  # Definitions are read once.
        with CaptureQueriesContext(connection) as queries:
            get(address, **headers)
        return len(queries)

    @pytest.mark.parametrize("address", ["/m/deals/", "/m/deals/?q=deal&sort=name"])
    def test_is_the_same_for_10_20_150_and_8800_records(self, world: World, get: Get, address: str) -> None:
        costs = []
        for more in (10, 10, 130, 8650):
            fill(world, more)
            costs.append(self.cost(get, address))
        assert len(set(costs)) == 1
        assert costs[0] <= 12

    def test_leaves_the_sidebar_out_of_fragments(self, world: World, get: Get) -> None:
        fill(world, 10)
        assert self.cost(get, **HTMX) == self.cost(get) - 2


class TestLookupChoices:
    @pytest.fixture
    def accounts(self, world: World) -> Module:
        module = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        for name in ("Isdom", "Cancity", "Cancity", "Hatfan"):
            make_record(module, world.alice, name)
        make_record(module, world.claire, "Cancelled")
        return module

    def test_offers_names_and_tells_twins_apart(self, accounts: Module, get: Get) -> None:
        twins = Record.objects.filter(name="Cancity").order_by("pk").values_list("pk", flat=True)
        page = get("/m/accounts/choices/?input=account&account=CAN")
        assert [option["value"] for option in page.select("option")] == [f"Cancity #{pk}" for pk in twins]
        assert len(get("/m/accounts/choices/").select("option")) == 4

    def test_offers_only_what_the_person_may_see(
        self, world: World, accounts: Module, client: Client
    ) -> None:
        client.force_login(world.charlie)
        assert parsed(client.get("/m/accounts/choices/?q=")).select("option") == []

    def test_offers_a_few(self, world: World, accounts: Module, get: Get) -> None:
        for number in range(MAX_SUGGESTIONS + 5):
            make_record(accounts, world.alice, f"Many {number}")
        assert len(get("/m/accounts/choices/?q=many").select("option")) == MAX_SUGGESTIONS
