"""`bin/setup` believes no name on the PATH: it runs what it finds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def find(path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "bin" / "setup", "--find"],
        env={"PATH": f"{path}:{os.defpath}", "HOME": str(path)} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def real(tmp_path: Path) -> str:
    """What a working interpreter's stand-in runs."""
    return f'exec "{Path(sys.executable)}" "$@"'


class TestFind:
    def test_passes_over_a_shim_that_fails(self, tmp_path: Path, real: str) -> None:
        program(tmp_path / "python3.13", "echo 'python3.13: command not found' >&2; exit 127")
        program(tmp_path / "python3.14", "exit 0; never a Python").chmod(0o644)
        working = program(tmp_path / "python3.12", real)
        assert find(tmp_path).stdout == f"{working}\n"

    def test_passes_over_a_version_that_is_too_old(self, tmp_path: Path, real: str) -> None:
        program(tmp_path / "python3.13", f'exec "{sys.executable}" -c "import sys; sys.exit(1)"')
        working = program(tmp_path / "python3.14", real)
        assert find(tmp_path).stdout == f"{working}\n"

    def test_prefers_the_one_that_is_named(self, tmp_path: Path, real: str) -> None:
        program(tmp_path / "python3.13", real)
        named = program(tmp_path / "mine" / "python", real)
        assert find(tmp_path, PYTHON=str(named)).stdout == f"{named}\n"

    def test_finds_those_of_pyenv(self, tmp_path: Path, real: str) -> None:
        for name in ("python3.12", "python3.13", "python3.14", "python3"):
            program(tmp_path / name, "exit 127")
        working = program(tmp_path / ".pyenv" / "versions" / "3.12.9" / "bin" / "python", real)
        assert find(tmp_path).stdout == f"{working}\n"

    def test_refuses_an_option_it_does_not_know(self) -> None:
        done = subprocess.run([ROOT / "bin" / "setup", "--fast"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (2, "usage: bin/setup [--dev | --find]\n")
