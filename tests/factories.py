"""People, modules, processes and records for tests, made in few words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import Organisation, Team, User
from processes.choices import VersionStatus
from processes.models import (
    Action,
    DuringItem,
    Field,
    Module,
    Process,
    ProcessVersion,
    State,
    Transition,
    TransitionSource,
)
from processes.permissions import OwnerIds, grant_owners
from records import services
from records.models import Record

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

STAGES = {
    "qualification": ("Qualification", "blue"),
    "product_demo": ("Product demo", "violet"),
    "legal_review": ("Legal review", "gold"),
    "closed_won": ("Closed won", "green"),
    "closed_lost": ("Closed lost", "red"),
}


def make_organisation(**values: Any) -> Organisation:
    defaults = {
        "name": "Acme",
        "time_zone": "Europe/Paris",
        "language": "en",
        "currency": "EUR",
        "sender": "Acme <crm@example.com>",
    }
    return Organisation.objects.create(pk=1, **{**defaults, **values})


def make_person(username: str, *, manager: User | None = None, is_administrator: bool = False) -> User:
    """A person whose sign-in name and password are the same word."""
    person: User = User.objects.create_user(
        username=username,
        first_name=username.title(),
        email=f"{username}@example.com",
        password=username,
        manager=manager,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )
    return person


def make_team(name: str, people: Iterable[User] = ()) -> Team:
    team = Team.objects.create(name=name)
    for person in people:
        person.groups.add(team)
    return team


def make_deals(**values: Any) -> Module:
    """A private module with one field of the kinds that rules are about, and the stage."""
    module = Module.objects.create(
        **{"key": "deals", "label": "Deal", "label_plural": "Deals", "name_label": "Deal name", **values}
    )
    fields: list[tuple[str, str, str, dict[str, Any]]] = [
        ("amount", "Amount", "currency", {"settings": {"currency": "EUR", "decimals": 2}}),
        ("discount", "Discount", "percent", {}),
        ("closing", "Closing", "date", {}),
        (
            "demo_status",
            "Product demo",
            "picklist",
            {"options": [{"key": k, "label": k.title()} for k in ("planned", "done")]},
        ),
        ("reference", "Contract reference", "text", {}),
        ("approver", "Approver", "user", {}),
        (
            "stage",
            "Stage",
            "picklist",
            {"options": [{"key": k, "label": v[0], "colour": v[1]} for k, v in STAGES.items()]},
        ),
    ]
    for position, (key, label, kind, more) in enumerate(fields):
        Field.objects.create(module=module, key=key, label=label, kind=kind, position=position, **more)
    return module


class Drawing:
    """A process being drawn: states first, transitions by name, then `publish`."""

    def __init__(self, module: Module, *, key: str = "deal_closing", state_field: str = "stage") -> None:
        self.module = module
        self.process = Process.objects.create(
            module=module,
            state_field=module.fields.get(key=state_field),
            key=key,
            name=key.replace("_", " ").capitalize(),
            is_active=True,
        )
        self.version = ProcessVersion.objects.create(process=self.process, number=1)
        self.states: dict[str, State] = {}
        self.transitions: dict[str, Transition] = {}
        self.grants: dict[int, OwnerIds] = {}

    def state(self, key: str, **values: Any) -> State:
        self.states[key] = State.objects.create(version=self.version, key=key, **values)
        return self.states[key]

    def transition(
        self,
        key: str,
        sources: str,
        target: str,
        *,
        people: Iterable[User] = (),
        teams: Iterable[Team] = (),
        dynamic: Iterable[Mapping[str, Any]] = (),
        fields: Mapping[str, bool] | None = None,
        actions: Iterable[tuple[str, Mapping[str, Any]]] = (),
        **values: Any,
    ) -> Transition:
        """`sources`: state keys, "*" for a common transition; `fields`: whether each is required."""
        made = Transition.objects.create(
            version=self.version,
            key=key,
            name=values.pop("name", key.replace("_", " ").capitalize()),
            to_state=self.states[target],
            is_common=sources == "*",
            dynamic_owners=[dict(owner) for owner in dynamic],
            position=len(self.transitions),
            **values,
        )
        if sources != "*":
            for source in sources.split():
                TransitionSource.objects.create(transition=made, state=self.states[source])
        for position, (field, is_required) in enumerate((fields or {}).items()):
            self.item(made, field, position=position, is_required=is_required)
        for position, (kind, config) in enumerate(actions):
            Action.objects.create(
                transition=made,
                key=f"action_{position + 1}",
                kind=kind,
                position=position,
                config=dict(config),
            )
        self.transitions[key] = made
        self.grants[made.pk] = OwnerIds(
            frozenset(person.pk for person in people), frozenset(team.pk for team in teams)
        )
        return made

    def item(self, transition: Transition, field: str, **values: Any) -> DuringItem:
        return DuringItem.objects.create(
            transition=transition,
            key=field,
            kind="field",
            field=self.module.fields.get(key=field),
            **values,
        )

    def message(self, transition: Transition, text: str) -> DuringItem:
        return DuringItem.objects.create(
            transition=transition, key="message", kind="message", position=99, config={"text": text}
        )

    def publish(self) -> ProcessVersion:
        grant_owners(self.grants)
        self.version.status = VersionStatus.PUBLISHED
        self.version.published_at = NOW
        self.version.save(update_fields=["status", "published_at"])
        return self.version


def draw_deal_closing(module: Module, legal: Team) -> Drawing:
    """The demo's process in small: a way to "Closed won" through the legal team, two common transitions."""
    drawing = Drawing(module)
    drawing.state("qualification", is_start=True)
    drawing.state("product_demo")
    drawing.state("legal_review")
    drawing.state("closed_won", is_exit=True)
    drawing.state("closed_lost", is_exit=True)
    owner = {"kind": "record_owner"}
    drawing.transition(
        "plan_demo", "qualification", "product_demo", dynamic=[owner], fields={"closing": True}
    )
    drawing.transition("send_to_legal", "*", "legal_review", dynamic=[owner, {"kind": "manager"}])
    drawing.transition(
        "submit_documents",
        "legal_review",
        "closed_won",
        teams=[legal],
        criteria={"field": "demo_status", "op": "is", "value": "done"},
        fields={"reference": True, "discount": False},
    )
    drawing.transition("close_as_lost", "*", "closed_lost", dynamic=[owner])
    drawing.transition("reopen", "closed_lost", "qualification", dynamic=[{"kind": "manager"}])
    return drawing


def make_record(module: Module, owner: User, name: str = "Northwind – 40 seats", **values: Any) -> Record:
    """A record made as a person makes it, so that it enters its process."""
    return services.record_create(module=module, name=name, owner=owner, values=values, actor=owner, now=NOW)
