"""The rep's path: from the sign-in through a move to what follows from it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from automations.delivery import Outcome, deliver_due
from records.models import Task
from tests.e2e.company import (
    button,
    deal,
    dialog,
    field,
    focused,
    is_same_document,
    mark,
    move,
    open_form,
    open_record,
    send,
    state,
)

VALLIER = "Cartonnerie Vallier – booking software"


@pytest.mark.usefixtures("company")
class TestSignIn:
    def test_leads_to_my_work_and_on_to_a_record(self, page: Page) -> None:
        page.goto("/")
        page.get_by_role("link", name="Alice Martin").click()
        expect(page.get_by_label("User name")).to_have_value("alice")
        page.get_by_label("Password").fill("blueprint")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")

        page.get_by_role("link", name=VALLIER).click()
        expect(state(page)).to_have_attribute("data-state", "product_demo")
        names = page.locator(".standing").get_by_role("button")
        expect(names).to_have_count(4)
        expect(names.first).to_have_accessible_name("Record the demo")

    def test_refuses_a_wrong_password_and_keeps_the_name(self, page: Page) -> None:
        page.goto("/accounts/login/")
        page.get_by_label("User name").fill("alice")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("don’t match")
        expect(page.get_by_label("User name")).to_have_value("alice")

    def test_comes_back_to_the_page_that_was_asked_for(self, page: Page) -> None:
        record = deal(VALLIER)
        page.goto(f"/r/{record.pk}/")
        page.get_by_label("User name").fill("alice")
        page.get_by_label("Password").fill("blueprint")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(record.name)


class TestMove:
    def test_asks_again_for_what_is_missing(self, alice: Page) -> None:
        open_record(alice, deal(VALLIER))
        mark(alice)
        open_form(alice, "back_to_needs_analysis")
        field(alice, "next_step").fill("")
        field(alice, "comment").fill("Marc wants another product.")
        with alice.expect_response("**/t/back_to_needs_analysis/") as answer:
            send(alice)

        assert answer.value.status == 422
        error = dialog(alice).locator('[data-error-for="next_step"]')
        expect(error).to_have_text("This field is required.")
        expect(field(alice, "next_step")).to_have_attribute("aria-invalid", "true")
        expect(field(alice, "comment")).to_have_value("Marc wants another product.")
        expect(focused(alice)).to_have_attribute("role", "alert")
        dialog(alice).get_by_role("link", name="Next step").click()
        expect(focused(alice)).to_have_attribute("name", "next_step")
        assert is_same_document(alice)

    def test_updates_the_page_in_place(self, alice: Page) -> None:
        record = deal(VALLIER)
        open_record(alice, record)
        mark(alice)
        entries = alice.locator("#timeline > [data-event]")
        before = entries.count()
        move(alice, "back_to_needs_analysis", next_step="Ask for the floor plan.", comment="Marc hesitates.")

        expect(state(alice)).to_have_attribute("data-state", "needs_analysis")
        expect(entries).to_have_count(before + 1)
        expect(entries.first).to_have_attribute("data-event", "transition")
        expect(entries.first).to_contain_text("Alice Martin · Back to needs analysis")
        expect(entries.first).to_contain_text("Ask for the floor plan.")
        expect(entries.first.locator("blockquote")).to_have_text("Marc hesitates.")
        expect(button(alice, "plan_demo")).to_be_visible()
        expect(button(alice, "record_demo")).to_have_count(0)
        said = alice.get_by_role("status").filter(has_text="is now in Needs analysis")
        expect(said).to_be_visible()
        expect(focused(alice)).to_have_attribute("data-state", "needs_analysis")
        expect(alice).to_have_url(f"/r/{record.pk}/")
        assert is_same_document(alice)

    def test_shows_when_the_mail_has_gone(self, alice: Page) -> None:
        deliver_due(clock=timezone.now)  # What the company's past has left.
        open_record(alice, deal(VALLIER))
        move(alice, "back_to_needs_analysis", next_step="Ask for the floor plan.")
        effects = alice.locator("#record-effects .effect")
        expect(effects.locator(".tag")).to_have_text("Waiting")
        mark(alice)
        assert deliver_due(clock=timezone.now) == {Outcome.DONE: 1}
        expect(effects.locator(".tag")).to_have_text("Sent")
        assert is_same_document(alice)

        alice.get_by_role("link", name="Mailbox").click()
        alice.get_by_role("link", name=f"Back to needs analysis: {VALLIER}").click()
        expect(alice.locator(".mail-text")).to_contain_text(f"Alice Martin has sent {VALLIER} back")
        expect(alice.locator(".mail-text")).to_contain_text("Next step: Ask for the floor plan.")

    def test_puts_a_task_on_somebodys_list(self, alice: Page, open_as: Callable[..., Page]) -> None:
        open_record(alice, deal("Studio Kessel"))
        move(alice, "plan_demo", demo_date=timezone.localdate().isoformat())
        expect(state(alice)).to_have_attribute("data-state", "product_demo")
        title = "Prepare the demo of Arche Solo for Studio Kessel"
        expect(alice.locator("#record-tasks")).to_contain_text(title)

        fatou = open_as("fatou")
        fatou.goto("/")
        waiting = Task.objects.open().filter(assignee__username="fatou").count()
        expect(fatou.get_by_role("link", name=f"Tasks {waiting}")).to_be_visible()
        mark(fatou)
        tick = fatou.get_by_role("checkbox", name=title)
        tick.click()
        expect(tick).to_be_checked()
        expect(fatou.get_by_role("link", name=f"Tasks {waiting - 1}")).to_be_visible()
        assert is_same_document(fatou)

    def test_starts_from_my_work_and_ends_there(self, alice: Page) -> None:
        record = deal("Studio Kessel")
        alice.goto("/")
        mark(alice)
        row = alice.locator(f'[data-record="{record.pk}"]')
        row.get_by_role("button", name="Plan the demo").click()
        field(alice, "demo_date").fill(timezone.localdate().isoformat())
        send(alice)
        expect(row.get_by_role("button", name="Record the demo")).to_be_visible()
        expect(alice).to_have_url("/")
        assert is_same_document(alice)
