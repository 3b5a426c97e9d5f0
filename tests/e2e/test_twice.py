"""The same form sent more than once, and pages that somebody else has overtaken."""

from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from tests.e2e.company import (
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

KESSEL = "Studio Kessel – one booth"
VALLIER = "Cartonnerie Vallier – booking software"


class TestTheSameForm:
    def test_moves_once_at_a_double_click(self, alice: Page) -> None:
        record = deal(VALLIER)
        open_record(alice, record)
        open_form(alice, "record_demo")
        sent: list[Request] = []
        alice.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        dialog(alice).locator("[type=submit]").dblclick()
        expect(dialog(alice)).to_have_count(0)
        expect(alice.locator("#timeline > li").first).to_contain_text("Record the demo")
        assert len(sent) == 1
        assert moves(record).count("record_demo") == 1

    def test_moves_once_when_it_arrives_twice(self, alice: Page) -> None:
        record = deal(VALLIER)
        open_record(alice, record)
        open_form(alice, "record_demo")
        with alice.expect_request(lambda request: request.method == "POST") as sent:
            send(alice)
        expect(dialog(alice)).to_have_count(0)
        request = sent.value
        headers = {key: value for key, value in request.headers.items() if not key.startswith("sec-")}
        again = alice.request.post(request.url, data=request.post_data_buffer or b"", headers=headers)
        assert again.status == 200
        assert "Product demo" in again.text()
        assert moves(record).count("record_demo") == 1

    def test_moves_once_when_sent_again_after_going_back(self, open_as: Callable[..., Page]) -> None:
        alice = open_as("alice", java_script_enabled=False)
        record = deal(VALLIER)
        open_record(alice, record)
        open_form(alice, "record_demo")
        send(alice)
        expect(alice).to_have_url(f"/r/{record.pk}/")
        alice.go_back()
        send(alice)
        expect(alice).to_have_url(f"/r/{record.pk}/")
        assert moves(record).count("record_demo") == 1


class TestAStalePage:
    def test_says_who_moved_it_where_and_keeps_what_was_typed(
        self, alice: Page, open_as: Callable[..., Page]
    ) -> None:
        record = deal(KESSEL)
        claire = open_as("claire")
        open_record(claire, record)
        mark(claire)
        open_form(claire, "close_as_lost")
        field(claire, "loss_reason").select_option("timing")
        field(claire, "comment").fill("They wait for the new office.")

        open_record(alice, record)
        move(alice, "send_to_legal")

        with claire.expect_response("**/t/close_as_lost/") as answer:
            send(claire)
        assert answer.value.status == 409
        refused = dialog(claire)
        expect(refused).to_have_accessible_name("Alice Martin was faster")
        expect(refused.get_by_role("alert")).to_contain_text(f"Alice Martin moved “{KESSEL}”: Today")
        expect(refused.locator(".way")).to_contain_text("Needs analysis")
        expect(refused.locator(".way")).to_contain_text("Legal review")
        expect(refused).to_contain_text("Bad timing")
        expect(refused).to_contain_text("They wait for the new office.")
        assert is_same_document(claire)
        assert moves(record)[-1] == "send_to_legal"

        refused.get_by_role("link", name="See where it stands").click()
        expect(dialog(claire)).to_have_count(0)
        expect(state(claire)).to_have_attribute("data-state", "legal_review")

    def test_finds_the_button_gone_that_it_still_shows(
        self, alice: Page, open_as: Callable[..., Page]
    ) -> None:
        record = deal(VALLIER)
        claire = open_as("claire")
        open_record(claire, record)
        open_record(alice, record)
        move(alice, "record_demo")
        claire.locator('.standing [data-transition="record_demo"]').click()
        expect(dialog(claire)).to_have_accessible_name("“Record the demo” can’t be done now")
        expect(dialog(claire)).to_contain_text("The demo is recorded already.")

    def test_takes_what_others_wrote_and_names_what_both_changed(
        self, alice: Page, open_as: Callable[..., Page]
    ) -> None:
        record = deal(KESSEL)
        open_record(alice, record)
        open_form(alice, "plan_demo")
        claire = open_as("claire")
        claire.goto(f"/r/{record.pk}/edit/")
        claire.get_by_label("Product", exact=False).first.fill("Arche Quartett")
        claire.get_by_role("button", name="Save").click()
        expect(claire.locator('[data-field="product"]')).to_contain_text("Arche Quartett")

        field(alice, "product").fill("Arche Duo")
        field(alice, "demo_date").fill("2099-01-01")
        send(alice)
        error = dialog(alice).locator('[data-error-for="product"]')
        expect(error).to_contain_text("Somebody else has changed this to “Arche Quartett” meanwhile")
        expect(field(alice, "product")).to_have_value("Arche Duo")
        send(alice)
        expect(dialog(alice)).to_have_count(0)
        expect(state(alice)).to_have_attribute("data-state", "product_demo")
        expect(alice.locator('[data-field="product"]')).to_contain_text("Arche Duo")
