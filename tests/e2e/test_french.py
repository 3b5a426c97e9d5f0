"""A French reader: the pages' language, and dates, numbers and money as French prints them."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from records.demo.build import build_demo
from tests.e2e.company import button, deal, dialog, field, move, open_form, open_record, person, send, state

VALLIER = "Cartonnerie Vallier – booking software"


class TestAFrenchReader:
    def test_chooses_the_language_and_reads_in_it(self, alice: Page) -> None:
        alice.goto("/accounts/preferences/")
        alice.locator('[name="language"]').select_option("fr")
        alice.get_by_role("button", name="Save preferences").click()
        expect(alice.locator("html")).to_have_attribute("lang", "fr")
        expect(alice.get_by_role("heading", level=1)).to_have_text("Préférences")

        record = deal(VALLIER)
        open_record(alice, record)
        expect(alice.locator("html")).to_have_attribute("lang", "fr")
        expect(alice.locator('[data-field="amount"] dd')).to_have_text("12\u202f400,00\u00a0€")
        closing = record.values["closing_date"]
        year, _month, day = str(closing).split("-")
        shown = alice.locator('[data-field="closing_date"] dd')
        expect(shown).to_contain_text(year)
        expect(shown).to_contain_text(str(int(day)))
        # The company's own words stay in the company's language.
        expect(button(alice, "record_demo")).to_have_accessible_name("Record the demo")

    def test_types_numbers_the_french_way(self, alice: Page) -> None:
        alice_herself = person("alice")
        alice_herself.language = "fr"
        alice_herself.save(update_fields=["language"])
        record = deal("Clinique des Tilleuls – second building")
        open_record(alice, record)
        open_form(alice, "start_analysis")
        expect(field(alice, "amount")).to_have_value("18\u202f000,00")
        field(alice, "amount").fill("19 500,5")
        field(alice, "next_step").fill("Compter les salles.")
        send(alice)
        expect(dialog(alice)).to_have_count(0)
        expect(alice.locator('[data-field="amount"] dd')).to_have_text("19\u202f500,50\u00a0€")

    def test_is_met_in_french_before_signing_in(self, company: None, new_page: Callable[..., Page]) -> None:
        page = new_page(locale="fr-FR")
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_label("Mot de passe")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.usefixtures("transactional_db")
class TestAFrenchCompany:
    def test_works_in_french_throughout(
        self, new_page: Callable[..., Page], sign_in: Callable[..., None]
    ) -> None:
        build_demo(language="fr", time_zone="Europe/Paris", now=timezone.now())
        page = new_page(locale="fr-FR")
        sign_in(page, person("alice"))
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        open_record(page, deal("Studio Kessel"))
        expect(state(page)).to_have_text("Analyse des besoins")
        move(page, "plan_demo", demo_date=timezone.localdate().isoformat())
        expect(state(page)).to_have_text("Démonstration")
        expect(page.locator("#record-tasks")).to_contain_text("Préparer la démonstration pour Studio Kessel")
        for english in ("Timeline", "Why?", "Tasks", "Edit", "My work", "Sign out"):
            expect(page.get_by_text(english, exact=True)).to_have_count(0)
