"""Runs the measurements: for each database a temporary folder, a process that measures, and a time limit."""

import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from signal import SIGKILL

from benchmarks.results import Database, DatabaseResult, Machine, Result
from blueprint_project.supervisor import end_with_parent
from tools.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
FULL_SECONDS, QUICK_SECONDS = 900, 300
PACKAGES = ("Django", "psycopg", "pydantic", "django-guardian")
# What a developer may have set for the installation must not slow down or divert what is measured.
FORGET = ("DATABASE_URL", "DATABASE_POOL_SIZE", "BLUEPRINT_TIME_ZONE", "EMAIL_HOST", "HTTPS")


class RunError(Exception):
    """The measurements could not be made; the text is a sentence."""


def measure_all(databases: Sequence[Database], *, is_quick: bool) -> Result:
    """Measure each database; raises RunError, or NoPostgres where no server can be started."""
    load_before = os.getloadavg()[0]
    found = tuple(_measure(database, is_quick=is_quick) for database in databases)
    return Result(
        measured_on=datetime.now(tz=UTC).date().isoformat(),
        is_quick=is_quick,
        machine=Machine(
            cpus=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            load_before=round(load_before, 2),
            load_after=round(os.getloadavg()[0], 2),
            system=f"{platform.system()} {platform.machine()}",
            python=platform.python_version(),
            packages={name: metadata.version(name) for name in PACKAGES},
        ),
        databases=found,
    )


def _measure(database: Database, *, is_quick: bool) -> DatabaseResult:
    sys.stderr.write(f"{database}\n")
    with tempfile.TemporaryDirectory(prefix="blueprint-benchmarks-") as name, _url(database) as url:
        folder = Path(name)
        out = folder / "result.json"
        command = [sys.executable, "-m", "benchmarks.measure", "--out", str(out)]
        _call([*command, "--quick"] if is_quick else command, _environment(folder, url), is_quick=is_quick)
        return DatabaseResult.model_validate_json(out.read_text(encoding="utf-8"))


def _call(command: Sequence[str], environment: dict[str, str], *, is_quick: bool) -> None:
    parent = os.getpid()
    limit = QUICK_SECONDS if is_quick else FULL_SECONDS
    try:
        subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            timeout=limit,
            check=True,
            preexec_fn=lambda: end_with_parent(parent, SIGKILL),
        )
    except subprocess.TimeoutExpired as error:
        raise RunError(f"The measurements took more than {limit} s and were ended.") from error
    except subprocess.CalledProcessError as error:
        raise RunError(f"The measurements ended with status {error.returncode}.") from error


def _environment(folder: Path, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FORGET}
    return kept | {
        "BLUEPRINT_DATA_DIR": str(folder),
        "BLUEPRINT_LANGUAGE": "en",
        "BROKER_URL": "memory://",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "blueprint_project.settings",
        "LOG_LEVEL": "ERROR",
        "SECRET_KEY": secrets.token_urlsafe(60),
        **({"DATABASE_URL": url} if url else {}),
    }


@contextmanager
def _url(database: Database) -> Iterator[str]:
    """A server that syncs to the disk, as a company's does; SQLite's file is in the data folder."""
    if database == "sqlite":
        yield ""
        return
    server = PostgresServer(settings=())
    try:
        yield server.url
    finally:
        server.stop()
