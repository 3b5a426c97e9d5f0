"""Fixtures for every test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Ids begin beyond a thousand: one that is printed as a number of the reader's ("1,234") is found out."""
    if connection.vendor != "sqlite":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for model in (*apps.get_app_config("records").get_models(), apps.get_model("accounts.User")):
            row = (model._meta.db_table, 1233)
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", row)
