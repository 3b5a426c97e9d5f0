"""The supervisor with small stand-in programs: what dies comes back, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

SCRIPT = """
import sys
from blueprint_project.supervisor import Program, Supervisor

def say(line):
    print(line, flush=True)

child = '''
import os, pathlib, signal, subprocess, sys, time
{child}
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with pathlib.Path("pids").open("a") as file:
    file.write(f"{{os.getpid()}} {{grandchild.pid}}\\\\n")
time.sleep(60)
'''
supervisor = Supervisor(
    [Program("The child", [sys.executable, "-c", child])], say=say, first_pause=0.05, grace=1.0
)
supervisor.start()
while supervisor.step():
    pass
supervisor.stop()
say("ended")
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Running:
    """A supervisor in a process of its own, with the pids of all it has started so far."""

    def __init__(self, folder: Path, child: str = "") -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(child=child)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def pairs(self) -> list[list[int]]:
        file = self.folder / "pids"
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        return [[int(pid) for pid in line.split()] for line in lines if line.endswith("\n")]

    def wait_for_starts(self, count: int) -> list[int]:
        wait_until(lambda: len(self.pairs()) >= count)
        return self.pairs()[count - 1]

    def output(self) -> str:
        return self.process.communicate(timeout=8)[0]

    def clear(self) -> None:
        self.process.kill()
        for pid in [pid for pair in self.pairs() for pid in pair]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(child: str = "") -> Running:
        started.append(Running(tmp_path, child))
        return started[-1]

    yield start
    for one in started:
        one.clear()


class TestSupervisor:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_ends_everything_when_told_to(self, running, number) -> None:
        supervisor = running()
        pids = supervisor.wait_for_starts(1)
        supervisor.process.send_signal(number)
        assert supervisor.output() == "ended\n"
        assert supervisor.process.returncode == 0
        assert not any(is_alive(pid) for pid in pids)

    def test_starts_again_what_was_killed_and_says_so(self, running) -> None:
        supervisor = running()
        child, grandchild = supervisor.wait_for_starts(1)
        killed_at = time.monotonic()
        os.kill(child, signal.SIGKILL)
        supervisor.wait_for_starts(2)
        assert time.monotonic() - killed_at < 3
        wait_until(lambda: not is_alive(grandchild))
        supervisor.process.send_signal(signal.SIGINT)
        assert "The child was ended by SIGKILL; starting it again in 0.05 s." in supervisor.output()

    def test_waits_longer_with_each_failure(self, running) -> None:
        supervisor = running("sys.exit(3)")
        said = [supervisor.process.stdout.readline() for _ in range(3)]
        assert said == [
            f"The child ended with status 3; starting it again in {pause} s.\n" for pause in (0.05, 0.1, 0.2)
        ]

    def test_leaves_no_child_behind_when_killed(self, running) -> None:
        supervisor = running()
        child, _ = supervisor.wait_for_starts(1)
        supervisor.process.kill()
        wait_until(lambda: not is_alive(child))

    def test_kills_what_ignores_the_polite_signal(self, running) -> None:
        supervisor = running("signal.signal(signal.SIGTERM, signal.SIG_IGN)")
        pids = supervisor.wait_for_starts(1)
        supervisor.process.send_signal(signal.SIGTERM)
        assert supervisor.output() == "ended\n"
        wait_until(lambda: not any(is_alive(pid) for pid in pids))

    def test_ends_at_once_at_the_second_signal(self, running) -> None:
        supervisor = running("signal.signal(signal.SIGTERM, signal.SIG_IGN)")
        supervisor.wait_for_starts(1)
        supervisor.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        asked_at = time.monotonic()
        supervisor.process.send_signal(signal.SIGINT)
        supervisor.output()
        assert time.monotonic() - asked_at < 0.7
