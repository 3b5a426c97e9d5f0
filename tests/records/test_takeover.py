"""Somebody leaves: what depends on them goes to others, all or nothing, with an event on each record."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.services import LastAdministrator
from processes.loading import clear_cache
from processes.models import ProcessVersion
from records import takeover
from records.models import Record, RecordEvent, Task
from records.takeover import (
    Holdings,
    SuccessorMissing,
    Successors,
    holdings_of,
    person_deactivate_with_takeover,
    records_change_owner,
)
from tests.factories import NOW, make_person, make_record
from tests.records.engine.conftest import World


def make_task(world: World, *, done: bool = False, deal: Record | None = None) -> Task:
    return Task.objects.create(
        title="Call", assignee=world.alice, record=deal, created_at=NOW, done_at=NOW if done else None
    )


@pytest.fixture
def leaving(world: World) -> User:
    """alice, with two deals, two open tasks, one that is done, and somebody who reports to her."""
    for number in range(2):
        make_task(world, deal=make_record(world.module, world.alice, f"Deal {number}"))
    make_task(world, done=True)
    gone = make_record(world.module, world.alice, "Deleted")
    Record.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    make_person("bruno", manager=world.alice)
    return world.alice


def all_to(user: User) -> Successors:
    return Successors(records=user, tasks=user, reports=user)


def deactivate(world: World, person: User, successors: Successors) -> Holdings:
    return person_deactivate_with_takeover(person=person, successors=successors, actor=world.emma, now=NOW)


class TestPersonDeactivateWithTakeover:
    def test_hands_everything_over(self, world: World, leaving: User) -> None:
        assert holdings_of(leaving) == Holdings(records=2, tasks=2, reports=1)
        successors = Successors(records=world.claire, tasks=world.driss, reports=world.emma)
        assert deactivate(world, leaving, successors) == Holdings(records=2, tasks=2, reports=1)
        assert holdings_of(leaving) == Holdings(0, 0, 0)
        assert Record.objects.alive().filter(owner=world.claire).count() == 2
        assert Task.objects.open().filter(assignee=world.driss).count() == 2
        assert Task.objects.filter(assignee=leaving, done_at=NOW).count() == 1
        assert User.objects.get(username="bruno").manager == world.emma
        assert not User.objects.get(pk=leaving.pk).is_active

    def test_writes_an_event_on_each_record_and_raises_its_revision(
        self, world: World, leaving: User
    ) -> None:
        before = {record.pk: record for record in Record.objects.alive().filter(owner=leaving)}
        deactivate(world, leaving, all_to(world.claire))
        for record in Record.objects.filter(pk__in=before):
            event = RecordEvent.objects.filter(record=record).newest_first()[0]
            assert (event.kind, event.actor, event.run_id) == ("edit", world.emma, record.run_id)
            assert event.changes == [{"field": "owner", "before": leaving.pk, "after": world.claire.pk}]
            old = before[record.pk]
            assert record.revision == old.revision + 1
            assert (record.updated_by, record.updated_at) == (world.emma, NOW)
            assert (record.values, record.state_id, record.run_id) == (old.values, old.state_id, old.run_id)

    def test_leaves_deleted_records_alone(self, world: World, leaving: User) -> None:
        deactivate(world, leaving, all_to(world.claire))
        gone = Record.objects.get(name="Deleted")
        assert (gone.owner, gone.revision) == (leaving, 1)

    def test_needs_nobody_for_nothing(self, world: World) -> None:
        assert deactivate(world, world.charlie, Successors()) == Holdings(0, 0, 0)
        assert not User.objects.get(pk=world.charlie.pk).is_active

    def test_may_leave_people_without_a_manager(self, world: World, leaving: User) -> None:
        deactivate(world, leaving, Successors(records=world.claire, tasks=world.claire))
        assert User.objects.get(username="bruno").manager is None

    @pytest.mark.parametrize("case", ["no records", "no tasks", "oneself", "left"])
    def test_refuses_to_leave_something_with_nobody(self, world: World, leaving: User, case: str) -> None:
        User.objects.filter(pk=world.charlie.pk).update(is_active=False)
        successors = {
            "no records": Successors(tasks=world.claire),
            "no tasks": Successors(records=world.claire),
            "oneself": all_to(leaving),
            "left": all_to(world.charlie),
        }[case]
        with pytest.raises(SuccessorMissing):
            deactivate(world, leaving, successors)
        assert holdings_of(leaving) == Holdings(2, 2, 1)
        assert User.objects.get(pk=leaving.pk).is_active

    def test_changes_nothing_where_the_person_has_to_stay(self, world: World) -> None:
        deal = make_record(world.module, world.emma)
        User.objects.filter(pk=world.claire.pk).update(is_superuser=True)
        claire = User.objects.get(pk=world.claire.pk)
        User.objects.filter(pk=claire.pk).update(is_superuser=False)
        with pytest.raises(LastAdministrator):
            person_deactivate_with_takeover(
                person=world.emma, successors=all_to(world.alice), actor=claire, now=NOW
            )
        assert Record.objects.get(pk=deal.pk).owner == world.emma
        assert RecordEvent.objects.filter(record=deal, kind="edit").count() == 0

    def test_is_for_administrators(self, world: World, leaving: User) -> None:
        with pytest.raises(PermissionDenied):
            person_deactivate_with_takeover(
                person=leaving, successors=all_to(world.claire), actor=world.claire, now=NOW
            )


class TestRecordsChangeOwner:
    def change(self, world: World) -> int:
        return records_change_owner(owner=world.alice, successor=world.claire, actor=world.emma, now=NOW)

    def test_goes_through_all_batches(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(takeover, "BATCH", 3)
        deals = [make_record(world.module, world.alice, f"Deal {number}") for number in range(7)]
        other = make_record(world.module, world.charlie)
        assert self.change(world) == 7
        changed = RecordEvent.objects.filter(kind="edit").values_list("record_id", flat=True)
        assert sorted(changed) == [deal.pk for deal in deals]
        assert Record.objects.get(pk=other.pk).owner == world.charlie

    def test_costs_the_same_for_ten_and_for_twenty(self, world: World) -> None:
        def cost(count: int) -> int:
            for number in range(count):
                make_record(world.module, world.alice, f"Deal {number}")
            with CaptureQueriesContext(connection) as queries:
                assert self.change(world) == count
            return len(queries)

        assert cost(10) == cost(20)

    def test_brings_a_record_into_the_process_that_its_new_owner_opens(self, world: World) -> None:
        rule = {"field": "owner", "op": "is", "value": world.claire.pk}
        ProcessVersion.objects.update(entry_criteria=rule)
        clear_cache()
        deal, other = world.deal(), world.deal(amount=5)
        assert (deal.run_id, other.run_id) == (None, None)
        assert self.change(world) == 2
        for record in Record.objects.filter(pk__in=[deal.pk, other.pk]):
            assert record.run_id is not None
            assert world.events(record) == ["create", "edit", "enter"]

    def test_leaves_outside_what_the_new_owner_does_not_open(self, world: World) -> None:
        ProcessVersion.objects.update(entry_criteria={"field": "owner", "op": "is", "value": world.driss.pk})
        clear_cache()
        deal = world.deal()
        assert self.change(world) == 1
        assert world.events(deal) == ["create", "edit"]


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


class TestPage:
    @pytest.fixture
    def admin(self, client: Client, world: World) -> Client:
        client.force_login(world.emma)
        return client

    def test_counts_and_proposes_the_manager(self, admin: Client, world: World, leaving: User) -> None:
        page = parsed(admin.get(reverse("person_deactivate", args=[leaving.pk])))
        counted = page.select_one("[data-holdings]")
        assert "Alice has 2 records, 2 open tasks and 1 report." in (counted or page).get_text()
        for name in ("records", "tasks", "reports"):
            chosen = page.select(f'[name="{name}"] option[selected]')
            assert [option["value"] for option in chosen] == [str(world.claire.pk)]
            assert not page.select(f'[name="{name}"] option[value="{leaving.pk}"]')

    def test_asks_nothing_where_nothing_depends(self, admin: Client, world: World) -> None:
        url = reverse("person_deactivate", args=[world.charlie.pk])
        page = parsed(admin.get(url))
        assert not page.select("main select")
        assert admin.post(url).status_code == 303
        assert not User.objects.get(pk=world.charlie.pk).is_active

    def test_hands_over_and_signs_the_person_out(self, admin: Client, world: World, leaving: User) -> None:
        theirs = Client()
        theirs.force_login(leaving)
        assert theirs.get(reverse("my_work")).status_code == 200
        claire = world.claire.pk
        response = admin.post(
            reverse("person_deactivate", args=[leaving.pk]),
            {"records": claire, "tasks": claire, "reports": ""},
        )
        assert response.headers["Location"] == reverse("people")
        assert theirs.get(reverse("my_work")).status_code == 302
        assert Record.objects.alive().filter(owner=claire).count() == 2

    @pytest.mark.parametrize("chosen", ["", "0", "999999", "x", "{self}"])
    def test_refuses_what_is_nobody(self, admin: Client, leaving: User, chosen: str) -> None:
        wrong = chosen.format(self=leaving.pk)
        url = reverse("person_deactivate", args=[leaving.pk])
        page = parsed(admin.post(url, {"records": wrong, "tasks": wrong}), 422)
        assert page.select('[data-error-for="records"]')
        assert User.objects.get(pk=leaving.pk).is_active

    def test_says_that_something_came_in_meanwhile(
        self, admin: Client, world: World, leaving: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from records.views import people

        monkeypatch.setattr(people, "holdings_of", lambda person: Holdings(0, 0, 0))
        page = parsed(admin.post(reverse("person_deactivate", args=[leaving.pk])), 409)
        assert "changed meanwhile" in page.get_text()
        assert User.objects.get(pk=leaving.pk).is_active

    def test_tells_why_the_last_administrator_stays(self, admin: Client, world: World) -> None:
        page = parsed(admin.post(reverse("person_deactivate", args=[world.emma.pk])), 422)
        assert "Another administrator has to deactivate you." in page.get_text()

    def test_of_somebody_who_left_is_their_own_page(self, admin: Client, world: World) -> None:
        User.objects.filter(pk=world.charlie.pk).update(is_active=False)
        url = reverse("person_deactivate", args=[world.charlie.pk])
        assert admin.get(url).headers["Location"] == reverse("person_edit", args=[world.charlie.pk])
