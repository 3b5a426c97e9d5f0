"""Fixtures for every test."""

from collections.abc import Iterator

import pytest

from accounts.selectors import clear_organisation_cache
from processes.loading import clear_cache


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Definitions and organisation are cached by primary key, and each test's keys come back in the next."""
    clear_cache()
    clear_organisation_cache()
    yield
    clear_cache()
    clear_organisation_cache()
