"""Functions that SQLite lacks, registered on every connection it opens."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


def lower(text: str | None) -> str | None:
    """Lower case of the whole of Unicode; SQLite's own knows only A to Z."""
    return text.lower() if isinstance(text, str) else None


@receiver(connection_created, dispatch_uid="records.database_functions")
def register_functions(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("bp_lower", 1, lower, deterministic=True)
