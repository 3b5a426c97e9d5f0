"""Finds a Chromium to drive: for the journeys of the tests and for the pictures of the tour."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "There is no Chromium on this machine: install it, or name one in BLUEPRINT_BROWSER."


def find_browser(own: str) -> str | None:
    """The browser to drive: the one in BLUEPRINT_BROWSER, the system's, or Playwright's `own`."""
    named = os.environ.get("BLUEPRINT_BROWSER", "")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    return found or (own if Path(own).exists() else None)
