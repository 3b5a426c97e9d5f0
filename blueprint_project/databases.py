"""The database setting: SQLite by default, PostgreSQL by DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    # A transaction takes the write lock when it begins: one that reads first and writes later would
    # fail at once in WAL when somebody else wrote in between, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-16000;",
}


def sqlite(path: Path, synchronous: str = "NORMAL") -> dict[str, Any]:
    options = SQLITE_OPTIONS | {
        "init_command": SQLITE_OPTIONS["init_command"].format(synchronous=synchronous),
    }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": path.with_name("test.sqlite3")},
    }


def postgres(url: str, pool_size: int) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query))
        | {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 5}},
    }


def database(url: str, data_dir: Path, *, synchronous: str, pool_size: int) -> dict[str, Any]:
    """The default database; raises ImproperlyConfigured for a scheme that isn't supported."""
    if not url:
        return sqlite(data_dir / "db.sqlite3", synchronous)
    scheme = urlsplit(url).scheme
    if scheme in {"postgres", "postgresql"}:
        return postgres(url, pool_size)
    if scheme == "sqlite":
        return sqlite(Path(unquote(urlsplit(url).path)), synchronous)
    raise ImproperlyConfigured(f"DATABASE_URL must begin with postgres:// or sqlite://; it is {scheme}://.")
