"""A record that has moved, a kind of action that does as it is told, and no broker."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from accounts.models import User
from automations import outbox, tasks
from automations.kinds.base import DeliveryKind
from automations.models import ActionRun
from processes import actions
from processes.models import Action
from records.models import Record, RecordEvent
from tests.factories import (
    NOW,
    Drawing,
    draw_deal_closing,
    make_deals,
    make_organisation,
    make_person,
    make_record,
    make_team,
)

EMAIL = {
    "to": ["record_owner", {"address": "buyer@client.example"}],
    "subject": "Offer for {{ record.name }}",
    "body": "Hello,\n\nAmount: {{ record.amount }}\n",
}


@dataclass
class World:
    """Alice owns a deal, claire is her manager, charlie a stranger, emma an administrator."""

    alice: User
    claire: User
    charlie: User
    emma: User
    drawing: Drawing
    action: Action
    record: Record

    def event(self) -> RecordEvent:
        event = RecordEvent(
            record=self.record, kind="transition", actor=self.alice, at=NOW, transition=self.action.transition
        )
        event.save(force_insert=True)
        return event

    def run(self, **values: Any) -> ActionRun:
        defaults = {"action": self.action, "kind": "fake", "run_at": NOW, "created_at": NOW}
        return ActionRun.objects.create(**({"event": self.event()} | defaults | values))


@pytest.fixture
def world(db: None) -> World:
    make_organisation()
    claire = make_person("claire")
    alice = make_person("alice", manager=claire)
    drawing = draw_deal_closing(make_deals(), make_team("Legal", [make_person("driss")]))
    action = Action.objects.create(
        transition=drawing.transitions["plan_demo"], key="send_offer", kind="email", config=EMAIL
    )
    drawing.publish()
    return World(
        alice=alice,
        claire=claire,
        charlie=make_person("charlie"),
        emma=make_person("emma", is_administrator=True),
        drawing=drawing,
        action=action,
        record=make_record(drawing.module, alice, stage="qualification", amount=4_800_000),
    )


class FakeConfig(BaseModel):
    pass


@dataclass
class FakeKind(DeliveryKind):
    """Answers with what is next in `answers`: an exception is raised, anything else returned."""

    answers: list[Any] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    prepared: int = 0

    key = "fake"
    label = "Fake"
    icon = "mail"
    done_label = "Delivered"
    config_model = FakeConfig

    def check(self, config: Any, module: Any) -> list[str]:
        return []

    def describe(self, config: Any, module: Any) -> str:
        return "Does as it is told"

    def snapshot(self, config: Any, moment: Any) -> dict[str, Any]:
        return {}

    def prepare(self, payload: Any, *, key: Any, now: Any) -> bytes:
        self.prepared += 1
        return f"bytes {self.prepared}".encode()

    def send(self, prepared: bytes, payload: Any) -> dict[str, Any]:
        self.sent.append(prepared)
        answer = self.answers.pop(0) if self.answers else {"answer": "ok"}
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def sentence(self, payload: Any) -> str:
        return "Fake thing"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeKind:
    kind = FakeKind()
    monkeypatch.setitem(actions._kinds, kind.key, kind)
    return kind


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that Celery was given, in place of a broker."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.perform, "delay", ids.append)
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    return ids


@pytest.fixture
def mail_folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "mailbox"
    settings.MAILERS = {
        "default": {
            "BACKEND": "automations.mail.MailboxBackend",
            "OPTIONS": {"file_path": str(folder)},
        }
    }
    return folder
