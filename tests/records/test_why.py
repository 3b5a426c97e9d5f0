"""Why these buttons: every transition of the state with its checks, or why the record stands nowhere."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from processes.models import Module, Process, ProcessVersion, Transition
from records.models import Record
from tests.factories import make_record
from tests.htmx import HTMX, one, parsed, text_of, texts
from tests.records.engine.conftest import World

type Ask = Callable[..., BeautifulSoup]


@pytest.fixture
def ask(client: Client) -> Ask:
    def ask(user: User, record: Record, **headers: str) -> BeautifulSoup:
        client.force_login(user)
        return parsed(client.get(f"/r/{record.pk}/why/", headers=headers))

    return ask


class TestWhy:
    def test_tells_of_every_transition_of_the_state(self, world: World, ask: Ask) -> None:
        page = ask(world.claire, world.deal(stage="legal_review", demo_status="planned"))
        assert texts(page, ".explain-head b") == ["Submit documents", "Close as lost"]
        assert [one["data-verdict"] for one in page.select("[data-verdict]")] == ["closed", "closed"]
        assert "0 of 2 steps are open to you now." in text_of(one(page, "main"))

    def test_puts_what_failed_first_with_the_value_at_hand(self, world: World, ask: Ask) -> None:
        world.legal.user_set.add(world.claire)
        page = ask(world.claire, world.deal(stage="legal_review", demo_status="planned"))
        checks = page.select("[data-verdict]")[0].select(".check-list li")
        assert [text_of(check) for check in checks] == [
            "Failed: Product demo is Done Product demo is Planned",
            "Passed: Owners: team Legal You are one of them.",
        ]
        assert text_of(one(checks[0], "b")) == "Product demo is Done"

    def test_gives_the_administrator_s_own_words_first(self, world: World, ask: Ask) -> None:
        Transition.objects.filter(key="submit_documents").update(
            criteria_message="Show them the product first."
        )
        page = ask(world.claire, world.deal(stage="legal_review", demo_status="planned"))
        assert texts(page, ".check-list .is-failed")[0] == "Failed: Show them the product first."

    def test_keeps_the_parts_of_a_group_under_its_heading(self, world: World, ask: Ask) -> None:
        either = [
            {"field": "amount", "op": "gt", "value": "10"},
            {"field": "approver", "op": "is", "value": world.driss.pk},
        ]
        criteria = {"all": [{"any": either}, {"field": "demo_status", "op": "is", "value": "done"}]}
        Transition.objects.filter(key="submit_documents").update(criteria=criteria)
        page = ask(world.claire, world.deal(stage="legal_review", amount=100_00))
        found = [
            (check["data-depth"], text_of(check).partition(": ")[2])
            for check in page.select("[data-verdict]")[0].select(".check-list li")
        ]
        assert found == [
            ("0", "Owners: team Legal You are not one of them."),
            ("0", "Product demo is Done Product demo is empty"),
            ("0", "Any of these holds"),
            ("1", "Approver is Driss Approver is empty"),
            ("1", "Amount is greater than 10.00 € Amount is 100.00 €"),
        ]

    def test_is_a_drawer_for_htmx_and_a_page_without(self, world: World, ask: Ask) -> None:
        record = world.deal()
        part, page = ask(world.alice, record, **HTMX), ask(world.alice, record)
        dialog = one(part, "dialog[role=dialog].is-drawer")
        assert one(part, "modal-dialog")["data-close-url"] == f"/r/{record.pk}/"
        assert not part.select("html")
        assert texts(dialog, ".explain") == texts(page, "main .explain")

    def test_says_that_the_process_is_switched_off(self, world: World, ask: Ask) -> None:
        record = world.deal()
        Process.objects.update(is_active=False)
        page = ask(world.alice, record)
        assert "switched off for now" in text_of(one(page, "main"))
        assert texts(page, ".tag.is-good") == []

    def test_says_that_an_exit_leads_nowhere(self, world: World, ask: Ask) -> None:
        page = ask(world.alice, world.deal(stage="closed_won"))
        assert "The process ends here" in text_of(one(page, "main"))

    def test_is_not_found_for_strangers(self, world: World, client: Client) -> None:
        client.force_login(world.charlie)
        assert client.get(f"/r/{world.deal().pk}/why/").status_code == 404
        assert client.get("/r/999999/why/").status_code == 404


class TestOutsideOfAProcess:
    def test_says_that_no_process_is_in_use(self, world: World, ask: Ask) -> None:
        accounts = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        page = ask(world.alice, make_record(accounts, world.alice, "Acme"))
        assert "No process is in use for “Accounts”." in text_of(one(page, "main"))

    def test_says_which_entry_criteria_fail(self, world: World, ask: Ask) -> None:
        criteria = {"field": "amount", "op": "gt", "value": "1000"}
        ProcessVersion.objects.update(entry_criteria=criteria)
        page = ask(world.alice, world.deal(amount=5_00))
        assert texts(page, ".explain-head b") == ["Deal closing"]
        assert texts(page, ".check-list .is-failed") == [
            "Failed: Amount is greater than 1,000.00 € Amount is 5.00 €"
        ]

    def test_names_a_value_that_is_no_state(self, world: World, ask: Ask) -> None:
        stage = world.module.fields.get(key="stage")
        stage.options = [*stage.options, {"key": "parked", "label": "Parked"}]
        stage.save(update_fields=["options"])
        page = ask(world.alice, world.deal(stage="parked"))
        assert "Stage is “Parked”, which is no state of it." in text_of(one(page, "main"))

    def test_says_that_an_older_record_can_be_brought_in(self, world: World, ask: Ask) -> None:
        Process.objects.update(is_active=False)
        record = world.deal()
        Process.objects.update(is_active=True)
        assert "an administrator can bring it in" in text_of(one(ask(world.alice, record), "main"))
