"""`bin/serve`: what it refuses, in one line each, and what is left of it when it is killed."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint_project.serve import CannotServe, address, answers, check_port, lock_data, log_level
from blueprint_project.serve import number_from_environ as number
from tools.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def members(folder: Path) -> list[int]:
    """The processes that run with this data folder (Linux)."""
    wanted = f"BLUEPRINT_DATA_DIR={folder}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in path.read_bytes():
                found.append(int(path.parent.name))
        except (OSError, ValueError):  # It ended meanwhile, or belongs to somebody else.
            continue
    return found


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class TestServe:
    def test_refuses_a_port_that_is_taken_in_one_line(self, taken_port: int, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "blueprint_project.serve"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(taken_port), "BLUEPRINT_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr == (
            f"Cannot listen on 127.0.0.1 port {taken_port} (Address already in use):"
            f" choose another, as in PORT={taken_port + 1}.\n"
        )
        assert not (tmp_path / "data").exists()

    def test_accepts_a_free_port(self) -> None:
        check_port("127.0.0.1", free_port())

    def test_refuses_a_host_that_does_not_exist(self) -> None:
        with pytest.raises(CannotServe, match="it is 'not a host'"):
            check_port("not a host", 8000)

    @pytest.mark.parametrize("value", ["0", "65536", "eighty", "-1", "8000.0", "٨٠٠٠"])
    def test_refuses_a_port_that_is_no_number(self, monkeypatch, value: str) -> None:
        monkeypatch.setenv("PORT", value)
        with pytest.raises(CannotServe, match="PORT must be a number from 1 to 65535"):
            number("PORT", 8000, 65535)

    def test_takes_the_default_for_an_empty_variable(self, monkeypatch) -> None:
        monkeypatch.setenv("PORT", " ")
        assert number("PORT", 8000, 65535) == 8000

    def test_refuses_an_unknown_log_level(self, monkeypatch) -> None:
        monkeypatch.setenv("LOG_LEVEL", "loud")
        with pytest.raises(CannotServe, match="it is 'loud'"):
            log_level()

    def test_refuses_a_second_one_on_the_same_data(self, tmp_path: Path) -> None:
        with lock_data(tmp_path), pytest.raises(CannotServe, match="already runs on"):
            lock_data(tmp_path)
        lock_data(tmp_path).close()

    def test_writes_addresses_as_browsers_read_them(self) -> None:
        assert address("127.0.0.1", 8000) == "127.0.0.1:8000"
        assert address("::1", 8000) == "[::1]:8000"

    @pytest.mark.sqlite
    def test_serves_and_leaves_nothing_behind_when_killed(self, tmp_path: Path) -> None:
        port, data = free_port(), tmp_path / "data"
        environ = os.environ | {"PORT": str(port), "BLUEPRINT_DATA_DIR": str(data), "BLUEPRINT_DEMO": "0"}
        environ.pop("BROKER_URL")
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "blueprint_project.serve"],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert supervisor.stdout is not None
            assert supervisor.stdout.readline() == f"Blueprint is ready: http://127.0.0.1:{port}/\n"
            assert "manage.py setup_company" in supervisor.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=20) as answer:
                assert answer.status == 200
            # Supervisor, web server with two processes, worker, timers.
            wait_until(lambda: len(members(data)) == 6)
        finally:
            supervisor.kill()
            supervisor.wait()
        wait_until(lambda: not members(data))
        assert not answers("127.0.0.1", port)
        supervisor.stdout.close()
