"""On a phone: one column, the menu in a popover, dialogs from below, and nothing wider than the window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.company import button, deal, dialog, move, open_form, open_record, overflow, state

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VALLIER = "Cartonnerie Vallier – booking software"


@pytest.fixture
def phone(open_as: Callable[..., Page]) -> Page:
    return open_as("alice", **PHONE)


class TestOnAPhone:
    def test_the_menu_opens_and_leads_on(self, phone: Page) -> None:
        phone.goto("/")
        menu = phone.locator("#sidebar")
        expect(menu).to_be_hidden()
        phone.get_by_role("button", name="Menu").tap()
        expect(menu).to_be_visible()
        menu.get_by_role("link", name="Deals").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Deals")
        expect(menu).to_be_hidden()

    def test_the_menu_closes_at_escape(self, phone: Page) -> None:
        phone.goto("/")
        phone.get_by_role("button", name="Menu").tap()
        phone.keyboard.press("Escape")
        expect(phone.locator("#sidebar")).to_be_hidden()

    def test_the_way_comes_as_a_list_and_the_map_on_demand(self, phone: Page) -> None:
        open_record(phone, deal(VALLIER))
        way = phone.locator(".way-list")
        expect(way).to_be_visible()
        expect(way.locator('[aria-current="step"]')).to_contain_text("Product demo")
        expect(way.locator(".is-done")).to_have_count(2)
        expect(phone.locator(".process-map")).to_be_hidden()
        phone.get_by_text("The whole map").first.tap()
        expect(phone.locator(".process-map")).to_be_visible()
        assert overflow(phone) == 0

    def test_the_form_comes_from_below(self, phone: Page) -> None:
        open_record(phone, deal(VALLIER))
        open_form(phone, "record_demo")
        box = dialog(phone).bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 390)
        assert box["y"] + box["height"] == pytest.approx(844, abs=1)
        foot = dialog(phone).locator("[type=submit]").bounding_box()
        assert foot is not None
        assert foot["y"] + foot["height"] <= 844
        phone.keyboard.press("Escape")
        move(phone, "record_demo")
        expect(button(phone, "record_demo")).to_have_count(0)
        expect(state(phone)).to_be_in_viewport()

    def test_fingers_find_the_buttons(self, phone: Page) -> None:
        open_record(phone, deal(VALLIER))
        for control in phone.locator(".standing").get_by_role("button").all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 44

    @pytest.mark.parametrize("width", [360, 390, 820, 1280, 1600])
    def test_no_page_is_wider_than_the_window(self, width: int, open_as: Callable[..., Page]) -> None:
        page = open_as("alice", viewport={"width": width, "height": 844})
        record = deal(VALLIER)
        paths = (
            "/", "/?all=1", "/tasks/", "/m/deals/", "/m/deals/?q=nothing", "/m/accounts/", "/m/deals/new/",
            f"/r/{record.pk}/", f"/r/{record.pk}/edit/", f"/r/{record.pk}/why/",
            f"/r/{record.pk}/t/back_to_needs_analysis/", f"/r/{record.pk}/t/submit_documents/",
            "/accounts/preferences/", "/accounts/password/", "/automations/mailbox/", "/r/0/",
        )  # fmt: skip
        too_wide = {}
        for path in paths:
            page.goto(path)
            if overflow(page) > 0:
                too_wide[path] = overflow(page)
        assert too_wide == {}
