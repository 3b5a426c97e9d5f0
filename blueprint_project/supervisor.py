"""Keeps a set of programs running as children of one process, and lets none outlive it."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Have the kernel send this process the signal when `parent`, its parent, dies (Linux only)."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:  # It died before we asked.
        os.kill(os.getpid(), number)


@dataclass(frozen=True)
class Program:
    """What to run, and the signal that ends it at once should the supervisor be killed."""

    name: str
    command: Sequence[str]
    death_signal: signal.Signals = signal.SIGKILL


@dataclass
class _Child:
    program: Program
    failures: int = 0
    started_at: float = 0.0
    restart_at: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def signal_group(self, number: int) -> None:
        """Signal the child and whatever it started itself."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts programs, restarts those that die (with growing pauses), ends all when it is told to.

    Times are in seconds: `first_pause` before the first restart, doubled for each further one up to
    `longest_pause`, and back to the first for a program that ran at least `steady_after`; `grace` is
    what a program has to end by itself after SIGTERM. A second stop signal ends everything at once.
    """

    def __init__(
        self,
        programs: Iterable[Program],
        *,
        say: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
        first_pause: float = 0.2,
        longest_pause: float = 30.0,
        steady_after: float = 20.0,
        grace: float = 10.0,
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._say = say
        self._environ = environ
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._steady_after = steady_after
        self._grace = grace
        self._stops_asked = 0
        self._wake_read, self._wake_write = os.pipe()
        for descriptor in (self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)

    def start(self) -> None:
        """Listen to signals and start every program. Call it from the main thread."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for child in self._children:
            self._launch(child)

    def step(self, longest: float | None = None) -> bool:
        """Wait for something to happen, `longest` seconds at most, and act on it; False: told to stop."""
        self._sleep(self._seconds_to_wait(longest))
        if self._stops_asked:
            return False
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._bury(child, code, now)
            if child.process is None and child.restart_at <= now:
                self._launch(child)
        return True

    def stop(self) -> None:
        """End every program: SIGTERM, then SIGKILL after the grace or at a second stop signal."""
        for child in self._children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while self._alive() and self._stops_asked < 2 and (left := deadline - time.monotonic()) > 0:
            self._sleep(min(left, 0.5))
        for child in self._children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops_asked += 1

    def _alive(self) -> list[_Child]:
        return [child for child in self._children if child.process and child.process.poll() is None]

    def _sleep(self, seconds: float | None) -> None:
        ready, _, _ = select.select([self._wake_read], [], [], seconds)
        if ready:
            os.read(self._wake_read, 512)

    def _seconds_to_wait(self, longest: float | None) -> float | None:
        if self._stops_asked:
            return 0.0
        now = time.monotonic()
        waits = [max(child.restart_at - now, 0.0) for child in self._children if child.process is None]
        if longest is not None:
            waits.append(longest)
        return min(waits, default=None)

    def _launch(self, child: _Child) -> None:
        parent = os.getpid()
        # No thread runs in this process, so code between fork and exec is safe. A group of its own keeps
        # the terminal's Ctrl-C from the child, and lets us end what the child itself started.
        child.process = subprocess.Popen(
            child.program.command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=lambda: end_with_parent(parent, child.program.death_signal),
        )
        child.started_at = time.monotonic()

    def _bury(self, child: _Child, code: int, now: float) -> None:
        child.signal_group(signal.SIGKILL)  # What it left behind would hold its port.
        child.process = None
        if now - child.started_at >= self._steady_after:
            child.failures = 0
        pause = min(self._first_pause * 2**child.failures, self._longest_pause)
        child.failures += 1
        child.restart_at = now + pause
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        self._say(f"{child.program.name} {how}; starting it again in {pause:g} s.")
