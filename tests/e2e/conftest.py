"""A real browser for the journeys: the system's Chromium, watched for errors that nobody would see."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from records.demo.build import build_demo
from tests.e2e.company import person
from tools.browser import FLAGS, MISSING, find_browser

FOLDER = Path(__file__).parent
# Chromium writes these for answers that our pages show in place; any other failed load is an error.
EXPECTED = re.compile(r"^Failed to load resource: the server responded with a status of (403|404|409|422) ")

# Milliseconds; the default of `expect` is short for a machine that runs the suite twice at once.
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        if path is None:
            if os.environ.get("BLUEPRINT_REQUIRE_BROWSER") == "1":
                pytest.fail(MISSING)
            pytest.skip(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Complaints(list[str]):
    """What the browser complained about on a page: script errors, console errors, CSP violations."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"Script error on {page.url}: {error}"))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        is_static = settings.STATIC_URL in message.location["url"]
        if message.type == "error" and (is_static or not EXPECTED.match(message.text)):
            self.append(f"Console error at {message.location['url']}: {message.text}")


@pytest.fixture
def new_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a page of its own session, for a journey of several people; options go to the context."""
    contexts: list[BrowserContext] = []
    complaints = Complaints()

    def open_page(**options) -> Page:
        defaults = {
            "base_url": live_server.url,
            "viewport": {"width": 1280, "height": 800},
            "locale": "en-GB",
            "timezone_id": "Europe/Paris",
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**defaults | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        page.complaints = complaints  # type: ignore[attr-defined]
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def sign_in(live_server) -> Callable[..., None]:
    """Signs a person in on a page without the form, which has a test of its own."""

    def do(page: Page, person) -> None:
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return do


@pytest.fixture(scope="session")
def demo_copy() -> Iterator[sqlite3.Connection]:
    """Where the demo company is kept: building it takes seconds, copying it back none."""
    with closing(sqlite3.connect(":memory:")) as copy:
        yield copy


@pytest.fixture
def company(transactional_db: None, demo_copy: sqlite3.Connection, settings: Any, tmp_path: Path) -> None:
    """The demo company, with a mailbox folder of its own."""
    mailbox = {"BACKEND": "automations.mail.MailboxBackend", "OPTIONS": {"file_path": str(tmp_path / "mail")}}
    settings.MAILERS = {"default": mailbox}
    connection.ensure_connection()
    is_kept = demo_copy.execute("SELECT count(*) FROM sqlite_master").fetchone() > (0,)
    if is_kept:
        demo_copy.backup(connection.connection)
        ContentType.objects.clear_cache()
        return
    build_demo(language="en", time_zone="Europe/Paris", now=timezone.now())
    if connection.vendor == "sqlite":
        connection.connection.backup(demo_copy)


@pytest.fixture
def open_as(
    company: None, new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> Callable[..., Page]:
    """Opens a page of somebody in the demo company; options go to the browser's context."""

    def do(username: str, **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, person(username))
        return page

    return do


@pytest.fixture
def alice(open_as: Callable[..., Page]) -> Page:
    return open_as("alice")
