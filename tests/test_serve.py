"""What `bin/serve` refuses, in one line each, before it touches any data."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint_project.serve import CannotServe, address, check_port, lock_data, log_level
from blueprint_project.serve import number_from_environ as number

ROOT = Path(__file__).resolve().parent.parent


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
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        check_port("127.0.0.1", free)

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
