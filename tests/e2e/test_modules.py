"""An administrator builds a module, with and without script: order, options with colours, archiving."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from processes.models import Field
from tests.e2e.test_axe import complaints

STATUS = "#announcer"


def option_names(page: Page) -> list[str]:
    return [box.input_value() for box in page.locator(".option-name input").all()]


class TestModules:
    @pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
    def test_from_an_empty_module_to_a_record(
        self, width: int, scheme: str, open_as: Callable[..., Page]
    ) -> None:
        page = open_as("emma", color_scheme=scheme, viewport={"width": width, "height": 844})
        page.goto("/modules/new/")
        page.get_by_label("Name of one record").fill("Ticket")
        page.get_by_label("Name of many").fill("Tickets")
        page.locator(".icon-choice", has=page.get_by_label("Life buoy")).click()
        page.get_by_role("button", name="Create the module").click()
        page.get_by_role("link", name="New field").first.click()
        assert complaints(page) == []
        page.get_by_role("link", name="Picklist").click()
        page.get_by_label("Name", exact=False).first.fill("Urgency")
        for number, name in enumerate(("Low", "High"), start=1):
            page.get_by_label(f"Name of option {number}").fill(name)
        page.get_by_label("Colour of option 2").select_option("red")
        page.get_by_role("button", name="Move Option 2 up").press("Enter")
        expect(page.get_by_role("button", name="Move Option 1 down")).to_be_focused()
        assert option_names(page) == ["High", "Low", ""]
        assert complaints(page) == []
        page.get_by_role("button", name="Add the field").click()
        expect(page.get_by_role("link", name="Urgency")).to_be_visible()
        options = [(one["label"], one["colour"]) for one in Field.objects.get(key="urgency").options]
        assert options == [("High", "red"), ("Low", "blue")]
        page.goto("/m/tickets/new/")
        expect(page.locator("#urgency")).to_contain_text("High")

    def test_moves_fields_in_place_and_by_key(self, open_as: Callable[..., Page]) -> None:
        page = open_as("emma")
        page.goto("/modules/deals/")
        button = page.get_by_role("button", name="Move Contact down", exact=True)
        button.press("Enter")
        expect(page.locator(STATUS)).to_have_text("Contact is now 3 of 7")
        expect(button).to_be_focused()
        expect(page.locator("tbody th").nth(2)).to_have_text("Contact")

    def test_works_without_script(self, open_as: Callable[..., Page]) -> None:
        page = open_as("emma", java_script_enabled=False)
        page.goto("/modules/deals/")
        page.get_by_role("button", name="Move Contact down", exact=True).click()
        expect(page.locator("tbody th").nth(2)).to_have_text("Contact")
        page.goto("/modules/deals/fields/lead_source/")
        page.get_by_role("button", name="Add an option").click()
        page.get_by_label("Name of option 6").fill("Fair")
        page.get_by_role("button", name="Move Option 6 up").click()
        assert option_names(page)[-2:] == ["Fair", "Partner"]
        page.get_by_role("button", name="Save").click()
        assert [one["label"] for one in Field.objects.get(key="lead_source").options][-2:] == [
            "Fair",
            "Partner",
        ]

    def test_shows_what_uses_a_field_before_it_is_archived(self, open_as: Callable[..., Page]) -> None:
        page = open_as("emma")
        page.goto("/modules/deals/fields/amount/")
        page.get_by_role("link", name="Archive the field").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("A rule of the form reads it")
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Archive the field")).to_be_focused()
        page.get_by_role("link", name="Archive the field").click()
        dialog.get_by_role("button", name="Archive the field").click()
        # The address leads to the field's row, which opens the folded list.
        page.get_by_role("link", name="Amount").click()
        page.get_by_role("button", name="Restore the field").click()
        expect(page.locator("tr[data-field='amount']")).to_be_visible()
