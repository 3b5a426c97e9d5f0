"""kill -9 at the worst moments, with real processes: everything still arrives, once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MOVES = 10
# What a worker of four threads holds when all its deliveries stand still.
THREADS = 4


@pytest.fixture
def handed_over() -> None:
    """These processes have a broker: the package's stand-in stays out of the way."""


class Installation:
    """A data folder of its own with database, broker folder and mailbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in {"DATABASE_URL", "BROKER_URL"}
            },
            "BLUEPRINT_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.automations.stalling",
            "LOG_LEVEL": "WARNING",
        }

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )

    def call(self, *command: str) -> int:
        return self.start(*command).wait(timeout=60)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        options = ["--pool", "threads", "--concurrency", str(THREADS), "--without-gossip", "--without-mingle"]
        process = self.start(
            "-m", "celery", "-A", "blueprint_project", "worker", "--loglevel", "ERROR", *options
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(timeout=10)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def runs(self, column: str) -> list[Any]:
        return [value for (value,) in self.sql(f"SELECT {column} FROM automations_actionrun ORDER BY id")]

    def mails(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in (self.folder / "mailbox").glob("*.eml"))


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.1)


class TestWorkerKilled:
    def test_loses_nothing_and_sends_nothing_twice(self, tmp_path):
        site = Installation(tmp_path)
        assert site.call("manage.py", "migrate", "--verbosity", "0") == 0

        # The web process dies after a commit, before the broker hears of it.
        assert site.call("-m", "tests.automations.moving", str(MOVES)) == -signal.SIGKILL
        assert site.runs("status") == ["pending"] * MOVES

        # The worker dies while it delivers: half before the message is written, half after it.
        (tmp_path / "stall").touch()
        with site.worker() as worker:
            wait_for(lambda: len(list(tmp_path.glob("at-*"))) >= THREADS)
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(timeout=10) == -signal.SIGKILL
        (tmp_path / "stall").unlink()
        assert site.runs("status").count("running") >= THREADS
        assert 0 < len(site.mails()) < MOVES

        # Time passes, and a new worker sweeps.
        site.sql("UPDATE automations_actionrun SET lease_until = '2026-01-01' WHERE status = 'running'")
        with site.worker():
            assert site.call("-m", "celery", "-A", "blueprint_project", "call", "automations.sweep") == 0
            wait_for(lambda: site.runs("status") == ["done"] * MOVES)

        assert site.mails() == sorted(site.runs("prepared"))
        assert sorted(set(site.runs("attempts"))) == [1, 2]
