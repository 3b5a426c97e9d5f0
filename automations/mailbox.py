"""The mailbox folder of the demo: one file a message, written whole or not at all, and read as plain text."""

import email
import email.policy
import email.utils
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice
from pathlib import Path

_NAME = re.compile(r"\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}\Z")
_SUFFIX = ".eml"
# A person's own messages are looked for among this many of the newest: the folder is for trying things out.
_SEARCHED = 2000


class UnknownMessage(LookupError):
    """There is no such message, or it isn't addressed to the reader."""


@dataclass(frozen=True, slots=True)
class MessageHead:
    """A message in the list; `name` is its address within the mailbox."""

    name: str
    subject: str
    sender: str
    to: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Message(MessageHead):
    body: str
    headers: tuple[tuple[str, str], ...]


class Mailbox:
    """A folder of messages. `reader` is an e-mail address that sees its own messages; None sees all."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def add(self, raw: bytes) -> None:
        """Write a message; the same message written again replaces itself."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.folder / f"{_name_of(raw)}{_SUFFIX}"
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
            file.write(raw)
        os.replace(file.name, target)

    def heads(self, *, reader: str | None, before: str = "", limit: int = 50) -> list[MessageHead]:
        """Messages older than the one named `before`, newest first."""
        return list(islice(self._heads(reader, before), limit))

    def _heads(self, reader: str | None, before: str) -> Iterator[MessageHead]:
        names = sorted((name for name in self._names() if not before or name < before), reverse=True)
        for name in names[:_SEARCHED] if reader is not None else names:
            message = self._read(name, headers_only=True)
            if _is_for(message, reader):
                yield MessageHead(name, *_head(message))

    def _names(self) -> Iterator[str]:
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if _NAME.match(path.stem):
                yield path.stem

    def read(self, name: str, *, reader: str | None) -> Message:
        """One message with its body as text; raises UnknownMessage."""
        if not _NAME.match(name) or not (self.folder / f"{name}{_SUFFIX}").is_file():
            raise UnknownMessage(name)
        message = self._read(name)
        if not _is_for(message, reader):
            raise UnknownMessage(name)
        part = message.get_body(("plain", "html"))
        headers = tuple((key, str(value)) for key, value in message.items())
        return Message(name, *_head(message), body=part.get_content() if part else "", headers=headers)

    def _read(self, name: str, *, headers_only: bool = False) -> EmailMessage:
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        with (self.folder / f"{name}{_SUFFIX}").open("rb") as file:
            return parser.parse(file, headersonly=headers_only)


def _name_of(raw: bytes) -> str:
    message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw, headersonly=True)
    at = _date(message) or datetime.now(UTC)
    identity = str(message["Message-ID"] or "").encode() or raw
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{hashlib.sha256(identity).hexdigest()[:16]}"


def _head(message: EmailMessage) -> tuple[str, str, str, datetime | None]:
    to = ", ".join(str(value) for value in message.get_all("To", []))
    return str(message["Subject"] or ""), str(message["From"] or ""), to, _date(message)


def _date(message: EmailMessage) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _is_for(message: EmailMessage, reader: str | None) -> bool:
    if reader is None:
        return True
    values = [str(value) for header in ("To", "Cc") for value in message.get_all(header, [])]
    return bool(reader) and reader.casefold() in {
        address.casefold() for _name, address in email.utils.getaddresses(values)
    }
