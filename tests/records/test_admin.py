"""The admin mends data through the services and leaves history alone."""

import pytest
from django.test import Client
from django.urls import reverse

from records.choices import EventKind
from records.engine.refusals import Busy
from records.models import Record, RecordEvent
from tests.records.engine.conftest import World


@pytest.fixture
def admin(world: World, client: Client) -> Client:
    client.force_login(world.emma)
    return client


def test_lists_open_and_find(world: World, admin: Client) -> None:
    record = world.deal(name="Isdom")
    world.perform(record, "plan_demo", world.alice, data={"closing": "2026-12-01"})
    for model in ("record", "recordevent", "processrun", "task"):
        answer = admin.get(reverse(f"admin:records_{model}_changelist"), {"q": "Isdom"})
        assert answer.status_code == 200


def test_a_change_of_name_or_owner_leaves_an_event(world: World, admin: Client) -> None:
    record = world.deal()
    url = reverse("admin:records_record_change", args=[record.pk])
    answer = admin.post(url, {"name": " Renamed ", "owner": world.claire.pk})
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.name, record.owner, record.revision) == ("Renamed", world.claire, 2)
    event = RecordEvent.objects.get(record=record, kind=EventKind.EDIT)
    assert (event.actor, {change["field"] for change in event.changes}) == (world.emma, {"name", "owner"})


def test_state_and_values_can_not_be_written(world: World, admin: Client) -> None:
    record = world.deal(amount=100)
    url = reverse("admin:records_record_change", args=[record.pk])
    state = world.drawing.states["closed_won"]
    forged = {
        "name": record.name,
        "owner": record.owner_id,
        "state": state.pk,
        "values": '{"stage": "closed_won"}',
    }
    admin.post(url, forged)
    fresh = Record.objects.get(pk=record.pk)
    assert (fresh.state, fresh.values) == (record.state, record.values)


def test_a_refused_write_is_told(world: World, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**arguments: object) -> None:
        raise Busy

    record = world.deal()
    monkeypatch.setattr("records.admin.record_update", refuse)
    url = reverse("admin:records_record_change", args=[record.pk])
    answer = admin.post(url, {"name": "Other", "owner": record.owner_id}, follow=True)
    assert "Nothing was changed" in answer.text
    assert Record.objects.get(pk=record.pk).name == record.name


@pytest.mark.parametrize("model", ["record", "recordevent", "processrun"])
def test_nothing_is_added_or_deleted(world: World, admin: Client, model: str) -> None:
    record = world.deal()
    row = {
        "record": record,
        "recordevent": record.events.get(kind="create"),
        "processrun": record.runs.get(),
    }[model]
    assert admin.get(reverse(f"admin:records_{model}_add")).status_code == 403
    assert (
        admin.post(reverse(f"admin:records_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_events_can_be_read_only(world: World, admin: Client) -> None:
    record = world.deal()
    event = RecordEvent.objects.get(record=record, kind=EventKind.CREATE)
    url = reverse("admin:records_recordevent_change", args=[event.pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"comment": "forged"}).status_code == 403
