"""Mail that goes out as the very bytes that were stored, and the two ways it goes."""

import email.policy
import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage as MimeMessage
from email.parser import BytesParser
from typing import Any, Self, cast

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtpBackend

from automations.mailbox import Mailbox

# Seven bits and short lines pass every server unchanged, so that what is stored is what arrives.
POLICY = email.policy.SMTP.clone(cte_type="7bit")


class StoredMime(MimeMessage):
    """A parsed message that gives back the bytes it was read from."""

    raw: bytes

    @classmethod
    def read(cls, raw: bytes) -> Self:
        message = cast(Self, BytesParser(cls, policy=POLICY).parsebytes(raw))
        message.raw = raw
        return message

    def as_bytes(self, unixfrom: bool = False, policy: Any = None) -> bytes:
        return self.raw


class StoredMessage(EmailMessage):
    """A message made earlier. `refused` are the addresses that the server didn't take, with its answers."""

    def __init__(self, raw: bytes, recipients: Sequence[str]) -> None:
        self.mime = StoredMime.read(raw)
        self.refused: Mapping[str, tuple[int, bytes]] = {}
        super().__init__(self.mime["Subject"], "", self.mime["From"], list(recipients))

    def message(self, *, policy: Any = POLICY) -> StoredMime:
        return self.mime


class SmtpBackend(DjangoSmtpBackend):
    """Django's SMTP backend, which keeps the server's answers where it takes only some recipients."""

    def _send(self, email_message: EmailMessage) -> bool:
        sender = self.prep_address(email_message.from_email)
        recipients = [self.prep_address(address) for address in email_message.recipients()]
        message = email_message.message(policy=POLICY)
        if not isinstance(self.connection, smtplib.SMTP):
            raise smtplib.SMTPServerDisconnected("Not connected.")
        refused = self.connection.sendmail(sender, recipients, message.as_bytes())
        if isinstance(email_message, StoredMessage):
            email_message.refused = refused
        return True


class MailboxBackend(BaseEmailBackend):
    """One file a message in a folder, named by date and Message-ID: sent twice, it is there once."""

    def __init__(self, *, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mailbox = Mailbox(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self.mailbox.add(message.message(policy=POLICY).as_bytes())
        return len(email_messages)
