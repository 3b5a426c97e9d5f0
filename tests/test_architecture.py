"""The map of the code in the documents is the code's own."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

SCRIPT: Path = settings.BASE_DIR / "bin" / "architecture"


def test_the_map_matches_the_code() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
