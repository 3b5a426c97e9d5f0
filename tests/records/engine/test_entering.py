"""How records come into a process and out of it by an edit."""

from typing import Any

import pytest

from processes.models import Process
from records import services
from records.engine.refusals import NotAllowed, StateFieldLocked, UnknownRecord
from records.models import ProcessRun, Record, RecordEvent
from tests.factories import NOW, Drawing, make_record
from tests.records.engine.conftest import World


def update(world: World, record: Record, **changes: Any) -> Record:
    return services.record_update(record_id=record.pk, changes=changes, actor=world.alice, now=NOW)


def other_process(world: World, *, priority: int, entry: dict[str, Any] | None) -> Drawing:
    drawing = Drawing(world.module, key="discount_approval")
    drawing.process.priority = priority
    drawing.process.save(update_fields=["priority"])
    drawing.state("qualification", is_start=True)
    drawing.state("closed_won", is_exit=True)
    drawing.transition("approve", "qualification", "closed_won", people=[world.claire])
    drawing.version.entry_criteria = entry
    drawing.version.save(update_fields=["entry_criteria"])
    drawing.publish()
    return drawing


class TestOnCreation:
    def test_an_empty_state_field_takes_the_start_state(self, world: World) -> None:
        deal = world.deal()
        assert deal.state == world.drawing.states["qualification"]
        assert deal.values["stage"] == "qualification"
        assert deal.run is not None
        assert deal.run.process == world.drawing.process

    def test_a_value_enters_its_state(self, world: World) -> None:
        assert world.deal(stage="legal_review").state == world.drawing.states["legal_review"]

    def test_an_exit_places_the_record_without_a_run(self, world: World) -> None:
        deal = world.deal(stage="closed_won")
        assert deal.state == world.drawing.states["closed_won"]
        assert deal.run is None
        assert not ProcessRun.objects.exists()

    def test_without_an_active_process_nothing_is_entered(self, world: World) -> None:
        Process.objects.update(is_active=False)
        deal = world.deal(stage="legal_review")
        assert (deal.state, deal.run) == (None, None)
        assert world.events(deal) == ["create"]

    def test_a_value_that_no_state_carries_stays_outside(self, world: World) -> None:
        world.drawing.states["product_demo"].delete()
        deal = world.deal(stage="product_demo")
        assert deal.state is None

    @pytest.mark.parametrize(("priority", "expected"), [(1, "discount_approval"), (900, "deal_closing")])
    def test_the_first_process_by_priority_takes_it(self, world: World, priority: int, expected: str) -> None:
        other_process(world, priority=priority, entry=None)
        deal = world.deal()
        assert deal.run is not None
        assert deal.run.process.key == expected

    def test_entry_criteria_decide(self, world: World) -> None:
        other_process(world, priority=1, entry={"field": "discount", "op": "gt", "value": "20"})
        assert world.deal(discount=2500).run.process.key == "discount_approval"  # type: ignore[union-attr]
        assert world.deal(discount=1500).run.process.key == "deal_closing"  # type: ignore[union-attr]


class TestOnEdit:
    def test_criteria_that_become_true_let_it_in(self, world: World) -> None:
        world.drawing.process.is_active = False
        world.drawing.process.save(update_fields=["is_active"])
        other_process(world, priority=1, entry={"field": "discount", "op": "gt", "value": "20"})
        deal = world.deal()
        assert deal.run is None
        update(world, deal, discount=1000)
        assert world.events(deal) == ["create", "edit"]
        entered = update(world, deal, discount=3000)
        assert entered.run is not None
        assert world.events(deal) == ["create", "edit", "edit", "enter"]

    def test_the_state_field_of_a_record_in_process_is_locked(self, world: World) -> None:
        deal = world.deal()
        with pytest.raises(StateFieldLocked):
            update(world, deal, stage="closed_won", amount=100)
        deal.refresh_from_db()
        assert deal.values == {"stage": "qualification"}

    def test_it_stays_locked_at_an_exit_that_has_a_way_on(self, world: World) -> None:
        deal = world.deal(stage="closed_lost")
        with pytest.raises(StateFieldLocked):
            update(world, deal, stage="qualification")

    def test_it_is_free_at_an_exit_without_a_way_on(self, world: World) -> None:
        deal = world.deal(stage="closed_won")
        changed = update(world, deal, stage="product_demo")
        assert changed.state == world.drawing.states["product_demo"]

    def test_a_record_that_left_by_an_exit_does_not_come_back_by_an_edit(self, world: World) -> None:
        deal = world.deal(demo_status="done", stage="legal_review")
        world.perform(deal, "submit_documents", world.driss, data={"reference": "C-1"})
        changed = update(world, deal, stage="product_demo")
        assert (changed.state, changed.run) == (None, None)


class TestRecordUpdate:
    def test_writes_one_event_that_names_what_changed(self, world: World) -> None:
        deal = world.deal(amount=100)
        update(world, deal, amount=250, name="Renamed", closing=None)
        event = RecordEvent.objects.get(kind="edit")
        assert event.changes == [
            {"field": "amount", "before": 100, "after": 250},
            {"field": "name", "before": "Northwind – 40 seats", "after": "Renamed"},
        ]
        deal.refresh_from_db()
        assert (deal.name, deal.values["amount"], deal.revision) == ("Renamed", 250, 2)

    def test_writes_nothing_where_nothing_changes(self, world: World) -> None:
        deal = world.deal(amount=100)
        update(world, deal, amount=100)
        deal.refresh_from_db()
        assert deal.revision == 1
        assert world.events(deal) == ["create", "enter"]

    def test_refuses_people_who_do_not_see_the_record(self, world: World) -> None:
        deal = world.deal()
        with pytest.raises(UnknownRecord):
            services.record_update(record_id=deal.pk, changes={"amount": 1}, actor=world.charlie, now=NOW)

    def test_refuses_people_of_the_limited_view(self, world: World) -> None:
        deal = world.deal(stage="legal_review")
        with pytest.raises(NotAllowed):
            services.record_update(record_id=deal.pk, changes={"amount": 1}, actor=world.driss, now=NOW)

    def test_ignores_fields_that_the_module_does_not_have(self, world: World) -> None:
        deal = make_record(world.module, world.alice)
        update(world, deal, no_such_field="x")
        deal.refresh_from_db()
        assert deal.values == {"stage": "qualification"}


class TestEvents:
    def test_are_append_only(self, world: World) -> None:
        world.deal()
        event = RecordEvent.objects.all()[0]
        for change in (
            lambda: event.save(),
            lambda: event.delete(),
            lambda: RecordEvent.objects.all().delete(),
            lambda: RecordEvent.objects.update(comment="x"),
        ):
            with pytest.raises(TypeError, match="append-only"):
                change()
