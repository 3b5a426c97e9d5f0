"""What must hold on every page: readable by everybody, and no text of a stranger ever runs."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from records.models import Record
from tests.e2e.company import Company, found_company

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}'\";--\u202eevil 🎉"


@pytest.fixture
def company(live_server: Any) -> Company:
    return found_company()


def addresses(deal: Record) -> list[str]:
    record = f"/r/{deal.pk}/"
    return [
        "/",
        "/?all=1",
        "/tasks/",
        "/m/deals/",
        "/m/deals/?q=nothing-has-this-name",
        "/m/deals/new/",
        record,
        f"{record}edit/",
        f"{record}t/start_analysis/",
        f"{record}why/",
        "/accounts/preferences/",
        "/no-such-page/",
    ]


class TestAccessibility:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [1440, 390])
    def test_axe_finds_nothing(
        self,
        new_page: Callable[..., Page],
        sign_in: Callable[..., None],
        company: Company,
        scheme: str,
        width: int,
    ) -> None:
        deal = company.deal()
        page = new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        page.goto("/accounts/login/")
        found = {"/accounts/login/": violations(page)}
        sign_in(page, company.people["alice"])
        for address in addresses(deal):
            page.goto(address)
            found[address] = violations(page)
        assert {address: names for address, names in found.items() if names} == {}


def violations(page: Page) -> list[str]:
    page.wait_for_load_state("networkidle")
    return [
        f"{violation['id']}: {node['target']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]


class TestHostileText:
    def test_is_text_wherever_it_is_shown(
        self, new_page: Callable[..., Page], sign_in: Callable[..., None], company: Company
    ) -> None:
        page = new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"A script ran: {dialog.message}"))
        sign_in(page, company.people["alice"])
        page.goto("/m/deals/new/")
        page.locator("[name=name]").fill(HOSTILE)
        page.locator("[name=account]").select_option(label="Northwind Traders")
        page.locator("[name=next_step]").fill(HOSTILE)
        page.get_by_role("button", name="Create deal").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x onerror=alert(1)>{{7*7}}")
        deal = Record.objects.get(module__key="deals")
        company.move(deal, "start_analysis", "alice", next_step="x", amount="1", comment=HOSTILE)
        for address in addresses(deal)[:-1]:
            page.goto(address)
            assert page.locator("img[src=x]").count() == 0, address
        page.goto(f"/r/{deal.pk}/")
        expect(page.locator("[data-event=transition]")).to_contain_text("<img src=x onerror=alert(1)>")
