"""The e-mail: who gets it, what it says, and what the mail server answers."""

import email
import email.policy
import smtplib
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from accounts.models import User
from automations.delivery import Outcome, perform
from automations.kinds.base import PermanentError, TransientError
from automations.kinds.email import EmailConfig, EmailKind, EmailPayload
from automations.mail import SmtpBackend, StoredMessage
from processes.loading import module_def, version_def
from processes.models import Field, Module
from records.engine.moment import Moment
from tests.automations.conftest import EMAIL, World
from tests.factories import NOW, make_person, make_team

KIND = EmailKind()
KEY = UUID("6f1c1f8e-0c6c-4f0e-9c53-000000000001")


def config(**values: Any) -> EmailConfig:
    return EmailConfig.model_validate(EMAIL | values)


def moment(world: World, *, actor: User | None = None, **values: Any) -> Moment:
    module = Module.objects.get(pk=world.record.module_id)
    version = version_def(world.drawing.version.pk, module)
    assert version.start is not None
    return Moment(
        record=world.record,
        module=version.module,
        values=world.record.values | values,
        actor=actor or world.alice,
        now=NOW,
        process_name=version.process_name,
        state=version.start,
        owner_id=world.record.owner_id,
    )


def snapshot(world: World, at: Moment | None = None, **values: Any) -> EmailPayload:
    return EmailPayload.model_validate(KIND.snapshot(config(**values), at or moment(world)))


def addresses(payload: EmailPayload) -> list[str]:
    return [recipient.address for recipient in payload.to]


def prepared(**values: Any) -> bytes:
    payload = {"to": [{"address": "alice@example.com", "name": "Alice"}], "subject": "Hi", "body": "Hello"}
    return KIND.prepare(payload | values, key=KEY, now=NOW)


def parsed(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


class TestConfig:
    @pytest.mark.parametrize(
        "to", [[], ["somebody"], [{"user": "a", "team": "b"}], [{"cc": "x"}], "record_owner"]
    )
    def test_refuses_what_names_no_recipient(self, to):
        with pytest.raises(ValidationError):
            config(to=to)


class TestCheck:
    def check(self, world, **values):
        return KIND.check(config(**values), module_def(world.drawing.module))

    def test_finds_nothing_wrong_with_good_settings(self, world):
        make_team("Sales")
        Field.objects.create(module=world.drawing.module, key="contact", label="Contact", kind="email")
        Module.objects.filter(pk=world.drawing.module.pk).update(revision=2)
        world.drawing.module.refresh_from_db()
        to = ["actor", {"user": "claire"}, {"team": "Sales"}, {"field": "approver"}, {"field": "contact"}]
        assert self.check(world, to=[*EMAIL["to"], *to]) == []

    @pytest.mark.parametrize(
        ("values", "problem"),
        [
            ({"to": [{"user": "nobody"}]}, "There is no active person “nobody”."),
            ({"to": [{"team": "Nobody"}]}, "There is no active team “Nobody”."),
            ({"to": [{"field": "amount"}]}, "“amount” is neither a person field nor an e-mail field."),
            ({"to": [{"field": "gone"}]}, "“gone” is neither a person field nor an e-mail field."),
            ({"to": [{"address": "not an address"}]}, "“not an address” is not an e-mail address."),
            ({"to": [{"address": "a@b.example\nBcc: x@y.example"}]}, "is not an e-mail address."),
            ({"subject": " "}, "An e-mail needs a subject."),
        ],
    )
    def test_says_what_is_wrong(self, world, values, problem):
        (found,) = self.check(world, **values)
        assert problem in found

    def test_checks_the_merge_fields_of_both_texts(self, world):
        problems = self.check(world, subject="{{ record.amuont }}", body="{{ nothing }}")
        assert len(problems) == 2
        assert "record.amount" in problems[0]


class TestDescribe:
    def test_says_what_is_sent_to_whom(self, world):
        to = ["record_owner", {"field": "approver"}, {"address": "x@y.example"}]
        sentence = KIND.describe(config(to=to, subject="Your offer"), module_def(world.drawing.module))
        assert sentence == "Send the e-mail “Your offer” to the record’s owner, Approver, x@y.example"


class TestSnapshot:
    def test_fills_in_the_merge_fields(self, world):
        payload = snapshot(world)
        assert payload.subject == "Offer for Northwind – 40 seats"
        assert "48,000.00" in payload.body.replace("\xa0", " ")

    def test_writes_amounts_for_the_one_who_reads(self, world):
        world.alice.language = "fr"
        world.alice.save(update_fields=["language"])
        world.record.owner.language = "fr"
        payload = snapshot(world, to=["record_owner"])
        assert "48 000,00" in payload.body.replace("\xa0", " ").replace("\u202f", " ")

    def test_puts_a_subject_on_one_line(self, world):
        world.record.name = "Offer\r\nBcc: everybody@client.example"
        assert "\n" not in (subject := snapshot(world, subject="{{ record.name }}").subject)
        assert "\r" not in subject

    def test_finds_every_kind_of_recipient_once(self, world):
        bruno, driss = make_person("bruno"), User.objects.get(username="driss")
        team = make_team("Sales", [bruno, world.alice])
        at = moment(world, actor=world.claire, approver=driss.pk)
        to = ["record_owner", "actor", {"user": "bruno"}, {"team": team.name}, {"field": "approver"}]
        payload = snapshot(world, at, to=[*to, {"address": "ALICE@example.com"}])
        people = ["alice", "claire", "bruno", "driss"]
        assert addresses(payload) == [f"{name}@example.com" for name in people]

    def test_takes_the_owner_as_the_move_leaves_it(self, world):
        at = moment(world)
        at.owner_id = world.claire.pk
        assert addresses(snapshot(world, at, to=["record_owner"])) == ["claire@example.com"]

    def test_leaves_out_inactive_people_and_those_without_an_address(self, world):
        gone, silent = make_person("gone"), make_person("silent")
        User.objects.filter(pk=gone.pk).update(is_active=False)
        User.objects.filter(pk=silent.pk).update(email="")
        make_team("Sales", [gone, silent])
        to = [{"user": "gone"}, {"user": "silent"}, {"team": "Sales"}, {"field": "approver"}]
        assert addresses(snapshot(world, moment(world, approver=gone.pk), to=to)) == []

    def test_asks_nothing_of_the_database_for_owner_and_actor(self, world, django_assert_num_queries):
        at = moment(world)
        KIND.snapshot(config(), at)
        with django_assert_num_queries(0):
            KIND.snapshot(config(to=["record_owner", "actor"]), at)


class TestPrepare:
    @pytest.fixture(autouse=True)
    def organisation(self, world):
        """The sender comes from the organisation."""

    def test_writes_headers_and_body(self):
        message = parsed(prepared(subject="Votre offre à 25 %", body="Bonjour Hélène,\n\nVoilà.\n"))
        assert message["From"] == "Acme <crm@example.com>"
        assert message["To"] == "Alice <alice@example.com>"
        assert message["Subject"] == "Votre offre à 25 %"
        assert message["Message-ID"] == f"<{KEY}@example.com>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Date"].datetime == NOW
        assert message.get_content().replace("\r\n", "\n") == "Bonjour Hélène,\n\nVoilà.\n"

    def test_writes_the_same_bytes_for_the_same_run(self):
        assert prepared(body="é" * 3000) == prepared(body="é" * 3000)
        assert prepared(body="é" * 3000).isascii()

    def test_says_when_there_is_nobody_to_send_it_to(self):
        with pytest.raises(PermanentError, match="nobody to send it to"):
            prepared(to=[])

    @pytest.mark.parametrize(
        "values",
        [
            {"subject": "Hi\nBcc: everybody@client.example"},
            {"to": [{"address": "alice@example.com\r\nBcc: everybody@client.example"}]},
            {"to": [{"address": "alice@example.com", "name": "Alice\nBcc: everybody@client.example"}]},
            {"to": [{"address": "alice@example.com, everybody@client.example"}]},
        ],
    )
    def test_lets_nobody_add_a_header_or_an_address(self, values):
        with pytest.raises(PermanentError, match="can’t be written"):
            prepared(**values)


class TestSend:
    def payload(self, *to: str) -> dict[str, Any]:
        return {"to": [{"address": address} for address in to], "subject": "Hi", "body": "Hello"}

    def test_delivers_the_stored_bytes_to_the_mailbox_once(self, world, mail_folder):
        run = world.run(kind="email", payload=self.payload("alice@example.com"))
        assert perform(run.pk, now=NOW) == Outcome.DONE
        run.refresh_from_db()
        (path,) = mail_folder.glob("*.eml")
        assert path.read_bytes() == bytes(run.prepared)
        assert run.result == {"message_id": f"<{run.idempotency_key}@example.com>", "refused": {}}
        KIND.send(bytes(run.prepared), run.payload)
        assert list(mail_folder.glob("*.eml")) == [path]

    def test_fails_when_nobody_is_left(self, world, mail_folder):
        run = world.run(kind="email", payload=self.payload())
        assert perform(run.pk, now=NOW) == Outcome.FAILED
        assert not mail_folder.exists()

    @pytest.mark.parametrize(
        ("error", "expected", "text"),
        [
            (smtplib.SMTPDataError(554, b"Spam"), PermanentError, "answered 554 Spam"),
            (smtplib.SMTPAuthenticationError(535, b"Bad password"), PermanentError, "535 Bad password"),
            (smtplib.SMTPSenderRefused(550, b"No such sender", "crm@example.com"), PermanentError, "550"),
            (smtplib.SMTPDataError(451, b"Later\r\nplease"), TransientError, "answered 451 Later"),
            (smtplib.SMTPConnectError(421, b"Too busy"), TransientError, "421 Too busy"),
            (smtplib.SMTPServerDisconnected("gone"), TransientError, "can’t be reached: gone"),
            (ConnectionRefusedError("refused"), TransientError, "can’t be reached: refused"),
            (TimeoutError("timed out"), TransientError, "can’t be reached: timed out"),
            (smtplib.SMTPNotSupportedError("No STARTTLS"), PermanentError, "No STARTTLS"),
            (
                smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"Unknown")}),
                PermanentError,
                "a@b.c: 550 Unknown",
            ),
            (
                smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"Unknown"), "d@e.f": (450, b"Full")}),
                TransientError,
                "d@e.f: 450 Full",
            ),
            (ValueError("Invalid address"), PermanentError, "Invalid address"),
        ],
    )
    def test_tells_what_will_pass_from_what_will_not(self, world, monkeypatch, error, expected, text):
        def send(self, **kwargs):
            raise error

        monkeypatch.setattr(StoredMessage, "send", send)
        with pytest.raises(expected) as caught:
            KIND.send(prepared(), self.payload("alice@example.com"))
        assert text in str(caught.value)


class Server(smtplib.SMTP):
    """A connection that notes what it is given and refuses some of the recipients."""

    def __init__(self, refused: dict[str, tuple[int, bytes]]) -> None:
        super().__init__()
        self.refused = refused
        self.given: list[tuple[str, list[str], bytes]] = []

    def sendmail(self, from_addr, to_addrs, msg, *args, **kwargs):
        self.given.append((from_addr, to_addrs, msg))
        return self.refused


class TestStoredMessage:
    def test_gives_back_bytes_that_python_would_write_otherwise(self):
        raw = b"Subject:  odd   spaces " + b"x" * 200 + b"\r\nTO: a@b.example\r\n\r\nBody without an end"
        assert StoredMessage(raw, ["a@b.example"]).message().as_bytes() == raw


class TestSmtp:
    def test_sends_the_stored_bytes_and_keeps_who_was_refused(self, world, monkeypatch, settings):
        server = Server({"gone@client.example": (550, b"Unknown")})

        def connect(backend: SmtpBackend) -> bool:
            backend.connection = server
            return False

        monkeypatch.setattr(SmtpBackend, "open", connect)
        settings.MAILERS = {
            "default": {"BACKEND": "automations.mail.SmtpBackend", "OPTIONS": {"host": "mail.example"}}
        }
        to = [{"address": "alice@example.com"}, {"address": "gone@client.example"}]
        raw = prepared(to=to, body="Long line " * 200)
        result = KIND.send(raw, {"to": to, "subject": "Hi", "body": "Hello"})
        assert server.given == [("crm@example.com", [part["address"] for part in to], raw)]
        assert result["refused"] == {"gone@client.example": "550 Unknown"}
