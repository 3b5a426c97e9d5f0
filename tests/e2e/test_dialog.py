"""The dialog of a transition: opening, leaving and sending it, by key and by pointer."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.company import (
    button,
    deal,
    dialog,
    field,
    focused,
    is_same_document,
    mark,
    moves,
    open_form,
    open_record,
    state,
)

VALLIER = "Cartonnerie Vallier – booking software"


@pytest.fixture
def record():
    return deal(VALLIER)


@pytest.fixture
def form(alice: Page, record) -> Page:
    """Alice before the open form of "Record the demo"."""
    open_record(alice, record)
    mark(alice)
    open_form(alice, "record_demo")
    return alice


class TestTheOpenDialog:
    def test_has_a_name_an_address_and_the_focus(self, form: Page, record) -> None:
        expect(dialog(form)).to_have_accessible_name("Record the demo")
        expect(form).to_have_url(f"/r/{record.pk}/t/record_demo/")
        expect(focused(form)).to_have_attribute("name", "next_step")

    def test_holds_the_focus(self, form: Page) -> None:
        for _press in range(12):
            form.keyboard.press("Tab")
            inside = form.evaluate("document.activeElement.closest('dialog, body').tagName")
            # Leaving the last control leads through the browser's own window, not into the page behind.
            assert inside == "DIALOG" or form.evaluate("document.activeElement === document.body")

    @pytest.mark.parametrize("way", ["Escape", "Cancel", "Close"])
    def test_is_left_without_a_trace(self, form: Page, record, way: str) -> None:
        field(form, "next_step").fill("Never mind.")
        if way == "Escape":
            form.keyboard.press("Escape")
        else:
            dialog(form).get_by_role("link", name=way).click()
        expect(dialog(form)).to_have_count(0)
        expect(form).to_have_url(f"/r/{record.pk}/")
        expect(focused(form)).to_have_attribute("data-transition", "record_demo")
        assert is_same_document(form)
        assert "record_demo" not in moves(record)

    def test_closes_at_the_browsers_back_button(self, form: Page, record) -> None:
        form.go_back()
        expect(dialog(form)).to_have_count(0)
        expect(form).to_have_url(f"/r/{record.pk}/")
        expect(state(form)).to_have_attribute("data-state", "product_demo")
        open_form(form, "send_to_legal")
        expect(form).to_have_url(f"/r/{record.pk}/t/send_to_legal/")
        form.keyboard.press("Escape")
        expect(form).to_have_url(f"/r/{record.pk}/")

    def test_opens_again_at_the_forward_button(self, form: Page) -> None:
        form.keyboard.press("Escape")
        expect(dialog(form)).to_have_count(0)
        form.go_forward()
        expect(dialog(form)).to_have_accessible_name("Record the demo")
        form.keyboard.press("Escape")
        expect(dialog(form)).to_have_count(0)
        expect(state(form)).to_be_visible()

    def test_is_sent_by_key(self, form: Page, record) -> None:
        field(form, "next_step").fill("Marc chooses the small model.")
        form.keyboard.press("Control+Enter")
        expect(dialog(form)).to_have_count(0)
        expect(form.locator('[data-field="next_step"]')).to_contain_text("Marc chooses the small model.")
        assert moves(record)[-1] == "record_demo"

    def test_keeps_a_line_break_in_a_long_text(self, form: Page) -> None:
        field(form, "next_step").press("Control+End")
        form.keyboard.press("Enter")
        form.keyboard.type("Second line")
        expect(field(form, "next_step")).to_have_value("Ask for the list of rooms.\nSecond line")


class TestTheDialogsAddress:
    def test_opens_as_a_page_of_its_own(self, alice: Page, record) -> None:
        alice.goto(f"/r/{record.pk}/t/record_demo/")
        expect(dialog(alice)).to_have_accessible_name("Record the demo")
        expect(alice).to_have_title(f"Record the demo · {VALLIER} · Blueprint")
        alice.keyboard.press("Escape")
        expect(alice).to_have_url(f"/r/{record.pk}/")
        expect(button(alice, "record_demo")).to_be_visible()

    def test_leads_to_the_record_once_it_is_sent(self, alice: Page, record) -> None:
        alice.goto(f"/r/{record.pk}/t/record_demo/")
        dialog(alice).get_by_role("button", name="Record the demo").click()
        expect(alice).to_have_url(f"/r/{record.pk}/")
        expect(alice.get_by_role("status").filter(has_text="is now in Product demo")).to_be_visible()

    def test_says_so_when_the_server_is_out_of_reach(self, alice: Page, record) -> None:
        open_record(alice, record)
        open_form(alice, "record_demo")
        field(alice, "next_step").fill("Typed in a tunnel.")
        alice.route("**/t/record_demo/", lambda route: route.abort())
        dialog(alice).get_by_role("button", name="Record the demo").click()
        expect(dialog(alice).get_by_role("alert")).to_contain_text("The server can’t be reached")
        expect(field(alice, "next_step")).to_have_value("Typed in a tunnel.")
        assert any("ERR_FAILED" in complaint for complaint in alice.complaints)  # type: ignore[attr-defined]
        alice.complaints.clear()  # type: ignore[attr-defined]
        alice.unroute("**/t/record_demo/")
        dialog(alice).get_by_role("button", name="Record the demo").click()
        expect(dialog(alice)).to_have_count(0)
        assert moves(record)[-1] == "record_demo"
