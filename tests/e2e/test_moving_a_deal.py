"""The main job in a real browser: the right person moves a deal, the wrong one is told why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from automations.delivery import deliver_due
from automations.models import ActionRun
from records.models import Record, RecordEvent, Task
from tests.e2e.company import Company, found_company

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[..., Page]


@pytest.fixture
def company(live_server: Any) -> Company:
    return found_company()


@pytest.fixture
def enter(new_page: Callable[..., Page], sign_in: Callable[..., None], company: Company) -> Enter:
    """A page of somebody who is signed in, at an address."""

    def open_for(person: str, address: str, **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, company.people[person])
        page.goto(address)
        return page

    return open_for


def button(page: Page, key: str) -> Locator:
    return page.locator(f".transition-bar [data-transition={key}]")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def state_of(page: Page) -> Locator:
    return page.locator("[data-state]")


def moves_of(record: Record) -> int:
    return RecordEvent.objects.filter(record=record, kind="transition").count()


class TestTheLegalTeam:
    def test_submits_documents_once_the_criteria_hold(self, enter: Enter, company: Company) -> None:
        deal = company.in_legal_review(product_demo_status="planned")
        page = enter("driss", f"/r/{deal.pk}/")
        expect(button(page, "submit_documents")).to_have_count(0)
        page.get_by_role("link", name="Why?").click()
        expect(dialog(page)).to_contain_text("Product demo is Done")

        Record.objects.filter(pk=deal.pk).update(
            values=deal.values | {"product_demo_status": "done"}, revision=deal.revision + 1
        )
        page.goto(f"/r/{deal.pk}/")
        button(page, "submit_documents").click()
        expect(dialog(page)).to_contain_text("Northwind – 40 seats for Northwind Traders, 48,000.00 €")
        page.get_by_label("Contract reference").fill("C-2026-001")
        page.get_by_label("Discount").fill("30")
        page.get_by_label("Contact’s e-mail").fill("helene@example.com")
        dialog(page).get_by_role("button", name="Submit documents").click()

        error = dialog(page).locator("[data-error-for=discount]")
        expect(error).to_contain_text("The discount may be at most 25 %.")
        expect(page.get_by_label("Contract reference")).to_have_value("C-2026-001")
        expect(dialog(page).get_by_role("alert")).to_be_focused()
        assert moves_of(deal) == 0

        page.get_by_label("Discount").fill("12.5")
        dialog(page).get_by_role("button", name="Submit documents").click()
        expect(dialog(page)).to_have_count(0)
        expect(page.get_by_role("status").filter(has_text="Closed won").first).to_be_visible()
        assert moves_of(deal) == 1
        deal.refresh_from_db()
        assert (deal.values["discount"], deal.values["contract_reference"]) == (1250, "C-2026-001")
        assert Task.objects.get(record=deal).assignee == company.people["ines"]
        # The deal is none of the legal team's any more.
        expect(page.get_by_role("heading", name="My work")).to_be_visible()

    def test_leaves_an_email_in_the_mailbox(
        self, enter: Enter, company: Company, settings: Any, tmp_path: Path
    ) -> None:
        settings.MAILBOX_DIR = tmp_path
        settings.MAILERS = {
            "default": {
                "BACKEND": "automations.mail.MailboxBackend",
                "OPTIONS": {"file_path": str(tmp_path)},
            }
        }
        deal = company.in_legal_review(product_demo_status="done")
        company.move(
            deal,
            "submit_documents",
            "driss",
            contract_reference="C-7",
            amount="48000",
            contact_email="helene@example.com",
        )
        page = enter("alice", f"/r/{deal.pk}/")
        effects = page.get_by_role("region", name="Effects of the last move")
        expect(effects).to_contain_text("Waiting")
        deliver_due(clock=timezone.now)
        expect(effects).to_contain_text("Sent", timeout=5_000)
        assert set(ActionRun.objects.values_list("status", flat=True)) == {"done"}
        page.goto("/automations/mailbox/")
        page.get_by_role("link", name="Closed won: Northwind – 40 seats").first.click()
        expect(page.get_by_role("main")).to_contain_text("Hello Alice")


class TestARep:
    def test_goes_from_sign_in_to_the_moved_deal(
        self, new_page: Callable[..., Page], company: Company
    ) -> None:
        deal = company.deal()
        page = new_page()
        page.goto("/")
        page.get_by_label("User name").or_(page.locator("[name=username]")).first.fill("alice")
        page.locator("[name=password]").fill("blueprint")
        page.locator("[name=password]").press("Enter")
        row = page.locator(f"[data-record='{deal.pk}']")
        expect(row).to_contain_text("Northwind – 40 seats")
        row.get_by_role("link", name="Northwind – 40 seats").click()
        expect(state_of(page)).to_have_attribute("data-state", "qualification")
        page.evaluate("window.isTheSamePage = true")
        button(page, "start_analysis").click()
        dialog(page).get_by_role("button", name="Start the analysis").click()
        expect(dialog(page).locator("[data-error-for=next_step]")).to_be_visible()
        page.get_by_label("Next step").fill("Ask for the list of rooms.")
        page.get_by_label("Next step").press("Control+Enter")
        expect(state_of(page)).to_have_attribute("data-state", "needs_analysis")
        expect(state_of(page)).to_be_focused()
        expect(page.locator("[data-event=transition]")).to_have_count(1)
        assert page.evaluate("window.isTheSamePage") is True
        assert page.url.endswith(f"/r/{deal.pk}/")

    def test_moves_from_my_work_and_stays_there(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("alice", "/")
        page.locator(f"[data-record='{deal.pk}'] [data-transition=start_analysis]").click()
        page.get_by_label("Next step").fill("Call them.")
        dialog(page).get_by_role("button", name="Start the analysis").click()
        expect(dialog(page)).to_have_count(0)
        expect(page.get_by_role("heading", name="My work")).to_be_visible()
        row = page.locator(f"[data-record='{deal.pk}']")
        expect(row.locator("[data-transition=plan_demo]")).to_be_visible()

    def test_keeps_the_deal_where_it_is_on_escape_cancel_and_back(
        self, enter: Enter, company: Company
    ) -> None:
        deal = company.deal()
        page = enter("alice", f"/r/{deal.pk}/")
        button(page, "close_as_lost").click()
        expect(dialog(page)).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)
        expect(button(page, "close_as_lost")).to_be_focused()
        button(page, "close_as_lost").click()
        dialog(page).get_by_role("link", name="Cancel").click()
        expect(dialog(page)).to_have_count(0)
        assert page.url.endswith(f"/r/{deal.pk}/")
        assert moves_of(deal) == 0

    def test_moves_once_with_a_double_click(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("alice", f"/r/{deal.pk}/")
        button(page, "start_analysis").click()
        page.get_by_label("Next step").fill("Call them.")
        dialog(page).get_by_role("button", name="Start the analysis").dblclick()
        expect(state_of(page)).to_have_attribute("data-state", "needs_analysis")
        assert moves_of(deal) == 1

    def test_moves_without_javascript(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("alice", f"/r/{deal.pk}/", java_script_enabled=False)
        button(page, "start_analysis").click()
        assert page.url.rstrip("?").endswith(f"/r/{deal.pk}/t/start_analysis/")
        submit = dialog(page).get_by_role("button", name="Start the analysis")
        submit.click()
        expect(page.locator("[data-error-for=next_step]")).to_be_visible()
        page.locator("[name=next_step]").fill("Call them.")
        submit.click()
        expect(state_of(page)).to_have_attribute("data-state", "needs_analysis")
        expect(page.get_by_role("status").filter(has_text="Needs analysis").first).to_be_visible()


class TestTheWrongPerson:
    def test_sees_no_button_and_is_told_why(self, enter: Enter, company: Company) -> None:
        deal = company.in_legal_review(product_demo_status="done")
        page = enter("alice", f"/r/{deal.pk}/")
        expect(button(page, "submit_documents")).to_have_count(0)
        page.get_by_role("link", name="Why?").click()
        expect(dialog(page)).to_contain_text("Owners: team Legal")
        expect(dialog(page)).to_contain_text("You are not one of them.")

    def test_does_not_learn_that_the_record_exists(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("hugo", f"/r/{deal.pk}/")
        expect(page.get_by_role("main")).not_to_contain_text("Northwind")
        page.goto(f"/r/{deal.pk}/t/start_analysis/")
        expect(page.get_by_role("main")).not_to_contain_text("Northwind")

    def test_sees_name_and_state_only_where_a_step_is_theirs(self, enter: Enter, company: Company) -> None:
        deal = company.in_legal_review(product_demo_status="done")
        page = enter("driss", f"/r/{deal.pk}/")
        expect(page.get_by_role("heading", name="Northwind – 40 seats")).to_be_visible()
        expect(page.get_by_role("main")).not_to_contain_text("48,000.00")


class TestAStalePage:
    def test_says_who_moved_the_deal_and_keeps_what_was_typed(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("alice", f"/r/{deal.pk}/")
        button(page, "start_analysis").click()
        page.get_by_label("Next step").fill("Ask Hélène for the plan.")
        typed = {"amount": "48000", "closing_date": "2026-12-24", "contact_email": "helene@example.com"}
        company.move(deal, "send_to_legal", "claire", **typed)
        dialog(page).get_by_role("button", name="Start the analysis").click()
        expect(dialog(page)).to_contain_text("Claire")
        expect(dialog(page)).to_contain_text("Legal review")
        expect(dialog(page)).to_contain_text("Ask Hélène for the plan.")
        assert moves_of(deal) == 1


class TestOnAPhone:
    def test_the_way_comes_first_and_nothing_scrolls_sideways(self, enter: Enter, company: Company) -> None:
        deal = company.deal()
        page = enter("alice", f"/r/{deal.pk}/", viewport={"width": 390, "height": 844})
        expect(page.locator(".way-list")).to_be_visible()
        for address in ("/", "/m/deals/", "/m/deals/new/", f"/r/{deal.pk}/", f"/r/{deal.pk}/why/"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.goto(f"/r/{deal.pk}/")
        button(page, "start_analysis").click()
        expect(dialog(page)).to_be_visible()
        page.get_by_label("Next step").fill("Call them.")
        dialog(page).get_by_role("button", name="Start the analysis").click()
        expect(state_of(page)).to_have_attribute("data-state", "needs_analysis")


class TestInFrench:
    def test_words_numbers_and_dates_are_french(
        self, new_page: Callable[..., Page], sign_in: Callable[..., None], live_server: Any
    ) -> None:
        company = found_company("fr")
        deal = company.deal(closing_date="2026-12-03")
        page = new_page(locale="fr-FR")
        sign_in(page, company.people["alice"])
        page.goto(f"/r/{deal.pk}/")
        assert page.locator("html").get_attribute("lang") == "fr"
        text = page.get_by_role("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")
        assert "48 000,00 €" in text
        assert "3 déc. 2026" in text
        expect(page.get_by_role("link", name="Pourquoi")).to_be_visible()
