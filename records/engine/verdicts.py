"""The one evaluator: what may this person do with this record, and why not."""

from dataclasses import dataclass
from datetime import datetime

from processes.choices import ModuleRight, OwnerKind, Trigger
from processes.criteria import GroupResult
from processes.definition import DynamicOwner, TransitionDef
from records.engine.moment import facts_of
from records.engine.person import Person
from records.engine.standing import Standing, standing_of
from records.models import Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """One transition, for one person and one record, with every check; texts are made by `explain`."""

    transition: TransitionDef
    is_offered: bool
    is_process_active: bool
    is_owner: bool
    is_self_approval: bool
    criteria: GroupResult | None

    @property
    def criteria_hold(self) -> bool:
        return self.criteria is None or self.criteria.passed

    @property
    def is_available(self) -> bool:
        return (
            self.is_offered
            and self.is_process_active
            and self.is_owner
            and not self.is_self_approval
            and self.criteria_hold
        )


def verdicts(record: Record, person: Person, *, now: datetime) -> list[Verdict]:
    """A verdict for every transition that leaves the record's state, by position.

    No query beyond the record (with `select_related` as `Record.objects.with_standing()`), the person's teams
    and, where a rule asks for the whole manager chain, the people below.
    """
    standing = standing_of(record)
    if standing is None:
        return []
    judge = Judge(record, standing, person, now)
    return [judge.verdict(transition) for transition in standing.offered]


class Judge:
    """Evaluates transitions of one record for one person; facts are gathered once."""

    def __init__(self, record: Record, standing: Standing, person: Person, now: datetime) -> None:
        self.record = record
        self.standing = standing
        self.person = person
        self.facts = facts_of(record, record.values, now, person.id)

    def verdict(self, transition: TransitionDef) -> Verdict:
        predicate = transition.predicate
        return Verdict(
            transition=transition,
            is_offered=transition.trigger == Trigger.MANUAL and transition.is_offered_in(self.standing.state),
            is_process_active=self.standing.is_process_active,
            is_owner=is_owner(transition, self.record, self.person),
            is_self_approval=transition.forbid_self_approval and self._is_self_approval(),
            criteria=None if predicate is None else predicate.explain(self.facts),
        )

    def _is_self_approval(self) -> bool:
        record = self.record
        return self.person.id in {record.owner_id, record.entered_by_id, record.entered_for_id}


def is_owner(
    transition: TransitionDef, record: Record, person: Person, *, with_everyone: bool = True
) -> bool:
    """Whether the person is one of the transition's owners; the kind "everyone who can see
    the record" counts only `with_everyone`."""
    owners = transition.owners
    if person.id in owners.users or not owners.teams.isdisjoint(person.team_ids):
        return True
    return any(_is_dynamic_owner(owner, record, person, with_everyone) for owner in owners.dynamic)


def _is_dynamic_owner(owner: DynamicOwner, record: Record, person: Person, with_everyone: bool) -> bool:
    match owner.kind:
        case OwnerKind.RECORD_OWNER:
            return record.owner_id == person.id
        case OwnerKind.CREATOR:
            return record.created_by_id == person.id
        case OwnerKind.MANAGER if owner.whole_chain:
            return record.owner_id in person.below_ids
        case OwnerKind.MANAGER:
            return record.owner.manager_id == person.id
        case OwnerKind.USER_FIELD:
            return owner.field is not None and record.values.get(owner.field) == person.id
        case OwnerKind.EVERYONE:
            return with_everyone and is_visible(record, person)


def is_visible(record: Record, person: Person) -> bool:
    """Whether the person may see the record in full; `RecordQuerySet.visible_to` is the same rule in SQL."""
    if person.is_administrator:
        return True
    return person.may(ModuleRight.VIEW, record.module_id) and (
        record.module.sharing == "public"
        or record.owner_id == person.id
        or record.owner_id in person.below_ids
    )


def is_actionable(record: Record, person: Person) -> bool:
    """Whether the person owns a transition of the record's state by any kind but "everyone who can see it";
    `RecordQuerySet.actionable_by` is the same rule in SQL."""
    standing = standing_of(record)
    return standing is not None and any(
        is_owner(transition, record, person, with_everyone=False) for transition in standing.offered
    )
