"""The demo company without its past, and the deals that a journey needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from processes.files import parse_process_file, read_bytes
from processes.files.importing import process_import
from processes.models import Module
from records.demo.people import create_people
from records.demo.seed import people_file, process_file_path
from records.models import Record
from records.services import record_create, transition_perform


@dataclass(frozen=True)
class Company:
    """People by sign-in name, and the modules of the demo's process file."""

    people: Mapping[str, User]
    deals: Module
    account: Record

    def deal(self, name: str = "Northwind – 40 seats", owner: str = "alice", **values: Any) -> Record:
        return record_create(
            module=self.deals,
            name=name,
            owner=self.people[owner],
            values={"account": self.account.pk, "amount": 4_800_000, **values},
            actor=self.people[owner],
            now=timezone.now(),
        )

    def in_legal_review(self, **values: Any) -> Record:
        return self.deal(stage="legal_review", **values)

    def move(self, deal: Record, key: str, actor: str, **data: str) -> None:
        transition_perform(
            record_id=deal.pk, transition_key=key, actor=self.people[actor], data=data, now=timezone.now()
        )


def found_company(language: str = "en") -> Company:
    people = create_people(people_file(), language=language, time_zone="Europe/Paris")
    file, lines = parse_process_file(read_bytes(process_file_path(language)))
    process_import(
        file=file, lines=lines, actor=people["emma"], now=timezone.now(), publish=True, activate=True
    )
    account = record_create(
        module=Module.objects.get(key="accounts"),
        name="Northwind Traders",
        owner=people["alice"],
        values={},
        actor=people["alice"],
        now=timezone.now(),
    )
    return Company(people, Module.objects.get(key="deals"), account)
