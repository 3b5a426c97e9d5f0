"""One small world for the engine's tests: people, a module, a published process."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from accounts.models import Team, User
from processes.models import Module
from records import services
from records.engine.commit import Performed
from records.engine.standing import Stood
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


@dataclass
class World:
    """alice owns deals, claire manages her, driss is in Legal, charlie is a stranger, emma administers."""

    emma: User
    claire: User
    alice: User
    driss: User
    charlie: User
    legal: Team
    module: Module
    drawing: Drawing
    extra: dict[str, Any] = field(default_factory=dict)

    def deal(self, **values: Any) -> Record:
        return make_record(self.module, self.alice, **values)

    def perform(self, record: Record, key: str, actor: User, **more: Any) -> Performed:
        data = more.pop("data", {})
        return services.transition_perform(
            record_id=record.pk, transition_key=key, actor=actor, data=data, now=more.pop("now", NOW), **more
        )

    def standing(self, record: Record) -> tuple[str, Stood]:
        fresh = Record.objects.select_related("state").get(pk=record.pk)
        return (fresh.state.key if fresh.state else "", Stood.of(fresh))

    def events(self, record: Record) -> list[str]:
        return [event.kind for event in RecordEvent.objects.filter(record=record).order_by("pk")]


@pytest.fixture
def world(db: None) -> World:
    make_organisation()
    emma = make_person("emma", is_administrator=True)
    claire = make_person("claire")
    alice = make_person("alice", manager=claire)
    driss = make_person("driss")
    charlie = make_person("charlie")
    legal = make_team("Legal", [driss])
    module = make_deals()
    drawing = draw_deal_closing(module, legal)
    drawing.publish()
    return World(emma, claire, alice, driss, charlie, legal, module, drawing)
