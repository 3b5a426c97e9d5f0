"""Without JavaScript everything works by full pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.company import button, deal, dialog, field, moves, open_form, open_record, send, state

VALLIER = "Cartonnerie Vallier – booking software"


@pytest.fixture
def plain(open_as: Callable[..., Page]) -> Page:
    """Alice with a browser that runs no script."""
    return open_as("alice", java_script_enabled=False)


class TestWithoutScript:
    def test_a_person_signs_in_by_a_link_of_the_demo(
        self, company: None, new_page: Callable[..., Page]
    ) -> None:
        page = new_page(java_script_enabled=False)
        page.goto("/")
        page.get_by_role("link", name="Alice Martin").click()
        expect(page.get_by_label("User name")).to_have_value("alice")
        page.get_by_label("Password").fill("blueprint")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")

    def test_a_move_goes_by_pages(self, plain: Page) -> None:
        record = deal(VALLIER)
        open_record(plain, record)
        open_form(plain, "back_to_needs_analysis")
        expect(plain).to_have_url(re.compile(rf"/r/{record.pk}/t/back_to_needs_analysis/"))
        field(plain, "next_step").fill("")
        field(plain, "comment").fill("Kept as typed.")
        send(plain)
        error = dialog(plain).locator('[data-error-for="next_step"]')
        expect(error).to_have_text("This field is required.")
        expect(field(plain, "comment")).to_have_value("Kept as typed.")
        field(plain, "next_step").fill("Ask again in spring.")
        send(plain)
        expect(plain).to_have_url(f"/r/{record.pk}/")
        expect(state(plain)).to_have_attribute("data-state", "needs_analysis")
        expect(plain.locator("#timeline > li").first).to_contain_text("Kept as typed.")
        expect(plain.get_by_role("status").filter(has_text="is now in Needs analysis")).to_be_visible()
        assert moves(record)[-1] == "back_to_needs_analysis"

    def test_a_form_is_left_by_its_links(self, plain: Page) -> None:
        record = deal(VALLIER)
        for name in ("Cancel", "Close"):
            open_record(plain, record)
            open_form(plain, "record_demo")
            dialog(plain).get_by_role("link", name=name).click()
            expect(plain).to_have_url(f"/r/{record.pk}/")

    def test_the_reasons_are_a_page(self, plain: Page) -> None:
        record = deal("Pharma Altea – sensors")
        open_record(plain, record)
        plain.get_by_role("link", name="Why?").click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("Why these buttons?")
        closed = plain.locator('[data-verdict="closed"]')
        expect(closed).to_contain_text("Submit documents")
        expect(closed).to_contain_text("Owners: team Legal")
        plain.get_by_role("link", name="Back to the record").click()
        expect(button(plain, "back_to_needs_analysis")).to_be_visible()

    def test_a_task_is_ticked(self, open_as: Callable[..., Page]) -> None:
        fatou = open_as("fatou", java_script_enabled=False)
        fatou.goto("/")
        tick = fatou.get_by_role("checkbox", name="Prepare the demo of Meridian Suite")
        tick.click()
        expect(fatou).to_have_url("/")
        expect(tick).to_be_checked()

    def test_a_list_is_searched_and_the_menu_is_there(self, plain: Page) -> None:
        plain.goto("/")
        plain.get_by_role("link", name="Deals", exact=True).click()
        plain.get_by_role("searchbox").fill("vallier")
        plain.get_by_role("button", name="Search").click()
        expect(plain.locator("tr[data-record]")).to_have_count(2)
        expect(plain).to_have_url(re.compile(r"/m/deals/\?q=vallier"))

    def test_what_a_move_set_off_is_a_link(self, plain: Page) -> None:
        open_record(plain, deal(VALLIER))
        plain.get_by_role("link", name="Effects of the last move").click()
        expect(plain.locator("#record-effects")).to_contain_text("Nothing was sent after the last move.")
