"""Texts that try to be something else are shown as the texts they are, everywhere."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from automations.delivery import deliver_due
from records.models import Record
from tests.e2e.company import deal, dialog, field, move, open_form, open_record, overflow, send, state

TAG = "<img src=x onerror=alert(1)>"
TEXTS = {
    "code": f"{TAG}</title></textarea><script>alert(2)</script>{{{{7*7}}}} ${{7*7}} {{% now %}} \"'`&amp;",
    "letters": "👩‍👩‍👧‍👦 🇫🇷 e\u0301 شركة النور \u202e gnp.exe",
    "one long word": "W" * 200,
}
LONG = "x" * 10_000


@pytest.fixture
def watched(alice: Page) -> Page:
    """Alice's page; a script that ran would open a window, which fails the test."""

    def refuse(window: Dialog) -> None:
        alice.complaints.append(f"A text ran as a script: {window.message}")  # type: ignore[attr-defined]
        window.dismiss()

    alice.on("dialog", refuse)
    return alice


def create(page: Page, name: str) -> Record:
    page.goto("/m/deals/new/")
    form = page.locator("#record-form")
    form.locator('[name="name"]').fill(name)
    form.locator('[name="account"]').select_option(label="Studio Kessel")
    for key in ("product", "next_step", "notes"):
        form.locator(f'[name="{key}"]').fill(name[:100])
    form.locator('[name="amount"]').fill("100")
    form.locator('[name="contact_email"]').fill("lotte@example.com")
    form.locator('[name="closing_date"]').fill("2099-01-01")
    page.get_by_role("button", name="Create deal").click()
    expect(page.locator("#timeline")).to_be_visible()
    return Record.objects.latest("pk")


class TestHostileTexts:
    @pytest.mark.parametrize("kind", TEXTS)
    def test_stay_texts_from_the_form_to_the_mail(
        self, kind: str, watched: Page, open_as: Callable[..., Page]
    ) -> None:
        text = TEXTS[kind]
        record = create(watched, text)
        stored = record.name
        expect(watched.get_by_role("heading", level=1)).to_have_text(stored)
        for key in ("product", "next_step", "notes"):
            expect(watched.locator(f'[data-field="{key}"] dd')).to_have_text(record.values[key])

        open_form(watched, "send_to_legal")
        expect(dialog(watched).locator(".message-box")).to_contain_text(stored)
        field(watched, "comment").fill(text)
        send(watched)
        expect(state(watched)).to_have_attribute("data-state", "legal_review")
        expect(watched.locator("#timeline > li").first.locator("blockquote")).to_have_text(stored)
        # A task's title holds so much of it as fits.
        expect(watched.locator("#record-tasks")).to_contain_text(f"Check the contract of {stored[:150]}")
        move(watched, "back_to_needs_analysis", next_step=text)
        deliver_due(clock=timezone.now)

        for path in (f"/r/{record.pk}/", f"/r/{record.pk}/edit/", "/m/deals/", "/", "/automations/mailbox/"):
            watched.goto(path)
            if path.endswith("edit/"):
                expect(watched.locator('#record-form [name="name"]')).to_have_value(stored)
            else:
                expect(watched.locator("main")).to_contain_text(stored[:150])
            expect(watched.locator("main img, main script")).to_have_count(0)
            assert overflow(watched) <= 0, path
        watched.locator("main").get_by_role("link").filter(has_text=stored).click()
        expect(watched.locator(".mail-text")).to_contain_text(f"sent {stored} back")

        driss = open_as("driss", viewport={"width": 390, "height": 844})
        driss.goto("/")
        expect(driss.locator("#my-tasks")).to_contain_text(stored[:150])
        expect(driss.locator("main img, main script")).to_have_count(0)
        assert overflow(driss) <= 0

    def test_are_refused_beside_the_field_where_they_are_too_long(self, watched: Page) -> None:
        record = deal("Cartonnerie Vallier – booking software")
        open_record(watched, record)
        open_form(watched, "record_demo")
        for key in ("next_step", "comment"):
            field(watched, key).evaluate("element => element.removeAttribute('maxlength')")
            field(watched, key).fill(LONG)
        send(watched)
        for key in ("next_step", "comment"):
            expect(dialog(watched).locator(f'[data-error-for="{key}"]')).to_contain_text("10000")
            expect(field(watched, key)).to_have_value(LONG)

        watched.goto("/m/deals/new/")
        name = watched.locator('#record-form [name="name"]')
        name.evaluate("element => element.removeAttribute('maxlength')")
        name.fill(LONG)
        watched.get_by_role("button", name="Create deal").click()
        expect(watched.locator('[data-error-for="name"]')).to_be_visible()
        expect(name).to_have_value(LONG)
        assert overflow(watched) <= 0

    def test_are_looked_for_as_they_stand(self, watched: Page) -> None:
        for text in (TAG, "%", "_", "\\", "'; DROP TABLE records_record; --", LONG):
            watched.goto("/m/deals/")
            watched.get_by_role("searchbox").evaluate("element => element.removeAttribute('maxlength')")
            watched.get_by_role("searchbox").fill(text)
            watched.get_by_role("searchbox").press("Enter")
            expect(watched.locator("#record-list .empty-state")).to_contain_text(text[:100])
            expect(watched.locator("#list-count")).to_have_text("No results")
            assert overflow(watched) <= 0

    def test_lead_to_nothing_as_addresses(self, watched: Page) -> None:
        record = deal("Studio Kessel")
        for path in (
            "/m/nothing/", "/m/deals%00/", "/r/999999999999999999999/", "/r/0/", "/r/-1/",
            f"/r/{record.pk}/t/no_such_step/", f"/r/{record.pk}/t/{TAG}/", "/automations/mailbox/../",
        ):  # fmt: skip
            answer = watched.goto(path)
            assert answer is not None
            assert answer.status == 404, path
        answer = watched.goto(f"/r/{record.pk}/t/plan_demo/?back=https://evil.example/")
        assert answer is not None
        expect(dialog(watched).get_by_role("link", name="Cancel")).to_have_attribute(
            "href", f"/r/{record.pk}/"
        )
