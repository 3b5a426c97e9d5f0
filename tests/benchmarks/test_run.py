"""A run has an end, and what ended before its time is told."""

import os
import sys

import pytest

from benchmarks import run
from benchmarks.run import RunError


def call(code: str) -> None:
    run._call([sys.executable, "-c", code], dict(os.environ), is_quick=True)


class TestCall:
    def test_ends_what_takes_too_long(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(run, "QUICK_SECONDS", 0.1)
        with pytest.raises(RunError, match=r"more than 0\.1 s"):
            call("import time; time.sleep(30)")

    def test_tells_that_it_failed(self):
        with pytest.raises(RunError, match="status 3"):
            call("raise SystemExit(3)")


class TestEnvironment:
    def test_is_apart_from_the_installation(self, monkeypatch: pytest.MonkeyPatch, tmp_path):
        monkeypatch.setenv("DATABASE_URL", "postgres://crm@db.example.com/crm")
        monkeypatch.setenv("EMAIL_HOST", "mail.example.com")
        monkeypatch.setenv("SQLITE_SYNCHRONOUS", "FULL")
        environment = run._environment(tmp_path, "")
        assert "DATABASE_URL" not in environment
        assert "EMAIL_HOST" not in environment
        assert environment["BLUEPRINT_DATA_DIR"] == str(tmp_path)
        assert environment["SQLITE_SYNCHRONOUS"] == "FULL"
        assert run._environment(tmp_path, "postgres://x")["DATABASE_URL"] == "postgres://x"
