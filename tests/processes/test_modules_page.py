"""The pages of modules: the list, a new one, the settings and the order of fields, a new field."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from processes import services
from processes.models import Field, Module
from tests.factories import Drawing, make_deals, make_organisation, make_person
from tests.htmx import HTMX, apply, look, one, parsed, text_of, texts

pytestmark = pytest.mark.django_db

NEW = {"label": "Lead", "label_plural": "Leads", "name_label": "", "icon": "target", "sharing": "public"}
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"


@pytest.fixture
def module() -> Module:
    make_organisation()
    return make_deals()


@pytest.fixture
def drawing(module: Module) -> Drawing:
    drawing = Drawing(module)
    drawing.state("closed_won", is_exit=True)
    return drawing


@pytest.fixture
def admin(module: Module, emma: User, client: Client) -> Client:
    client.force_login(emma)
    return client


ADDRESSES = [
    ("/modules/", "get"),
    ("/modules/new/", "get"),
    ("/modules/new/", "post"),
    ("/modules/deals/", "get"),
    ("/modules/deals/", "post"),
    ("/modules/deals/move/", "post"),
    ("/modules/deals/sections/move/", "post"),
    ("/modules/deals/fields/new/", "get"),
    ("/modules/deals/fields/new/?kind=text", "get"),
    ("/modules/deals/fields/new/?kind=text", "post"),
    ("/modules/deals/fields/amount/move/", "post"),
    ("/modules/deals/fields/amount/", "get"),
    ("/modules/deals/fields/amount/", "post"),
    ("/modules/deals/fields/amount/archive/", "get"),
    ("/modules/deals/fields/amount/archive/", "post"),
    ("/modules/deals/fields/amount/restore/", "post"),
]


@pytest.mark.parametrize(("address", "method"), ADDRESSES)
class TestEveryPage:
    def test_is_not_there_for_others(self, module: Module, client: Client, address: str, method: str) -> None:
        client.force_login(make_person("alice"))
        before = list(Field.objects.order_by("pk").values())
        assert getattr(client, method)(address, {**NEW, "direction": "down"}).status_code == 404
        assert list(Field.objects.order_by("pk").values()) == before
        assert Module.objects.count() == 1

    def test_asks_strangers_to_sign_in(
        self, module: Module, client: Client, address: str, method: str
    ) -> None:
        response = getattr(client, method)(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/")


class TestWrongMethods:
    @pytest.mark.parametrize(
        "address",
        [
            "/modules/deals/move/",
            "/modules/deals/sections/move/",
            "/modules/deals/fields/amount/move/",
            "/modules/deals/fields/amount/restore/",
        ],
    )
    def test_are_refused(self, admin: Client, address: str) -> None:
        assert admin.get(address).status_code == 405

    def test_are_refused_by_pages(self, admin: Client) -> None:
        for address in ("/modules/", "/modules/deals/", "/modules/deals/fields/amount/"):
            assert admin.delete(address).status_code == 405
        assert admin.post("/modules/").status_code == 405

    @pytest.mark.parametrize(
        "address", ["/modules/nowhere/", "/modules/nowhere/fields/new/", "/modules/deals/fields/nowhere/"]
    )
    def test_unknown_addresses_are_404(self, admin: Client, address: str) -> None:
        assert admin.get(address).status_code == 404


class TestModuleList:
    def test_shows_every_module(self, admin: Client, drawing: Drawing) -> None:
        module = drawing.module
        services.field_archive(field=module.fields.get(key="discount"), actor=None)
        page = parsed(admin.get("/modules/"))
        row = one(page, 'tr[data-module="deals"]')
        assert [text_of(cell) for cell in row.select("th, td")][:4] == [
            "Deals",
            "Private",
            "6",
            "Deal closing",
        ]
        assert texts(page, '.sidebar [aria-current="page"]') == ["Modules"]

    def test_leads_on_where_there_is_none(self, admin: Client) -> None:
        Field.objects.all().delete()
        Module.objects.all().delete()
        page = parsed(admin.get("/modules/"))
        assert one(page, ".empty-state a")["href"] == "/modules/new/"

    def test_takes_the_same_queries_for_many(
        self, admin: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(20):
            made = Module.objects.create(
                key=f"m{number}", label="M", label_plural=f"M {number}", position=number
            )
            Field.objects.create(module=made, key="a", label="A", kind="text")
        admin.get("/modules/")
        # Session, reader, menu: modules, rights, tasks; the list and its processes.
        with django_assert_num_queries(7):
            admin.get("/modules/")

    def test_moves_a_module_with_and_without_htmx(self, admin: Client) -> None:
        Module.objects.create(key="leads", label="Lead", label_plural="Leads", position=1)
        page = parsed(admin.get("/modules/"))
        answer = admin.post("/modules/leads/move/", {"direction": "up"}, headers=HTMX)
        apply(page, parsed(answer), "#module-list")
        assert texts(page, "tbody th") == ["Leads", "Deals"]
        assert one(page, "[autofocus]")["aria-label"] == "Move Leads down"
        response = admin.post("/modules/leads/move/", {"direction": "down"})
        assert (response.status_code, response.headers["Location"]) == (303, "/modules/")
        assert admin.post("/modules/leads/move/", {"direction": "sideways"}).status_code == 404

    def test_is_not_in_the_menu_of_others(self, module: Module, client: Client) -> None:
        client.force_login(make_person("alice"))
        assert not parsed(client.get("/")).select("#nav-build")


class TestModuleNew:
    def test_creates_a_module_without_fields(self, admin: Client) -> None:
        parsed(admin.get("/modules/new/"))
        response = admin.post("/modules/new/", NEW)
        assert (response.status_code, response.headers["Location"]) == (303, "/modules/leads/")
        made = Module.objects.get(key="leads")
        assert (made.label, made.icon, made.sharing, made.position) == ("Lead", "target", "public", 1)
        assert "No field yet" in parsed(admin.get("/modules/leads/")).text

    def test_tells_what_is_wrong_and_keeps_what_was_typed(self, admin: Client) -> None:
        page = parsed(admin.post("/modules/new/", {**NEW, "label": "", "label_plural": "DEALS"}), 422)
        assert one(page, '[data-error-for="label"]')
        assert "There is a module" in one(page, '[data-error-for="label_plural"]').text
        assert one(page, "#id_label_plural")["value"] == "DEALS"
        assert one(page, '[name="icon"][checked]')["value"] == "target"
        assert len(page.select("[data-error-summary] a")) == 2

    def test_shows_hostile_names_as_text(self, admin: Client) -> None:
        admin.post("/modules/new/", {**NEW, "label": HOSTILE, "label_plural": HOSTILE})
        made = Module.objects.exclude(key="deals").get()
        for address in ("/modules/", f"/modules/{made.key}/", f"/modules/{made.key}/fields/new/"):
            content = admin.get(address).content.decode()
            assert "<script>alert" not in content
            assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in content

    @pytest.mark.parametrize("value", ["\x00", "x" * 100_000, "\ud7ff\uffff", "‮evil"])
    def test_never_breaks(self, admin: Client, value: str) -> None:
        for name in NEW:
            assert admin.post("/modules/new/", {**NEW, name: value}).status_code in {303, 422}


class TestModule:
    def typed(self, client: Client, **values: str) -> dict[str, str]:
        page = parsed(client.get("/modules/deals/"))
        seen = str(one(page, '#module-form [name="seen"]')["value"])
        kept = {"label": "Deal", "label_plural": "Deals", "name_label": "Deal name"}
        return {**kept, "icon": "handshake", "sharing": "private", "seen": seen, **values}

    def test_shows_the_fields_by_section(self, admin: Client, drawing: Drawing) -> None:
        drawing.module.fields.filter(key="reference").update(section="Contract", is_unique=True)
        drawing.module.fields.filter(key="amount").update(is_required=True)
        services.field_archive(field=drawing.module.fields.get(key="discount"), actor=None)
        page = parsed(admin.get("/modules/deals/"))
        assert texts(page, "#fields form h2") == ["Without a heading", "Contract"]
        rows = {str(row["data-field"]): row for row in page.select("tr[data-field]")}
        assert "discount" not in rows
        assert text_of(one(rows["amount"], ".is-kind")) == "Currency · EUR"
        assert text_of(one(rows["amount"], ".is-rules")) == "Required"
        assert text_of(one(rows["reference"], ".is-rules")) == "Unique"
        assert text_of(one(rows["stage"], ".is-rules")) == "State of Deal closing"
        assert text_of(one(rows["stage"], ".is-kind")) == "Picklist · 5 options"
        assert texts(page, "details li a") == ["Discount"]

    def test_changes_its_settings(self, admin: Client) -> None:
        response = admin.post(
            "/modules/deals/", self.typed(admin, label_plural="Opportunities", sharing="public")
        )
        assert (response.status_code, response.headers["Location"]) == (303, "/modules/deals/")
        changed = Module.objects.get()
        assert (changed.key, changed.label_plural, changed.sharing) == ("deals", "Opportunities", "public")
        assert changed.revision == 2

    def test_tells_what_is_wrong(self, admin: Client) -> None:
        page = parsed(admin.post("/modules/deals/", self.typed(admin, label="")), 422)
        assert one(page, '[data-error-for="label"]')
        assert text_of(one(page, "h1")) == "Deals"
        assert Module.objects.get().revision == 1

    def test_overwrites_nobody_unseen(self, admin: Client) -> None:
        typed = self.typed(admin, label="Mine")
        Module.objects.update(label="Theirs")
        page = parsed(admin.post("/modules/deals/", typed), 409)
        assert "somebody else has changed this" in one(page, '[role="alert"]').text
        assert one(page, "#id_label")["value"] == "Mine"
        again = {**typed, "seen": str(one(page, '#module-form [name="seen"]')["value"])}
        assert admin.post("/modules/deals/", again).status_code == 303
        assert Module.objects.get().label == "Mine"

    def test_takes_the_same_queries_for_many_fields(
        self,
        admin: Client,
        drawing: Drawing,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        Field.objects.create(
            module=drawing.module, key="account", label="Account", kind="lookup", settings={"module": "deals"}
        )
        admin.get("/modules/deals/")
        with django_assert_num_queries(10):
            admin.get("/modules/deals/")
        for number in range(40):
            Field.objects.create(
                module=drawing.module,
                key=f"more_{number}",
                label=f"More {number}",
                kind="lookup",
                section=f"Section {number % 5}",
                settings={"module": "deals"},
            )
        with django_assert_num_queries(10):
            admin.get("/modules/deals/")


class TestFieldMove:
    def test_swaps_in_place_as_a_fresh_page_shows(self, admin: Client) -> None:
        page = parsed(admin.get("/modules/deals/"))
        answer = admin.post(
            "/modules/deals/fields/discount/move/", {"direction": "up", "section": ""}, headers=HTMX
        )
        assert "Discount is now 1 of 7" in answer.headers["HX-Trigger"]
        apply(page, parsed(answer), "#fields")
        assert texts(page, "tbody th")[:2] == ["Discount", "Amount"]
        button = one(page, "[autofocus]")
        assert button["aria-label"] == "Move Discount down"
        del button["autofocus"]
        assert look(page, "#fields") == look(parsed(admin.get("/modules/deals/")), "#fields")

    def test_works_without_script(self, admin: Client) -> None:
        response = admin.post("/modules/deals/fields/amount/move/", {"direction": "down"})
        assert (response.status_code, response.headers["Location"]) == (303, "/modules/deals/")
        assert texts(parsed(admin.get("/modules/deals/")), "tbody th")[:2] == ["Discount", "Amount"]

    def test_refuses_other_words_and_archived_fields(self, admin: Client, module: Module) -> None:
        assert admin.post("/modules/deals/fields/amount/move/").status_code == 404
        services.field_archive(field=module.fields.get(key="amount"), actor=None)
        response = admin.post("/modules/deals/fields/amount/move/", {"direction": "up"})
        assert response.status_code == 404


class TestSectionMove:
    def test_moves_the_section_with_its_fields(self, admin: Client, module: Module) -> None:
        module.fields.filter(key="reference").update(section="Contract")
        page = parsed(admin.get("/modules/deals/"))
        data = {"direction": "up", "section": "Contract"}
        answer = admin.post("/modules/deals/sections/move/", data, headers=HTMX)
        assert "Contract is now 1 of 2" in answer.headers["HX-Trigger"]
        apply(page, parsed(answer), "#fields")
        assert texts(page, "#fields form h2") == ["Contract", "Without a heading"]
        assert one(page, "[autofocus]")["aria-label"] == "Move Contract down"

    def test_stands_still_for_a_section_that_is_gone(self, admin: Client) -> None:
        data = {"direction": "up", "section": HOSTILE}
        assert admin.post("/modules/deals/sections/move/", data).status_code == 303
        assert admin.post("/modules/deals/sections/move/", data, headers=HTMX).status_code == 200


class TestFieldNew:
    def post(self, client: Client, kind: str, headers: Any = None, **typed: str) -> Any:
        data = {"kind": kind, "label": "Size", "section": "", "help": "", **typed}
        return client.post("/modules/deals/fields/new/", data, headers=headers)

    def test_asks_for_the_kind_first(self, admin: Client) -> None:
        page = parsed(admin.get("/modules/deals/fields/new/"))
        links = [str(link["href"]) for link in page.select(".kind-choices a")]
        assert len(links) == 16
        for link in links:
            assert one(parsed(admin.get(link)), "#field-form")
        assert parsed(admin.get("/modules/deals/fields/new/?kind=nonsense")).select(".kind-choices")
        assert parsed(self.post(admin, "nonsense"), 422).select(".kind-choices")

    def test_adds_the_field_at_the_end(self, admin: Client) -> None:
        response = self.post(
            admin, "integer", label="Seats (number)", minimum="1", required="on", unique="on"
        )
        assert response.status_code == 303
        assert response.headers["Location"] == "/modules/deals/#field-seats_number"
        made = Field.objects.get(key="seats_number")
        assert (made.kind, made.is_required, made.is_unique) == ("integer", True, True)
        assert (made.settings, made.position) == ({"minimum": "1"}, 7)
        assert Module.objects.get().revision == 2

    def test_adds_options_with_colours(self, admin: Client) -> None:
        typed = {"option_keys": '["", "", ""]'}
        for number, (label, colour) in enumerate((("Hot", "red"), ("", "teal"), ("Cold", "blue"))):
            typed |= {f"option_{number}_label": label, f"option_{number}_colour": colour}
        self.post(admin, "picklist", **typed)
        options = [(one["key"], one["label"], one["colour"]) for one in Field.objects.get(key="size").options]
        assert options == [("hot", "Hot", "red"), ("cold", "Cold", "blue")]

    def test_rearranges_options_without_judging_or_saving(self, admin: Client) -> None:
        typed = {
            "option_keys": '["", ""]',
            "option_0_label": "A",
            "option_1_label": "B" * 80,
            "option_1_colour": "red",
        }
        page = parsed(self.post(admin, "picklist", label="", do="up-1", **typed))
        assert [str(tag["value"]) for tag in page.select(".option-name input")] == ["B" * 80, "A"]
        assert one(page, ".option-row [selected][value=red]")
        assert not page.select(".field-error")
        answer = parsed(self.post(admin, "picklist", do="add", headers=HTMX, **typed))
        assert not answer.select("html")
        assert len(answer.select(".option-row")) == 3
        assert one(answer, "[autofocus]")["name"] == "option_2_label"
        assert not Field.objects.filter(key="size").exists()

    def test_tells_what_is_wrong_and_keeps_what_was_typed(self, admin: Client) -> None:
        page = parsed(
            self.post(admin, "currency", label="Amount", currency="EUR", decimals="2", minimum="x"), 422
        )
        assert "There is a field" in one(page, '[data-error-for="label"]').text
        assert one(page, '[data-error-for="minimum"]')
        assert one(page, "#id_minimum")["value"] == "x"
        assert len(page.select("[data-error-summary] a")) == 2

    def test_tells_what_is_wrong_with_an_option(self, admin: Client) -> None:
        typed = {"option_keys": '["", ""]', "option_0_label": "A", "option_1_label": "a"}
        page = parsed(
            self.post(admin, "picklist", option_0_colour="red", option_1_colour="red", **typed), 422
        )
        assert "already" in one(page, '[data-error-for="option_1_label"]').text
        assert one(page, "[data-error-summary] a")["href"] == "#id_option_1_label"

    @pytest.mark.parametrize("value", [HOSTILE, "\x00", "x" * 100_000, "‮evil", "[[[["])
    def test_never_breaks(self, admin: Client, value: str) -> None:
        names = ("label", "section", "help", "minimum", "decimals", "currency", "module", "option_keys", "do")
        for kind in ("text", "currency", "picklist", "lookup"):
            for name in names:
                response = self.post(admin, kind, **{"option_0_label": value, name: value})
                assert response.status_code in {200, 303, 422}, (kind, name)
        content = admin.get("/modules/deals/").content.decode()
        assert "<script>alert" not in content
