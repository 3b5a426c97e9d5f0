"""Settings of a worker that can be caught in the middle of a delivery: while the file `stall` is in the data
folder, every delivery says where it is and then stands still."""

import itertools
import time
from pathlib import Path
from typing import Any

from automations.mail import MailboxBackend
from blueprint_project.settings import *  # noqa: F403
from blueprint_project.settings import DATA_DIR, MAILBOX_DIR

MAILERS = {
    "default": {
        "BACKEND": "tests.automations.stalling.StallingBackend",
        "OPTIONS": {"file_path": str(MAILBOX_DIR)},
    }
}
STALL = Path(DATA_DIR) / "stall"
_deliveries = itertools.count()


class StallingBackend(MailboxBackend):
    """Every second delivery stands still before the message is written, the others after it."""

    def send_messages(self, email_messages: Any) -> int:
        is_early = next(_deliveries) % 2 == 0
        if is_early:
            self._stall("at-before")
        sent = super().send_messages(email_messages)
        if not is_early:
            self._stall("at-after")
        return sent

    def _stall(self, place: str) -> None:
        if STALL.exists():
            (Path(DATA_DIR) / f"{place}-{time.monotonic_ns()}").touch()
            time.sleep(60)
