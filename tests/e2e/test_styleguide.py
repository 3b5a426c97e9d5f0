"""The styleguide in a browser: whole and accessible in both schemes, wide and narrow, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import make_organisation, make_person

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_has_nothing_that_axe_finds(new_page, sign_in, transactional_db, viewport, scheme, language) -> None:
    make_organisation(language=language)
    page = new_page(viewport=viewport, color_scheme=scheme)
    sign_in(page, make_person("emma", is_administrator=True))
    page.goto("/styleguide/")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert Axe().run(page).response["violations"] == []
    page.locator("[hx-get*=dialog]:not([data-transition])").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[data-error-for]").wait_for()
    assert Axe().run(page).response["violations"] == []
    dialog.locator(".dialog-foot [data-closes]").first.click()
    dialog.wait_for(state="detached")
    assert page.url.endswith("/styleguide/")
