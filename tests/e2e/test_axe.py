"""axe finds nothing to complain about, on any page, in light and in dark."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.company import deal, dialog, field, open_form, open_record, send

VALLIER = "Cartonnerie Vallier – booking software"

type Scheme = Literal["light", "dark"]


def complaints(page: Page) -> list[str]:
    """One line a violation: the rule, and where it is broken."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in found
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    found: Scheme = request.param
    return found


class TestAccessibility:
    def test_of_the_sign_in(self, scheme: Scheme, company: None, new_page: Callable[..., Page]) -> None:
        page = new_page(color_scheme=scheme)
        page.goto("/accounts/login/")
        assert complaints(page) == []
        page.get_by_role("button", name="Sign in").click()
        assert complaints(page) == []

    @pytest.mark.parametrize("width", [1280, 390])
    def test_of_pages(self, scheme: Scheme, width: int, open_as: Callable[..., Page]) -> None:
        page = open_as("alice", color_scheme=scheme, viewport={"width": width, "height": 844})
        record = deal(VALLIER)
        for path in (
            "/", "/?all=1", "/tasks/", "/m/deals/", "/m/deals/?q=nothing", f"/r/{record.pk}/",
            f"/r/{record.pk}/edit/", f"/r/{record.pk}/why/", f"/r/{record.pk}/t/record_demo/",
            f"/r/{record.pk}/t/submit_documents/", "/accounts/preferences/", "/automations/mailbox/", "/r/0/",
        ):  # fmt: skip
            page.goto(path)
            assert complaints(page) == [], path

    def test_of_what_a_record_opens(self, scheme: Scheme, open_as: Callable[..., Page]) -> None:
        page = open_as("alice", color_scheme=scheme)
        open_record(page, deal(VALLIER))
        open_form(page, "back_to_needs_analysis")
        assert complaints(page) == []
        field(page, "next_step").fill("")
        send(page)
        expect(dialog(page).locator("[data-error-for]")).to_be_visible()
        assert complaints(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Why?").click()
        expect(dialog(page)).to_be_visible()
        assert complaints(page) == []
        page.keyboard.press("Escape")
        open_form(page, "record_demo")
        send(page)
        expect(dialog(page)).to_have_count(0)
        assert complaints(page) == []

    def test_of_a_record_seen_in_part(self, scheme: Scheme, open_as: Callable[..., Page]) -> None:
        driss = open_as("driss", color_scheme=scheme)
        driss.goto("/")
        assert complaints(driss) == []
        open_record(driss, deal("Groupe Mirabel – booths"))
        assert complaints(driss) == []
