"""The demo company as journeys meet it, and the gestures that they share."""

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from records.choices import EventKind
from records.models import Record, RecordEvent


def person(username: str) -> User:
    found: User = User.objects.get(username=username)
    return found


def deal(beginning: str) -> Record:
    return Record.objects.alive().with_standing().get(module__key="deals", name__startswith=beginning)


def moves(record: Record) -> list[str]:
    """The keys of the transitions it went through, oldest first."""
    events = RecordEvent.objects.filter(record=record, kind=EventKind.TRANSITION).order_by("pk")
    return [event.transition.key for event in events.select_related("transition") if event.transition]


def open_record(page: Page, record: Record) -> None:
    page.goto(f"/r/{record.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(record.name)


def state(page: Page) -> Locator:
    return page.locator(".standing [data-state]")


def button(page: Page, transition: str) -> Locator:
    """The transition's button in the bar; the map on the page has a link of its own."""
    return page.locator(f'.standing [data-transition="{transition}"]')


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def open_form(page: Page, transition: str) -> Locator:
    button(page, transition).click()
    expect(dialog(page)).to_be_visible()
    return dialog(page)


def field(page: Page, key: str) -> Locator:
    return dialog(page).locator(f'[name="{key}"]')


def send(page: Page) -> None:
    dialog(page).locator("[type=submit]").click()


def move(page: Page, transition: str, **typed: str) -> None:
    """Fill in the form of a transition, send it and wait until the page shows the outcome."""
    open_form(page, transition)
    for key, value in typed.items():
        control = field(page, key)
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    send(page)
    expect(dialog(page)).to_have_count(0)


def mark(page: Page) -> None:
    """Leave something in the document that a full reload would lose; `is_same_document` looks for it."""
    page.evaluate("window.isMarked = true")


def is_same_document(page: Page) -> bool:
    return page.evaluate("window.isMarked === true") is True


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
