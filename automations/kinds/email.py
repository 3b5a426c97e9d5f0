"""Send an e-mail: to people, teams, fields and addresses, with merge fields in subject and body."""

import smtplib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from typing import Annotated, Any
from uuid import UUID

from django.core.mail import EmailMessage, InvalidMailer
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from accounts.middleware import language_of, zone_of
from accounts.models import User
from accounts.selectors import find_organisation, get_organisation
from automations.kinds.base import DeliveryKind, PermanentError, TransientError
from automations.kinds.recipients import (
    FieldPart,
    Recipient,
    RecipientPart,
    describe_part,
    problems_of,
    resolve,
)
from automations.mail import POLICY, StoredMessage
from processes.definition import ModuleDef
from processes.merge import check_text, header, merge_paths, record_fields, render
from records.engine.moment import Moment

SUBJECT_LENGTH = 300


class EmailConfig(BaseModel):
    """`to`: "record_owner", "actor", {"user": sign-in name}, {"team": name}, {"field": key of a person or
    e-mail field} or {"address": …}. Subject and body may hold merge fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[tuple[RecipientPart, ...], Field(min_length=1)]
    subject: str
    body: str


class EmailPayload(BaseModel):
    """The snapshot: texts with their merge fields filled in, and who gets them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: tuple[Recipient, ...]
    subject: str
    body: str

    @property
    def names(self) -> str:
        return ", ".join(recipient.label for recipient in self.to)


class EmailKind(DeliveryKind[EmailConfig]):
    key = "email"
    label = gettext_lazy("E-mail")
    icon = "mail"
    done_label = gettext_lazy("Sent")
    config_model = EmailConfig

    def check(self, config: EmailConfig, module: ModuleDef) -> list[str]:
        paths = merge_paths(module)
        problems = [problem for part in config.to for problem in problems_of(part, module)]
        if not config.subject.strip():
            problems.append(_("An e-mail needs a subject."))
        return [*problems, *check_text(config.subject, paths), *check_text(config.body, paths)]

    def describe(self, config: EmailConfig, module: ModuleDef) -> str:
        to = ", ".join(describe_part(part, module) for part in config.to)
        return _("Send the e-mail “%(subject)s” to %(to)s") % {"subject": config.subject, "to": to}

    def read_fields(self, config: EmailConfig) -> frozenset[str]:
        addressed = {part.field for part in config.to if isinstance(part, FieldPart)}
        return record_fields(config.subject) | record_fields(config.body) | addressed

    def snapshot(self, config: EmailConfig, moment: Moment) -> dict[str, Any]:
        to = resolve(config.to, moment)
        language, zone = _reader(to, moment)
        with translation.override(language), timezone.override(zone):
            context = moment.merge_context()
            subject = Truncator(header(render(config.subject, context))).chars(SUBJECT_LENGTH)
            body = render(config.body, context)
        return EmailPayload(to=tuple(to), subject=subject, body=body).model_dump(mode="json")

    def prepare(self, payload: Mapping[str, Any], *, key: UUID, now: datetime) -> bytes:
        message = EmailPayload.model_validate(payload)
        if not message.to:
            raise PermanentError(_("There is nobody to send it to: no active person and no address."))
        sender = get_organisation().sender
        headers = {
            "Date": format_datetime(now),
            "Message-ID": f"<{key}@{_domain(sender)}>",
            "Auto-Submitted": "auto-generated",
        }
        try:
            to = [_formatted(recipient) for recipient in message.to]
            mail = EmailMessage(message.subject, message.body, sender, to, headers=headers)
            return mail.message(policy=POLICY).as_bytes()
        except ValueError as error:
            raise PermanentError(_("The message can’t be written: %(reason)s") % {"reason": error}) from error

    def send(self, prepared: bytes, payload: Mapping[str, Any]) -> dict[str, Any]:
        to = [recipient.address for recipient in EmailPayload.model_validate(payload).to]
        message = StoredMessage(prepared, to)
        try:
            message.send(using="default")
        except (smtplib.SMTPException, OSError, InvalidMailer, ValueError) as error:
            raise _delivery_error(error) from error
        refused = {address: _answer(*answer) for address, answer in message.refused.items()}
        return {"message_id": str(message.mime["Message-ID"]), "refused": refused}

    def sentence(self, payload: Mapping[str, Any]) -> str:
        message = EmailPayload.model_validate(payload)
        if not message.to:
            return _("E-mail “%(subject)s”") % {"subject": message.subject}
        return _("E-mail “%(subject)s” to %(to)s") % {"subject": message.subject, "to": message.names}


def _reader(to: Sequence[Recipient], moment: Moment) -> tuple[str, Any]:
    """Dates and amounts are written for the one who reads; for several, or strangers, as the company does."""
    organisation = find_organisation()
    known = {person.pk: person for person in (moment.actor, moment.record.owner)}
    reader = known.get(to[0].user or 0) if len(to) == 1 else None
    reader = reader or User()
    return language_of(reader, organisation), zone_of(reader, organisation)


def _domain(sender: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return domain if domain and domain.isascii() else "blueprint.invalid"


def _formatted(recipient: Recipient) -> str:
    return str(Address(display_name=recipient.name, addr_spec=recipient.address))


def _delivery_error(error: Exception) -> PermanentError | TransientError:
    """What failed, as one the worker tries again or not: answers from 500 on won't change by themselves."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            answers = "; ".join(f"{to}: {_answer(*answer)}" for to, answer in refused.items())
            kind = PermanentError if all(code >= 500 for code, _text in refused.values()) else TransientError
            return kind(_("The mail server takes none of the addresses. %(answers)s") % {"answers": answers})
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=text):
            kind = PermanentError if code >= 500 else TransientError
            return kind(_("The mail server answered %(answer)s") % {"answer": _answer(code, text)})
        case smtplib.SMTPNotSupportedError() | ValueError():
            return PermanentError(_("The mail can’t be sent: %(reason)s") % {"reason": error})
    return TransientError(_("The mail server can’t be reached: %(reason)s") % {"reason": error})


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {header(words)}".strip()
