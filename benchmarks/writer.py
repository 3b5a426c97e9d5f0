"""One of several writers: a process that moves records when it is told to, for so many seconds.

It reads an order as JSON from a line of its input, says "ready", waits for a line that says "go", and answers
with a line.
"""

import sys
import time
from collections.abc import Callable

import django
from pydantic import BaseModel

django.setup()

from django.db import OperationalError, transaction  # noqa: E402
from django.utils import translation  # noqa: E402

from automations import outbox  # noqa: E402
from benchmarks.moves import wake_nobody  # noqa: E402
from benchmarks.process import STEPS, go_key  # noqa: E402
from benchmarks.world import TYPED, World, find_world, moment_of, steps_of  # noqa: E402
from records.engine.commit import Performed, StaleWrite, commit  # noqa: E402
from records.engine.plan import load_record, plan_move  # noqa: E402
from records.engine.refusals import Moved  # noqa: E402
from records.engine.standing import Stood  # noqa: E402
from records.services import MAX_TRIES, transition_perform  # noqa: E402


class Order(BaseModel):
    """Everybody wants the `shared` records, once; then each moves their `own` for so many `seconds`. `number`
    makes times and typed values of the orders differ."""

    is_inside: bool
    seconds: float
    shared: list[int]
    own: list[int]
    number: int


class Answer(BaseModel):
    """Seconds of each move of the own records; what became of the shared ones; refusals by the database."""

    latencies: list[float] = []
    elapsed: float = 0.0
    won: int = 0
    lost: int = 0
    locked: int = 0


def perform(world: World, record_id: int, step: int, number: int, stood: Stood | None) -> Performed:
    return transition_perform(
        record_id=record_id,
        transition_key=go_key(step),
        actor=world.alice,
        data=TYPED[number % 2].data,
        now=moment_of(number),
        stood=stood,
    )


def perform_inside(world: World, record_id: int, step: int, number: int, stood: Stood | None) -> Performed:
    """The same with all rules evaluated inside the transaction, as most programs do."""
    for _try in range(MAX_TRIES):
        try:
            with transaction.atomic():
                plan = plan_move(
                    load_record(record_id),
                    go_key(step),
                    world.alice,
                    stood=stood,
                    data=TYPED[number % 2].data,
                    now=moment_of(number),
                )
                return commit(plan, "")
        except StaleWrite:
            continue
    raise Moved(None)


class Writer:
    def __init__(self, world: World, order: Order) -> None:
        self.world = world
        self.order = order
        self.move: Callable[..., Performed] = perform_inside if order.is_inside else perform
        self.answer = Answer()
        # What the pages of these people show before any of them clicks.
        self.stood = {pk: Stood.of(load_record(pk)) for pk in order.shared}
        self.steps = steps_of([*order.shared, *order.own])

    def obey(self) -> Answer:
        for pk in self.order.shared:
            self._want(pk)
        begun = time.perf_counter()
        while (elapsed := time.perf_counter() - begun) < self.order.seconds:
            self._move_own()
        self.answer.elapsed = elapsed
        return self.answer

    def _want(self, pk: int) -> None:
        try:
            self.move(self.world, pk, self.steps[pk], self.order.number, self.stood[pk])
            self.answer.won += 1
        except Moved:
            self.answer.lost += 1
        except OperationalError:
            self.answer.locked += 1

    def _move_own(self) -> None:
        place = len(self.answer.latencies) + self.answer.locked
        pk = self.order.own[place % len(self.order.own)]
        begun = time.perf_counter()
        try:
            self.move(self.world, pk, self.steps[pk], self.order.number + place, None)
        except OperationalError:
            self.answer.locked += 1
            return
        self.answer.latencies.append(time.perf_counter() - begun)
        self.steps[pk] = (self.steps[pk] + 1) % STEPS


def main() -> None:
    outbox.hand_over = wake_nobody
    translation.activate("en")
    world = find_world()
    say("ready")
    while line := sys.stdin.readline():
        writer = Writer(world, Order.model_validate_json(line))
        say("ready")
        sys.stdin.readline()
        say(writer.obey().model_dump_json())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
