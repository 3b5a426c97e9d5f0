"""Creating, editing and finding deals."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from processes.models import Module
from records.models import Record
from records.selectors.lists import PAGE_SIZE
from tests.e2e.company import deal, focused, is_same_document, mark, open_record, person, state

VALLIER = "Cartonnerie Vallier – booking software"


def count_of(page: Page) -> int:
    """How many deals the list says there are."""
    return int(page.locator("#list-count").inner_text().split()[0].replace(",", ""))


def row_names(page: Page) -> list[str]:
    return page.locator("tr[data-record] th").all_inner_texts()


class TestANewDeal:
    def test_is_asked_for_what_is_missing_and_wrong(self, alice: Page) -> None:
        alice.goto("/m/deals/")
        alice.get_by_role("link", name="New deal").click()
        form = alice.locator("#record-form")
        form.locator('[name="contact_email"]').fill("no address")
        form.locator('[name="amount"]').fill("a lot")
        form.locator('[name="next_step"]').fill("Kept as typed.")
        alice.get_by_role("button", name="Create deal").click()

        expect(focused(alice)).to_have_attribute("role", "alert")
        wrong = [error.get_attribute("data-error-for") for error in alice.locator("[data-error-for]").all()]
        assert wrong == ["name", "account", "contact_email", "amount"]
        for key in wrong:
            expect(form.locator(f'[name="{key}"]')).to_have_attribute("aria-invalid", "true")
        expect(form.locator('[name="amount"]')).to_have_value("a lot")
        expect(form.locator('[name="next_step"]')).to_have_value("Kept as typed.")
        alice.get_by_role("link", name="Deal name:").click()
        expect(focused(alice)).to_have_attribute("name", "name")

    def test_enters_the_process_at_its_start(self, alice: Page) -> None:
        alice.goto("/m/deals/new/")
        form = alice.locator("#record-form")
        form.locator('[name="name"]').fill("Imprimerie Lacaze – phone booths")
        form.locator('[name="account"]').select_option(label="Imprimerie Lacaze")
        form.locator('[name="amount"]').fill("4,800.50")
        alice.get_by_role("button", name="Create deal").click()
        expect(alice.get_by_role("heading", level=1)).to_have_text("Imprimerie Lacaze – phone booths")
        expect(state(alice)).to_have_attribute("data-state", "qualification")
        expect(alice.locator('[data-field="amount"] dd')).to_have_text("4,800.50\u00a0€")
        expect(alice.locator('[data-field="account"] a')).to_have_text("Imprimerie Lacaze")
        kinds = [li.get_attribute("data-event") for li in alice.locator("#timeline > li").all()]
        assert kinds == ["enter", "create"]
        expect(alice.get_by_role("status").filter(has_text="has been created")).to_be_visible()
        alice.goto("/")
        expect(alice.get_by_role("link", name="Imprimerie Lacaze – phone booths")).to_be_visible()

    def test_is_sent_once_however_often_enter_is_pressed(self, alice: Page) -> None:
        alice.goto("/m/deals/new/")
        alice.evaluate("""
            sessionStorage.sent = 0;
            addEventListener("submit", () => { sessionStorage.sent = Number(sessionStorage.sent) + 1; });
        """)
        form = alice.locator("#record-form")
        form.locator('[name="name"]').fill("Twice")
        form.locator('[name="account"]').select_option(label="Imprimerie Lacaze")
        form.locator('[name="name"]').focus()
        for _press in range(3):
            alice.keyboard.press("Enter")
        expect(alice.get_by_role("heading", level=1)).to_have_text("Twice")
        assert alice.evaluate("sessionStorage.sent") == "1"
        assert Record.objects.filter(name="Twice").count() == 1


class TestEditing:
    def test_changes_fields_and_leaves_the_state_to_the_process(self, alice: Page) -> None:
        record = deal(VALLIER)
        open_record(alice, record)
        alice.get_by_role("link", name="Edit").click()
        form = alice.locator("#record-form")
        expect(form.locator("[data-locked]")).to_contain_text("Product demo")
        expect(form.locator('[name="stage"]')).to_have_count(0)
        form.locator('[name="discount"]').fill("130")
        alice.get_by_role("button", name="Save").click()
        expect(alice.locator('[data-error-for="discount"]')).to_be_visible()
        form.locator('[name="discount"]').fill("12.5")
        alice.get_by_role("button", name="Save").click()
        expect(alice.locator('[data-field="discount"] dd')).to_have_text("12.5\u00a0%")
        expect(alice.locator("#timeline > li").first).to_contain_text("Discount")

    def test_is_left_without_a_trace(self, alice: Page) -> None:
        record = deal(VALLIER)
        alice.goto(f"/r/{record.pk}/edit/")
        alice.locator('#record-form [name="name"]').fill("Something else")
        alice.get_by_role("link", name="Cancel").click()
        expect(alice.get_by_role("heading", level=1)).to_have_text(VALLIER)

    def test_names_what_somebody_else_changed_meanwhile(
        self, alice: Page, open_as: Callable[..., Page]
    ) -> None:
        claire = open_as("claire")
        record = deal(VALLIER)
        for page, amount in ((alice, "13000"), (claire, "14000")):
            page.goto(f"/r/{record.pk}/edit/")
            page.locator('#record-form [name="amount"]').fill(amount)
        claire.locator('#record-form [name="product"]').fill("Meridian Suite 2")
        alice.get_by_role("button", name="Save").click()
        expect(alice.locator('[data-field="amount"] dd')).to_contain_text("13,000.00")
        claire.get_by_role("button", name="Save").click()
        expect(claire.locator('[data-error-for="amount"]')).to_contain_text("13,000.00")
        claire.get_by_role("button", name="Save").click()
        expect(claire.locator('[data-field="amount"] dd')).to_contain_text("14,000.00")
        expect(claire.locator('[data-field="product"] dd')).to_have_text("Meridian Suite 2")


class TestTheList:
    @pytest.fixture
    def many(self, company: None) -> None:
        """Two pages and a half of deals, beside those of the company."""
        now, owner, module = timezone.now(), person("alice"), Module.objects.get(key="deals")
        Record.objects.bulk_create(
            Record(
                module=module,
                name=f"Framework {number:03}",
                owner=owner,
                values={},
                created_at=now,
                updated_at=now + timedelta(seconds=number),
            )
            for number in range(PAGE_SIZE * 5 // 2)
        )

    def test_is_searched_as_one_types(self, alice: Page) -> None:
        alice.goto("/m/deals/")
        mark(alice)
        count, total = alice.locator("#list-count"), count_of(alice)
        alice.get_by_role("searchbox").press_sequentially("VALLIER", delay=20)
        expect(count).to_have_text("2 deals")
        expect(alice.locator("tr[data-record]")).to_have_count(2)
        expect(alice).to_have_url("/m/deals/?q=VALLIER")
        assert is_same_document(alice)

        alice.get_by_role("searchbox").fill("nobody like this")
        expect(alice.get_by_role("heading", name="No name contains “nobody like this”")).to_be_visible()
        expect(alice.locator("#record-list")).to_contain_text(f"Without the search you would see {total}")
        alice.get_by_role("link", name="Clear the search").click()
        expect(count).to_have_text(f"{total} deals")

    @pytest.mark.usefixtures("many")
    def test_is_paged_to_the_end_and_back(self, alice: Page) -> None:
        alice.goto("/m/deals/?sort=name")
        total = count_of(alice)
        assert total > PAGE_SIZE * 5 // 2
        seen = row_names(alice)
        while alice.get_by_role("link", name="Next").count():
            address = alice.url
            alice.get_by_role("link", name="Next").click()
            expect(alice).not_to_have_url(address)
            seen += row_names(alice)
        assert len(seen) == len(set(seen)) == total
        assert seen == sorted(seen)
        while alice.get_by_role("link", name="Previous").count():
            address = alice.url
            alice.get_by_role("link", name="Previous").click()
            expect(alice).not_to_have_url(address)
        assert row_names(alice) == seen[:PAGE_SIZE]

    @pytest.mark.usefixtures("many")
    def test_is_sorted_by_its_headings_within_the_search(self, alice: Page) -> None:
        alice.goto("/m/deals/?q=framework")
        names = alice.get_by_role("columnheader", name=re.compile("Deal name"))
        names.get_by_role("link").click()
        expect(names).to_have_attribute("aria-sort", "ascending")
        assert row_names(alice)[0] == "Framework 000"
        names.get_by_role("link").click()
        expect(names).to_have_attribute("aria-sort", "descending")
        assert row_names(alice)[0] == "Framework 124"

    def test_leads_to_the_record_and_back_to_the_search(self, alice: Page) -> None:
        alice.goto("/m/deals/")
        alice.get_by_role("searchbox").fill("vallier")
        expect(alice.locator("tr[data-record]")).to_have_count(2)
        alice.get_by_role("link", name=VALLIER).click()
        expect(alice.get_by_role("heading", level=1)).to_have_text(VALLIER)
        alice.go_back()
        expect(alice.locator("tr[data-record]")).to_have_count(2)
        expect(alice.get_by_role("searchbox")).to_have_value("vallier")
