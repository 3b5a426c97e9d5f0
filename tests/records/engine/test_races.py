"""Two people at once: one move, one event, and the other is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection

from records import services
from records.engine.commit import Performed, commit
from records.engine.plan import Plan
from records.engine.refusals import Moved, NotAvailable, Refusal
from records.models import RecordEvent
from tests.factories import NOW
from tests.records.engine.conftest import World


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> threading.Barrier:
    """Both have planned before either writes."""
    barrier = threading.Barrier(2, timeout=20)
    first = threading.local()

    def commit_together(plan: Plan, request_key: str) -> Performed:
        if not getattr(first, "met", False):
            first.met = True
            barrier.wait()
        return commit(plan, request_key)

    monkeypatch.setattr(services, "commit", commit_together)
    return barrier


def at_once(*calls: Callable[[], Performed]) -> list[Performed | Refusal]:
    results: list[Performed | Refusal] = []

    def run(call: Callable[[], Performed]) -> None:
        try:
            results.append(call())
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    close_old_connections()
    return results


@pytest.mark.django_db(transaction=True)
class TestTwoPeopleAtOnce:
    def test_make_one_move(self, world: World, meet: Any) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        results = at_once(
            lambda: world.perform(deal, "send_to_legal", world.alice, stood=stood, request_key="a"),
            lambda: world.perform(deal, "send_to_legal", world.claire, stood=stood, request_key="b"),
        )
        refused = [result for result in results if isinstance(result, Refusal)]
        assert len(results) == 2
        assert [type(refusal) for refusal in refused] == [Moved]
        assert RecordEvent.objects.filter(kind="transition").count() == 1

    def test_with_one_form_get_one_answer(self, world: World, meet: Any) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        results = at_once(
            *[lambda: world.perform(deal, "send_to_legal", world.alice, stood=stood, request_key="same")] * 2
        )
        performed = [result for result in results if isinstance(result, Performed)]
        assert sorted(one.is_repeat for one in performed) == [False, True]
        assert performed[0].event == performed[1].event
        assert RecordEvent.objects.filter(kind="transition").count() == 1

    def test_an_edit_that_breaks_the_criteria_wins_over_the_move(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deal = world.deal(demo_status="done")
        world.perform(deal, "send_to_legal", world.alice)

        def edited_meanwhile(plan: Plan, request_key: str) -> Performed:
            monkeypatch.setattr(services, "commit", commit)
            services.record_update(
                record_id=deal.pk, changes={"demo_status": "planned"}, actor=world.alice, now=NOW
            )
            return commit(plan, request_key)

        monkeypatch.setattr(services, "commit", edited_meanwhile)
        with pytest.raises(NotAvailable):
            world.perform(deal, "submit_documents", world.driss, data={"reference": "C-1"})
        assert world.standing(deal)[0] == "legal_review"
