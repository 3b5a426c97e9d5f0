"""Building the demo company through the services that a person uses."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from processes.fields import Stored, kind_of
from processes.files import parse_process_file, read_bytes
from processes.files.importing import process_import
from processes.loading import module_def
from processes.models import Module
from records.demo.known import KnownStory
from records.demo.past import PastStory
from records.demo.people import address_of, create_people
from records.demo.seed import (
    past_people_file,
    past_words_file,
    people_file,
    process_file_path,
    records_file,
)
from records.demo.story import AccountStory, ContactStory, DealStory, Edit, Happening, Move, Note, Story
from records.demo.working_hours import WorkingHours
from records.engine.plan import draw_form, load_record
from records.models import Record, RecordEvent, Task
from records.services import note_add, record_create, record_update, task_set_done, transition_perform
from records.signals import demo_built

# Moves older than this send nothing: the mailbox opens with the last days' mails.
MAIL_DAYS = 8


class DatabaseInUseError(Exception):
    """There are people in this installation: the demo company would mix with theirs."""


@transaction.atomic
def build_demo(*, language: str, time_zone: str, now: datetime) -> None:
    """The whole demo company, its past counted back from `now`. Raises DatabaseInUseError."""
    if User.objects.exists():
        raise DatabaseInUseError
    hours = WorkingHours(time_zone)
    with translation.override(language), timezone.override(hours.zone):
        people = create_people(people_file(), language=language, time_zone=time_zone)
        steps = _Steps(people, now)
        known = KnownStory(records_file(), hours, now, language).tell()
        past = PastStory(past_people_file(), past_words_file(), hours, now, language).tell()
        for story in (past, known):
            steps.add(story)
        file, lines = parse_process_file(read_bytes(process_file_path(language)))
        begin = hours.days_ago(steps.first_at, 7, 0)
        process_import(file=file, lines=lines, actor=people["emma"], now=begin, publish=True, activate=True)
        steps.take()
    demo_built.send(sender=Record)


class _Steps:
    """Everything that happened, taken in the order of time: ids and contract numbers follow it."""

    def __init__(self, people: Mapping[str, User], now: datetime) -> None:
        self.people = people
        self.now = now
        self.ahead: list[tuple[datetime, int, Callable[[], None]]] = []
        self.number = count()
        self.accounts: dict[str, Record] = {}
        self.contacts: dict[str, Record] = {}
        self.deals: dict[str, Record] = {}
        self.contracts: Counter[int] = Counter()

    @property
    def first_at(self) -> datetime:
        return self.ahead[0][0]

    def add(self, story: Story) -> None:
        for account in story.accounts:
            self._plan(account.at, partial(self._create_account, account))
        for contact in story.contacts:
            self._plan(contact.at, partial(self._create_contact, contact))
        for deal in story.deals:
            self._plan(deal.at, partial(self._create_deal, deal))
            for happening in deal.happenings:
                self._plan(happening.at, partial(self._let_happen, deal, happening))

    def _plan(self, at: datetime, step: Callable[[], None]) -> None:
        heappush(self.ahead, (at, next(self.number), step))

    def take(self) -> None:
        self.modules = {module.key: module for module in Module.objects.all()}
        while self.ahead:
            heappop(self.ahead)[-1]()

    def _create_account(self, account: AccountStory) -> None:
        self.accounts[account.key] = self._create(
            "accounts", account.name, self.people[account.owner], account.plain, account.at
        )

    def _create_contact(self, contact: ContactStory) -> None:
        account = self.accounts[contact.account]
        plain = {
            "account": account.pk,
            "role": contact.role,
            "email": address_of(contact.name),
            "phone": account.values.get("phone"),
        }
        self.contacts[contact.key] = self._create("contacts", contact.name, account.owner, plain, contact.at)

    def _create_deal(self, deal: DealStory) -> None:
        contact = self.contacts[deal.contact]
        plain = {
            "account": contact.values["account"],
            "contact": contact.pk,
            "contact_email": contact.values["email"],
            "product_demo_status": "none",
            **deal.plain,
        }
        self.deals[deal.name] = self._create("deals", deal.name, self.people[deal.owner], plain, deal.at)

    def _create(
        self, module_key: str, name: str, owner: User, plain: Mapping[str, Any], at: datetime
    ) -> Record:
        module = self.modules[module_key]
        values = {key: value for key, value in _stored(module, plain).items() if value is not None}
        return record_create(module=module, name=name, owner=owner, values=values, actor=owner, now=at)

    def _let_happen(self, deal: DealStory, happening: Happening) -> None:
        record, actor = self.deals[deal.name], self.people[happening.by]
        match happening:
            case Move():
                self._move(record, actor, happening)
            case Note(text=text):
                note_add(record_id=record.pk, text=text, actor=actor, now=happening.at)
            case Edit(changes=changes):
                stored = _stored(self.modules["deals"], changes)
                record_update(record_id=record.pk, changes=stored, actor=actor, now=happening.at)

    def _move(self, record: Record, actor: User, move: Move) -> None:
        """Fill in the form as it is drawn, type what the story says, send it; its tasks are done in time."""
        form = draw_form(load_record(record.pk), move.key, actor, move.at).form
        performed = transition_perform(
            record_id=record.pk,
            transition_key=move.key,
            actor=actor,
            data={**form.initial, **self._typed(move)},
            now=move.at,
            with_actions=move.at > self.now - timedelta(days=MAIL_DAYS),
        )
        if move.tasks_done_at is not None:
            self._plan(move.tasks_done_at, partial(self._finish_tasks, performed.event, move.tasks_done_at))

    def _finish_tasks(self, event: RecordEvent, at: datetime) -> None:
        for task in Task.objects.filter(event=event).select_related("record", "assignee").order_by("pk"):
            task_set_done(task=task, is_done=True, actor=task.assignee, now=at)

    def _typed(self, move: Move) -> Mapping[str, str]:
        if move.key != "submit_documents":
            return move.typed
        year = move.at.year
        self.contracts[year] += 1
        return {**move.typed, "contract_reference": f"C-{year}-{self.contracts[year]:03d}"}


def _stored(module: Module, plain: Mapping[str, Any]) -> dict[str, Stored | None]:
    fields = module_def(module).fields
    return {key: kind_of(fields[key]).from_plain(fields[key], value) for key, value in plain.items()}
