"""Who may take a step and when: the right people have the button, the others are told why not."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from automations.delivery import deliver_due
from tests.e2e.company import (
    button,
    deal,
    dialog,
    field,
    is_same_document,
    mark,
    move,
    moves,
    open_form,
    open_record,
    send,
    state,
)

BENALI = "Textiles Benali – quiet booths"
ALTEA = "Pharma Altea – sensors"


def reasons(page: Page, transition: str):
    """The part of "Why?" about one transition."""
    return dialog(page).get_by_role("listitem").filter(has=page.get_by_text(transition, exact=True))


class TestTheLegalTeam:
    def test_submits_documents_once_the_demo_is_done(self, alice: Page, open_as: Callable[..., Page]) -> None:
        record = deal(BENALI)
        open_record(alice, record)
        move(alice, "send_to_legal")

        driss = open_as("driss")
        open_record(driss, record)
        expect(button(driss, "back_to_needs_analysis")).to_be_visible()
        expect(button(driss, "submit_documents")).to_have_count(0)
        driss.get_by_role("link", name="Why?").click()
        why = reasons(driss, "Submit documents")
        expect(why).to_contain_text("Not now")
        expect(why.locator(".is-failed")).to_contain_text("Product demo is Done")
        driss.keyboard.press("Escape")

        move(alice, "back_to_needs_analysis", next_step="First the demo.")
        move(alice, "plan_demo", demo_date=timezone.localdate().isoformat())
        move(alice, "record_demo", next_step="Samia wants the contract.")
        move(alice, "send_to_legal", comment="Now with the demo.")

        driss.goto("/")
        row = driss.locator(f'[data-record="{record.pk}"]')
        row.get_by_role("button", name="Submit documents").click()
        expect(dialog(driss)).to_contain_text("Sold by Alice Martin.")
        field(driss, "contract_reference").fill("C-2026-040")
        send(driss)
        expect(row).to_have_count(0)

        alice.reload()
        expect(state(alice)).to_have_attribute("data-state", "closed_won")
        expect(alice.locator(".standing")).to_contain_text("The process ends here")
        expect(alice.locator('[data-field="contract_reference"]')).to_contain_text("C-2026-040")
        expect(alice.locator("#record-tasks")).to_contain_text("Write the first invoice for Textiles Benali")
        assert moves(record)[-1] == "submit_documents"

    def test_is_held_to_the_largest_discount(self, open_as: Callable[..., Page]) -> None:
        driss = open_as("driss")
        record = deal(ALTEA)
        open_record(driss, record)
        open_form(driss, "submit_documents")
        field(driss, "contract_reference").fill("C-2026-041")
        send(driss)
        error = dialog(driss).locator('[data-error-for="discount"]')
        expect(error).to_have_text("The discount may be at most 25 %.")
        expect(field(driss, "contract_reference")).to_have_value("C-2026-041")
        assert moves(record)[-1] == "send_to_legal"

        field(driss, "discount").fill("25")
        send(driss)
        # The deal is closed and none of his any more: he is back at what waits for him.
        expect(driss.get_by_role("heading", level=1)).to_have_text("My work")
        expect(driss.get_by_role("status").filter(has_text="is now in Closed won")).to_be_visible()

    def test_tells_the_rep_by_mail(self, alice: Page, open_as: Callable[..., Page]) -> None:
        driss = open_as("driss")
        open_record(driss, deal(ALTEA))
        move(driss, "submit_documents", contract_reference="C-2026-041", discount="20")
        deliver_due(clock=timezone.now)
        alice.goto("/automations/mailbox/")
        alice.get_by_role("link", name="Closed won: Pharma Altea").click()
        expect(alice.locator(".mail-text")).to_contain_text("Contract C-2026-041")
        driss.goto("/automations/mailbox/")
        expect(driss.get_by_role("link", name="Closed won: Pharma Altea")).to_have_count(0)


class TestTheWrongPerson:
    @pytest.mark.parametrize("username", ["bruno", "hugo", "ines"])
    def test_finds_nothing_where_the_record_is_not_theirs(
        self, username: str, open_as: Callable[..., Page]
    ) -> None:
        page = open_as(username)
        record = deal("Clinique des Tilleuls – second building")
        for path in ("", "why/", "edit/", "t/start_analysis/"):
            answer = page.goto(f"/r/{record.pk}/{path}")
            assert answer is not None
            assert answer.status == 404
            expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
            expect(page.locator("body")).not_to_contain_text("Tilleuls")
        page.goto("/m/deals/")
        expect(page.locator(f'[data-record="{record.pk}"]')).to_have_count(0)

    def test_sees_no_button_and_is_told_who_has_it(self, open_as: Callable[..., Page]) -> None:
        claire = open_as("claire")
        record = deal(ALTEA)
        open_record(claire, record)
        expect(button(claire, "close_as_lost")).to_be_visible()
        expect(claire.locator('[data-transition="submit_documents"]')).to_have_count(0)
        mark(claire)
        claire.get_by_role("link", name="Why?").click()
        expect(claire).to_have_url(f"/r/{record.pk}/why/")
        why = reasons(claire, "Submit documents")
        expect(why.locator(".is-failed")).to_contain_text("Owners: team Legal")
        expect(why.locator(".is-failed")).to_contain_text("You are not one of them.")
        expect(why).to_contain_text("Product demo is Done")
        expect(reasons(claire, "Close as lost")).to_contain_text("You can")
        assert is_same_document(claire)

    def test_is_refused_at_the_forms_own_address(self, open_as: Callable[..., Page]) -> None:
        claire = open_as("claire")
        record = deal(ALTEA)
        answer = claire.goto(f"/r/{record.pk}/t/submit_documents/")
        assert answer is not None
        assert answer.status == 403
        expect(claire.get_by_role("heading", level=1)).to_have_text("“Submit documents” isn’t yours to do")
        expect(claire.locator("main")).to_contain_text("Owners: team Legal")
        expect(claire.locator("form[method=post]:not([action*=logout])")).to_have_count(0)

    def test_sees_of_a_record_only_what_their_step_needs(self, open_as: Callable[..., Page]) -> None:
        fatou = open_as("fatou")
        open_record(fatou, deal("Lycée Camille-Perrin"))
        expect(fatou.locator(".standing").get_by_role("button")).to_have_count(1)
        expect(button(fatou, "plan_demo")).to_be_visible()
        expect(fatou.locator("main")).not_to_contain_text("8,900")
        expect(fatou.locator("#timeline")).to_have_count(0)
        expect(fatou.get_by_role("link", name="Edit")).to_have_count(0)
        closed = fatou.locator('[data-verdict="closed"]').filter(has_text="Send to legal")
        expect(closed).to_contain_text("Owners: the record’s owner, the manager of the record’s owner")

    def test_is_an_administrator_who_may_look_and_not_move(self, open_as: Callable[..., Page]) -> None:
        emma = open_as("emma")
        open_record(emma, deal(BENALI))
        expect(emma.locator(".standing").get_by_role("button")).to_have_count(0)
        expect(emma.locator(".standing")).to_contain_text("No step is open to you now.")
        expect(emma.locator("#timeline")).to_be_visible()
