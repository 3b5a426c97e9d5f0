"""Pytest plugin that decides where tests write and which database they use, before settings are read."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tools.postgres import NoPostgres, PostgresServer

ENVIRONMENT = {
    "SECRET_KEY": "for-tests-only",
    "BROKER_URL": "memory://",  # Wake-up calls go nowhere; tests call the worker themselves.
    # The browser is driven from an event loop, and Django refuses to query inside one.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
# What a developer may have set for the installation must not reach the tests.
FORGET = (
    "ALLOWED_HOSTS", "BLUEPRINT_DEMO", "BLUEPRINT_LANGUAGE", "BLUEPRINT_TIME_ZONE", "CSRF_TRUSTED_ORIGINS",
    "DATABASE_POOL_SIZE", "DEBUG", "EMAIL_HOST", "EMAIL_PASSWORD", "EMAIL_PORT", "EMAIL_TLS", "EMAIL_USER",
    "HOST", "HTTPS", "LOG_LEVEL", "PORT", "SITE_URL", "SQLITE_SYNCHRONOUS", "TRUST_PROXY", "WEB_CONCURRENCY",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pg",
        action="store_true",
        help="run on PostgreSQL: the server in DATABASE_URL, else one started for this run",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    for name in FORGET:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    if not early_config.known_args_namespace.pg:
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        # Workers of xdist find the controller's server in the environment.
        start_postgres(early_config)
    folder = tempfile.mkdtemp(prefix="blueprint-tests-")
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["BLUEPRINT_DATA_DIR"] = folder
    return (yield)


def start_postgres(config: pytest.Config) -> None:
    try:
        server = PostgresServer()
    except NoPostgres as error:
        if os.environ.get("BLUEPRINT_REQUIRE_POSTGRES") == "1":
            raise pytest.UsageError(f"No PostgreSQL for the tests: {error}.") from error
        sys.stderr.write(f"No PostgreSQL here ({error}): nothing was tested on it.\n")
        raise SystemExit(0) from error
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for the other database."""
    other = "sqlite" if config.getoption("--pg") else "postgres"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
