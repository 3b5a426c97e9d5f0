"""The rules read as SQL and as verdicts: the same records, the same people."""

from itertools import product
from typing import Any

import pytest

from accounts.models import User
from processes.choices import ModuleRight
from processes.models import Process
from processes.permissions import replace_rights
from records.engine.explain import explain
from records.engine.person import person_for
from records.engine.refusals import Refusal
from records.engine.standing import standing_of
from records.engine.verdicts import is_actionable, is_visible, verdicts
from records.engine.work import available_q
from records.models import Record
from records.models.record import visible_q
from tests.factories import NOW, make_record, make_team
from tests.records.engine.conftest import World

STAGES = ("qualification", "product_demo", "legal_review", "closed_won", "closed_lost")


@pytest.fixture(params=["open", "sales_sees", "nobody_sees"])
def people(request: pytest.FixtureRequest, world: World, records: list[Record]) -> list[User]:
    """Everybody, with Deals open to all, to alice's team only, or to administrators only."""
    if request.param != "open":
        team = make_team("Sales", [world.alice] if request.param == "sales_sees" else [])
        replace_rights(team, {world.module.pk: [ModuleRight.VIEW]})
    # What somebody may do is kept on the user object.
    return list(User.objects.order_by("pk"))


@pytest.fixture
def records(world: World) -> list[Record]:
    """Records over all states, with a transition more for each kind of owner that follows from the record."""
    drawing = world.drawing
    drawing.grants.clear()
    kinds: list[dict[str, Any]] = [
        {"kind": "user_field", "field": "approver"},
        {"kind": "manager", "whole_chain": True},
        {"kind": "creator"},
        {"kind": "everyone"},
    ]
    for number, owner in enumerate(kinds):
        drawing.transition(f"by_kind_{number}", "product_demo legal_review", "qualification", dynamic=[owner])
    drawing.publish()
    approver = world.charlie.pk
    made = [
        make_record(
            world.module, owner, f"{stage} {status}", stage=stage, demo_status=status, approver=approver
        )
        for stage, status, owner in product(STAGES, ("planned", "done"), (world.alice, world.charlie))
    ]
    return list(Record.objects.with_standing().filter(pk__in=[record.pk for record in made]))


def ids(records: list[Record]) -> set[int]:
    return {record.pk for record in records}


class TestSqlAndVerdictsAgree:
    def test_on_what_a_person_sees(self, people: list[User], records: list[Record]) -> None:
        for user in people:
            person = person_for(user)
            found = ids(list(Record.objects.visible_to(person)))
            assert found == {record.pk for record in records if is_visible(record, person)}

    def test_on_what_a_person_may_act_on(self, people: list[User], records: list[Record]) -> None:
        for user in people:
            person = person_for(user)
            found = ids(list(Record.objects.actionable_by(person)))
            assert found == {record.pk for record in records if is_actionable(record, person)}

    @pytest.mark.parametrize("with_common", [False, True])
    @pytest.mark.parametrize("is_active", [False, True])
    def test_on_what_waits_for_a_person(
        self, people: list[User], records: list[Record], with_common: bool, is_active: bool
    ) -> None:
        Process.objects.update(is_active=is_active)
        fresh = list(Record.objects.with_standing())
        for user in people:
            person = person_for(user)
            rule = available_q(person, visible_q(person), with_common=with_common, now=NOW)
            found = set() if rule is None else ids(list(Record.objects.filter(rule)))
            expected = {
                record.pk
                for record in fresh
                if record.run_id is not None
                for verdict in verdicts(record, person, now=NOW)
                if verdict.is_available and (with_common or not verdict.transition.is_common)
            }
            assert found == expected

    def test_a_button_is_shown_where_a_move_is_accepted_and_explained(
        self, world: World, people: list[User], records: list[Record]
    ) -> None:
        data = {"closing": "2026-12-24", "reference": "C-1"}
        for user, record in product(people, records):
            fresh = Record.objects.with_standing().get(pk=record.pk)
            standing = standing_of(fresh)
            assert standing is not None
            person = person_for(user)
            judged = verdicts(fresh, person, now=NOW)
            told = explain(fresh, standing.version.module, judged, now=NOW)
            for verdict, explanation in zip(judged, told, strict=True):
                may = is_visible(fresh, person) or is_actionable(fresh, person)
                assert explanation.is_available == verdict.is_available
                assert verdict.is_available == (not explanation.failed)
                accepted = self._accepts(world, fresh, verdict.transition.key, user, data)
                assert accepted == (verdict.is_available and may)

    def _accepts(self, world: World, record: Record, key: str, user: User, data: dict[str, str]) -> bool:
        from records.engine.plan import load_record, plan_move

        try:
            plan_move(load_record(record.pk), key, user, stood=None, data=data, now=NOW)
        except Refusal:
            return False
        return True


class TestExplain:
    def test_names_every_failed_check_with_the_value_at_hand(self, world: World) -> None:
        deal = world.deal(stage="legal_review", demo_status="planned")
        fresh = Record.objects.with_standing().get(pk=deal.pk)
        standing = standing_of(fresh)
        assert standing is not None
        judged = verdicts(fresh, person_for(world.alice), now=NOW)
        told = {e.transition.key: e for e in explain(fresh, standing.version.module, judged, now=NOW)}
        failed = told["submit_documents"].failed
        assert [check.text for check in failed] == ["Owners: team Legal", "Product demo is Done"]
        assert failed[1].actual == "Product demo is Planned"

    def test_hides_values_from_a_reader_of_the_limited_view(self, world: World) -> None:
        deal = world.deal(stage="legal_review", demo_status="planned")
        fresh = Record.objects.with_standing().get(pk=deal.pk)
        standing = standing_of(fresh)
        assert standing is not None
        judged = verdicts(fresh, person_for(world.driss), now=NOW)
        told = explain(fresh, standing.version.module, judged, now=NOW, with_values=False)
        checks = next(e for e in told if e.transition.key == "submit_documents").failed
        assert [(check.text, check.actual) for check in checks] == [("Product demo is Done", "")]
