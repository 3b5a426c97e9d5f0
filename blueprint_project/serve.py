"""Blueprint as one foreground process: prepares the data, then keeps web, worker and timers running."""

import argparse
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO

from blueprint_project.supervisor import Program, Supervisor, end_with_parent

BASE_DIR = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


class CannotServe(Exception):
    """What stands in the way, as one line for the person who started it."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def number_from_environ(name: str, default: int, highest: int) -> int:
    """A whole number from 1 to `highest`; raises CannotServe on anything else."""
    raw = os.environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", raw) or not 1 <= int(raw) <= highest:
        raise CannotServe(f"{name} must be a number from 1 to {highest}; it is {raw!r}.")
    return int(raw)


def log_level() -> str:
    """LOG_LEVEL in small letters; raises CannotServe for a level that doesn't exist."""
    level = os.environ.get("LOG_LEVEL", "").strip().lower() or "warning"
    if level not in LOG_LEVELS:
        raise CannotServe(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}; it is {level!r}.")
    return level


def address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise CannotServe where the web server could not listen."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except socket.gaierror as error:
        raise CannotServe(f"HOST must be an address of this machine; it is {host!r}.") from error
    except OSError as error:
        raise CannotServe(
            f"Cannot listen on {host} port {port} ({error.strerror}): choose another, as in PORT={port + 1}."
        ) from error


def lock_data(data_dir: Path) -> IO[str]:
    """Hold the data folder: two sets of timers on one database would do everything twice."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = (data_dir / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CannotServe(
            f"Blueprint already runs on {data_dir}: stop it, or name another folder in BLUEPRINT_DATA_DIR."
        ) from error
    return lock


def programs(host: str, port: int, processes: int, level: str) -> list[Program]:
    """Web server, worker and timers; the timers apart, for a worker that is killed leaves its own behind."""
    python = [sys.executable, "-m"]
    # Celery warns root of messages that run code; we accept JSON only.
    calm = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m"]
    celery = [*calm, "celery", "--app", "blueprint_project", "--quiet"]
    gunicorn = [*python, "gunicorn", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    options = ["--workers", str(processes), "--log-level", level, "--bind", address(host, port)]
    lone = ["--without-gossip", "--without-mingle"]
    return [
        Program(
            "The web server",
            [*gunicorn, *options, "blueprint_project.wsgi"],
            # Its own processes end at once with it; SIGKILL would leave them for a second.
            death_signal=signal.SIGQUIT,
        ),
        Program(
            "The worker",
            [*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", level, *lone],
        ),
        Program("The timers", [*celery, "beat", "--loglevel", level]),
    ]


def prepare() -> str:
    """Migrate, gather static files and set up the demo in a process of its own; returns the sign-ins.

    Raises CannotServe when that fails; the process has said why.
    """
    parent = os.getpid()
    done = subprocess.run(
        [sys.executable, "-m", "blueprint_project.prepare"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=lambda: end_with_parent(parent),
    )
    if done.returncode:
        raise CannotServe("Blueprint could not be started; the reason stands above.")
    return done.stdout.strip()


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def serve() -> None:
    """Run until a signal tells to stop. Raises CannotServe when it can't be started."""
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    port = number_from_environ("PORT", 8000, 65535)
    processes = number_from_environ("WEB_CONCURRENCY", 2, 256)
    level = log_level()
    check_port(host, port)
    with lock_data(Path(os.environ.get("BLUEPRINT_DATA_DIR", "").strip() or BASE_DIR / "var")):
        welcome = prepare()
        supervisor = Supervisor(programs(host, port, processes, level), say=say)
        supervisor.start()
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        is_up = False
        while supervisor.step(None if is_up else 0.1):
            if not is_up and answers(near, port):
                is_up = True
                say(f"Blueprint is ready: http://{address(near, port)}/\n{welcome}\nCtrl-C ends it.")
        say("Ending …")
        supervisor.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/serve", description=__doc__)
    parser.add_argument(
        "--end-with-parent", action="store_true", help="end when the program that started this one is gone"
    )
    if parser.parse_args().end_with_parent:
        end_with_parent(os.getppid())
    os.chdir(BASE_DIR)
    try:
        serve()
    except CannotServe as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
