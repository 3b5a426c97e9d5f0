"""The page of a field that exists: its form, what uses it, archiving and bringing back."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from processes.loading import clear_cache
from processes.models import Field, Module, Process, ProcessVersion
from records.models import Record
from tests.factories import make_record
from tests.htmx import HTMX, one, parsed, text_of, texts
from tests.records.engine.conftest import World

STAGE = "/modules/deals/fields/stage/"
AMOUNT = "/modules/deals/fields/amount/"
REFERENCE = "/modules/deals/fields/reference/"
DISCOUNT = "/modules/deals/fields/discount/"


@pytest.fixture
def admin(world: World, client: Client) -> Client:
    client.force_login(world.emma)
    return client


def filled(page: BeautifulSoup, **typed: str) -> dict[str, str]:
    """What a browser would send for the field's form, with some inputs typed over."""
    form = one(page, "#field-form")
    data: dict[str, str] = {}
    for tag in form.select("input[name]"):
        if tag.get("type") != "checkbox" or tag.has_attr("checked"):
            blank = "on" if tag.get("type") == "checkbox" else ""
            data[str(tag["name"])] = str(tag.get("value", blank))
    for select in form.select("select[name]"):
        chosen = select.select("option[selected]")
        data[str(select["name"])] = str(chosen[0]["value"]) if chosen else ""
    return data | typed


def post(client: Client, address: str, **typed: str) -> Any:
    return client.post(address, filled(parsed(client.get(address)), **typed))


class TestField:
    def test_saves_what_was_typed(self, admin: Client) -> None:
        response = post(
            admin, AMOUNT, label="Value", section="Money", help="Without tax", required="on", maximum="9"
        )
        assert response.status_code == 303
        assert response.headers["Location"] == "/modules/deals/#field-amount"
        field = Field.objects.get(key="amount")
        assert (field.label, field.section, field.help_text) == ("Value", "Money", "Without tax")
        assert field.is_required
        assert field.settings == {"currency": "EUR", "decimals": 2, "maximum": "9"}
        assert Module.objects.get().revision == 2

    def test_saved_as_it_is_changes_nothing(self, admin: Client, world: World) -> None:
        world.deal(amount=100)
        for key in Field.objects.values_list("key", flat=True).order_by("pk"):
            before = Field.objects.filter(key=key).values().get()
            assert post(admin, f"/modules/deals/fields/{key}/").status_code == 303
            after = Field.objects.filter(key=key).values().get()
            assert after == before
        assert Module.objects.get().revision == 1

    def test_tells_what_is_wrong_and_keeps_what_was_typed(self, admin: Client) -> None:
        page = parsed(post(admin, AMOUNT, label="Stage", minimum="much"), 422)
        assert "There is a field" in one(page, '[data-error-for="label"]').text
        assert one(page, '[data-error-for="minimum"]')
        assert one(page, "#id_label")["value"] == "Stage"
        assert text_of(one(page, "h1")) == "Amount"
        assert Module.objects.get().revision == 1

    def test_says_what_stays_and_why(self, admin: Client, world: World) -> None:
        page = parsed(admin.get(AMOUNT))
        assert page.select("#id_currency")
        world.deal(amount=100)
        page = parsed(admin.get(AMOUNT))
        assert not page.select("#id_currency, #id_decimals")
        facts = " ".join(texts(page, ".facts > div"))
        assert "Currency EUR Records hold amounts in it." in facts
        assert "Key amount" in facts

    def test_refuses_to_become_unique_beside_the_box(self, admin: Client, world: World) -> None:
        for _number in range(2):
            world.deal(reference="C-1")
        page = parsed(post(admin, REFERENCE, unique="on"), 422)
        assert (
            "1 value is there more than once: “C-1” (2 times)." in one(page, '[data-error-for="unique"]').text
        )
        assert one(page, "#id_unique").has_attr("checked")

    def test_overwrites_nobody_unseen(self, admin: Client) -> None:
        typed = filled(parsed(admin.get(REFERENCE)), label="Mine")
        Field.objects.filter(key="reference").update(label="Theirs")
        page = parsed(admin.post(REFERENCE, typed), 409)
        assert "somebody else has changed this" in one(page, '[role="alert"]').text
        assert one(page, "#id_label")["value"] == "Mine"
        assert admin.post(REFERENCE, filled(page)).status_code == 303
        assert Field.objects.get(key="reference").label == "Mine"

    @pytest.mark.parametrize("value", ["<b>x</b>{{ 7*7 }}", "\x00", "x" * 100_000, "[[[["])
    def test_never_breaks(self, admin: Client, world: World, value: str) -> None:
        world.deal(amount=1, demo_status="done")
        for address in (AMOUNT, "/modules/deals/fields/demo_status/"):
            names = list(filled(parsed(admin.get(address))))
            for name in [*names, "do", "unique", "option_0_archived"]:
                assert post(admin, address, **{name: value}).status_code in {200, 303, 409, 422}, name
            assert "<b>x</b>" not in admin.get(address).content.decode()

    def test_takes_the_same_queries_for_many_fields_and_records(
        self, admin: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        world.deal(amount=1)
        admin.get(AMOUNT)
        with django_assert_num_queries(13):
            admin.get(AMOUNT)
        for number in range(20):
            Field.objects.create(module=world.module, key=f"f{number}", label=f"F {number}", kind="text")
            world.deal(amount=number)
        with django_assert_num_queries(13):
            admin.get(AMOUNT)


class TestOptions:
    def test_show_who_uses_them(self, admin: Client, world: World) -> None:
        world.deal()
        world.deal(stage="closed_won")
        page = parsed(admin.get(STAGE))
        rows = page.select(".option-row")
        assert [str(row["data-option"]) for row in rows][:2] == ["qualification", "product_demo"]
        assert text_of(one(rows[0], ".option-facts")) == "State 1 record"
        assert not rows[0].select('[type="checkbox"]')
        rows = parsed(admin.get("/modules/deals/fields/demo_status/")).select(".option-row")
        assert text_of(one(rows[0], ".option-facts")) == "Archived 0 records"

    def test_are_renamed_everywhere_at_once(self, admin: Client, world: World) -> None:
        record = world.deal()
        post(admin, STAGE, option_0_label="Lead", option_0_colour="red")
        clear_cache()
        pill = one(parsed(admin.get(f"/r/{record.pk}/")), ".standing .state-pill")
        assert (pill.text, pill["data-colour"]) == ("Lead", "red")

    def test_that_are_states_are_not_archived(self, admin: Client) -> None:
        page = parsed(post(admin, STAGE, option_1_archived="on"), 422)
        error = one(page, '[data-error-for="option_1_label"]').text
        assert "“Product demo” is a state of “Deal closing”" in error
        assert not any(option.get("is_archived") for option in Field.objects.get(key="stage").options)

    def test_that_are_archived_stay_on_their_records(self, admin: Client, world: World) -> None:
        record = world.deal(demo_status="done")
        address = "/modules/deals/fields/demo_status/"
        assert post(admin, address, option_1_archived="on").status_code == 303
        page = parsed(admin.get(address))
        assert texts(page, "details summary h3") == ["Archived options"]
        assert text_of(one(page, "details .option-facts")) == "Archived 1 record"
        assert "Done" in parsed(admin.get(f"/r/{record.pk}/")).text
        choices = parsed(admin.get("/m/deals/new/")).select("#demo_status option")
        assert "done" not in [str(choice["value"]) for choice in choices]

    def test_are_put_in_order_without_script(self, admin: Client) -> None:
        address = "/modules/deals/fields/demo_status/"
        page = parsed(admin.post(address, filled(parsed(admin.get(address)), do="add", label="Typed")))
        assert text_of(one(page, "h1")) == "Product demo"
        assert one(page, "#id_label")["value"] == "Typed"
        assert len(page.select(".option-row")) == 3
        assert page.select("#use-title")
        page = parsed(admin.post(address, filled(page, do="up-1")))
        assert admin.post(address, filled(page)).status_code == 303
        assert [option["key"] for option in Field.objects.get(key="demo_status").options] == [
            "done",
            "planned",
        ]

    def test_are_put_in_order(self, admin: Client) -> None:
        address = "/modules/deals/fields/demo_status/"
        page = parsed(admin.get(address))
        answer = parsed(admin.post(address, filled(page, do="up-1"), headers=HTMX))
        one(page, "#options").clear()
        one(page, "#options").append(answer)
        assert one(page, "[autofocus]")["aria-label"] == "Move Option 1 down"
        assert [option["key"] for option in Field.objects.get(key="demo_status").options] == [
            "planned",
            "done",
        ]
        admin.post(address, filled(page))
        assert [option["key"] for option in Field.objects.get(key="demo_status").options] == [
            "done",
            "planned",
        ]


class TestFieldArchive:
    def test_shows_what_uses_the_field_first(self, admin: Client, world: World) -> None:
        world.deal(discount=500)
        page = parsed(admin.get(f"{DISCOUNT}archive/"))
        assert "1 record holds a value." in text_of(one(page, "main"))
        use = one(page, ".use")
        assert text_of(one(use, ".with-icon")) == "Deal closing in force"
        assert texts(use, "li") == ["The form asks for it"]
        assert one(page, 'form[action$="/archive/"] button').text == "Archive the field"
        answer = parsed(admin.get(f"{DISCOUNT}archive/", headers=HTMX))
        assert not answer.select("html")
        assert one(answer, '[role="dialog"] form')["action"] == f"{DISCOUNT}archive/"

    def test_takes_the_field_out_and_brings_it_back(self, admin: Client, world: World) -> None:
        record = world.deal(discount=500)
        response = admin.post(f"{DISCOUNT}archive/")
        assert (response.status_code, response.headers["Location"]) == (303, "/modules/deals/#field-discount")
        assert not parsed(admin.get(f"/r/{record.pk}/edit/")).select("#discount")
        page = parsed(admin.get(DISCOUNT))
        assert "This field is archived" in one(page, ".notice").text
        assert admin.post(str(one(page, 'form[action$="/restore/"]')["action"])).status_code == 303
        assert one(parsed(admin.get(f"/r/{record.pk}/edit/")), "#discount")["value"] == "5"
        assert Record.objects.get().values["discount"] == 500

    def test_refuses_the_state_field(self, admin: Client) -> None:
        page = parsed(admin.get(f"{STAGE}archive/"))
        assert "holds the state of “Deal closing”" in one(page, '[role="alert"]').text
        assert not page.select('form[action$="/archive/"] button')
        parsed(admin.post(f"{STAGE}archive/"), 409)
        assert not Field.objects.get(key="stage").is_archived

    def test_refuses_to_restore_a_second_field_of_a_name(self, admin: Client) -> None:
        admin.post(f"{DISCOUNT}archive/")
        Field.objects.filter(key="amount").update(label="Discount")
        response = admin.post(f"{DISCOUNT}restore/", follow=True)
        assert "rename one of the two first" in parsed(response).text
        assert Field.objects.get(key="discount").is_archived

    def test_names_retired_versions_that_records_still_follow(self, admin: Client, world: World) -> None:
        version = world.drawing.version
        world.deal()
        ProcessVersion.objects.filter(pk=version.pk).update(status="retired")
        assert "version 1, which records still follow" in admin.get(DISCOUNT).content.decode()
        Record.objects.update(run=None)
        clear_cache()
        assert "which records still follow" not in admin.get(DISCOUNT).content.decode()

    def test_leaves_moves_possible(self, admin: Client, world: World) -> None:
        """A form that asks for an archived field asks for the rest."""
        record = world.deal(stage="legal_review", demo_status="done")
        admin.post(f"{DISCOUNT}archive/")
        admin.force_login(world.driss)
        page = parsed(admin.get(f"/r/{record.pk}/t/submit_documents/"))
        assert not page.select("#discount")
        assert one(page, "#reference")


class TestDeletedProcesses:
    def test_hold_no_field_back(self, admin: Client, world: World) -> None:
        Process.objects.update(archived_at="2026-11-24T09:00Z")
        page = parsed(admin.get(f"{STAGE}archive/"))
        assert "No process uses it" in page.text or "Nothing uses it" in page.text
        assert admin.post(f"{STAGE}archive/").status_code == 303
        assert make_record(world.module, world.alice)
