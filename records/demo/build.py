"""Building the demo company through the services that a person uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from accounts.clock import today
from accounts.models import User
from processes.fields import Stored, kind_of
from processes.files import parse_process_file, read_bytes
from processes.files.importing import process_import
from processes.loading import module_def
from processes.models import Module
from records.demo.people import address_of, create_people
from records.demo.seed import DealSeed, MoveSeed, RecordsFile, people_file, process_file_path, records_file
from records.engine.plan import draw_form, load_record
from records.models import Record, Task
from records.services import record_create, task_set_done, transition_perform

# Tasks due longer ago than this are taken for done; younger ones may be late.
FORGOTTEN_DAYS = 5


class DatabaseInUseError(Exception):
    """There are people in this installation: the demo company would mix with theirs."""


@transaction.atomic
def build_demo(*, language: str, time_zone: str, now: datetime) -> None:
    """The whole demo company, its past counted back from `now`. Raises DatabaseInUseError."""
    if User.objects.exists():
        raise DatabaseInUseError
    with translation.override(language), timezone.override(ZoneInfo(time_zone)):
        people = create_people(people_file(), language=language, time_zone=time_zone)
        file, lines = parse_process_file(read_bytes(process_file_path(language)))
        emma = people["emma"]
        process_import(file=file, lines=lines, actor=emma, now=now, publish=True, activate=True)
        _Records(records_file(), people, language, now).build()


@dataclass(frozen=True, slots=True)
class _Step:
    """One move of one deal, so that all moves happen in the order of time."""

    at: datetime
    deal: Record
    move: MoveSeed


class _Records:
    def __init__(self, seed: RecordsFile, people: Mapping[str, User], language: str, now: datetime) -> None:
        self.seed = seed
        self.people = people
        self.language = language
        self.now = now
        self.today = today(now)
        self.modules = {module.key: module for module in Module.objects.all()}
        self.accounts: dict[str, Record] = {}
        self.contacts: dict[str, Record] = {}

    def build(self) -> None:
        self._create_accounts()
        self._create_contacts()
        steps = [step for deal in self.seed.deals for step in self._create_deal(deal)]
        for step in sorted(steps, key=lambda step: step.at):
            self._move(step)
        self._finish_old_tasks()

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def _day(self, days: int) -> str:
        day: date = self.today + timedelta(days=days)
        return day.isoformat()

    def _create(
        self, module_key: str, name: str, owner: User, plain: Mapping[str, Any], at: datetime
    ) -> Record:
        module = self.modules[module_key]
        return record_create(
            module=module, name=name, owner=owner, values=_stored(module, plain), actor=owner, now=at
        )

    def _create_accounts(self) -> None:
        for account in self.seed.accounts:
            plain = {
                "sector": account.sector,
                "city": account.city,
                "employees": account.employees,
                "website": f"https://{account.key}.example.com",
                "phone": account.phone,
            }
            owner = self.people[account.owner]
            self.accounts[account.key] = self._create("accounts", account.name, owner, plain, self._ago(120))

    def _create_contacts(self) -> None:
        for contact in self.seed.contacts:
            account = self.accounts[contact.account]
            plain = {
                "account": account.pk,
                "role": contact.role.read_in(self.language),
                "email": address_of(contact.name),
                "phone": account.values.get("phone"),
            }
            self.contacts[contact.key] = self._create(
                "contacts", contact.name, account.owner, plain, self._ago(110)
            )

    def _create_deal(self, deal: DealSeed) -> list[_Step]:
        contact = self.contacts[deal.contact]
        plain = {
            "account": contact.values["account"],
            "contact": contact.pk,
            "contact_email": contact.values["email"],
            "product": deal.product,
            "amount": deal.amount,
            "discount": deal.discount,
            "lead_source": deal.lead_source,
            "product_demo_status": "none",
            "closing_date": self._day(deal.closing_in_days),
        }
        name = deal.name.read_in(self.language)
        record = self._create("deals", name, self.people[deal.owner], plain, self._ago(deal.ago))
        return [_Step(self._ago(move.ago), record, move) for move in deal.moves]

    def _move(self, step: _Step) -> None:
        """Fill in the form as it is drawn, type what the seed says, send it."""
        move, actor = step.move, self.people[step.move.by]
        for task in Task.objects.open().filter(record=step.deal).select_related("assignee").order_by("pk"):
            task_set_done(task=task, is_done=True, actor=task.assignee, now=step.at)
        form = draw_form(load_record(step.deal.pk), move.move, actor, step.at).form
        transition_perform(
            record_id=step.deal.pk,
            transition_key=move.move,
            actor=actor,
            data={**form.initial, **self._typed(move)},
            now=step.at,
        )

    def _typed(self, move: MoveSeed) -> dict[str, str]:
        typed = {
            "next_step": move.next_step.read_in(self.language) if move.next_step else None,
            "demo_date": None if move.demo_in_days is None else self._day(move.demo_in_days),
            "contract_reference": move.contract_reference,
            "loss_reason": move.loss_reason,
        }
        return {key: value for key, value in typed.items() if value is not None}

    def _finish_old_tasks(self) -> None:
        old = Task.objects.open().filter(due_date__lt=self.today - timedelta(days=FORGOTTEN_DAYS))
        for task in old.select_related("assignee").order_by("pk"):
            task_set_done(task=task, is_done=True, actor=task.assignee, now=self._ago(FORGOTTEN_DAYS))


def _stored(module: Module, plain: Mapping[str, Any]) -> dict[str, Stored]:
    fields = module_def(module).fields
    stored = {key: kind_of(fields[key]).from_plain(fields[key], value) for key, value in plain.items()}
    return {key: value for key, value in stored.items() if value is not None}
