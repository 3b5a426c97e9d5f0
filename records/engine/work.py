"""Which records wait for a person, as SQL built from the rules: `verdicts` read the other way round."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.clock import today
from processes.choices import OwnerKind, Trigger, VersionStatus
from processes.criteria import as_q
from processes.criteria.columns import Compare, IsPresent
from processes.definition import DynamicOwner, StateDef, TransitionDef, VersionDef
from processes.loading import version_def
from processes.models import ProcessVersion
from records.engine.person import Person


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition as it is offered in one state of one version."""

    version: VersionDef
    state: StateDef
    transition: TransitionDef


def offers(*, only_active: bool) -> Iterator[Offer]:
    """Every transition of every version that records may follow; one query, the rest is cached."""
    versions = ProcessVersion.objects.exclude(status=VersionStatus.DRAFT).filter(process__archived_at=None)
    if only_active:
        versions = versions.filter(process__is_active=True)
    for row in versions.select_related("process__module").order_by("pk"):
        version = version_def(row.pk, row.process.module)
        for state in version.states:
            for transition in version.offered_in(state):
                if transition.trigger == Trigger.MANUAL:
                    yield Offer(version, state, transition)


def owned_q(transition: TransitionDef, person: Person, *, visible: Q | None) -> Q | None:
    """On which records the person owns the transition: None for none, an empty Q for all.

    `visible` is the rule of what they see in full, for "everyone who can see the record"; None leaves that
    kind out.
    """
    owners = transition.owners
    if person.id in owners.users or not owners.teams.isdisjoint(person.team_ids):
        return Q()
    arms = [arm for owner in owners.dynamic if (arm := _dynamic_q(owner, person, visible)) is not None]
    return _any(arms)


def _dynamic_q(owner: DynamicOwner, person: Person, visible: Q | None) -> Q | None:
    match owner.kind:
        case OwnerKind.RECORD_OWNER:
            return Q(owner_id=person.id)
        case OwnerKind.CREATOR:
            return Q(created_by_id=person.id)
        case OwnerKind.MANAGER if owner.whole_chain:
            return Q(owner_id__in=person.below_ids) if person.below_ids else None
        case OwnerKind.MANAGER:
            return Q(owner__manager_id=person.id)
        case OwnerKind.USER_FIELD:
            key = owner.field or ""
            return Q(IsPresent(key)) & Q(Compare(key, "=", person.id))
        case OwnerKind.EVERYONE:
            return visible


def actionable_q(person: Person) -> Q | None:
    """Records standing in a state from which the person owns a transition, criteria aside, by any kind but
    "everyone who can see the record"; None where there are none."""
    states: dict[Q, set[int]] = defaultdict(set)
    for offer in offers(only_active=False):
        rule = owned_q(offer.transition, person, visible=None)
        if rule is not None:
            states[rule].add(offer.state.id)
    return _any([Q(state_id__in=sorted(ids)) & rule for rule, ids in states.items()])


def available_q(person: Person, visible: Q, *, with_common: bool, now: datetime) -> Q | None:
    """Records in process on which the person has an available transition; with those that only have common
    ones where asked. None where there are none. Arms are grouped by equal rule."""
    day = today(now)
    states: dict[Q, set[int]] = defaultdict(set)
    for offer in offers(only_active=True):
        if offer.state.is_exit or (offer.transition.is_common and not with_common):
            continue
        rule = _available_rule(offer, person, visible, day)
        if rule is not None:
            states[rule].add(offer.state.id)
    return _any([Q(state_id__in=sorted(ids)) & rule for rule, ids in states.items()])


def _available_rule(offer: Offer, person: Person, visible: Q, day: date) -> Q | None:
    transition = offer.transition
    rule = owned_q(transition, person, visible=visible)
    if rule is None:
        return None
    if transition.forbid_self_approval:
        rule &= ~Q(owner_id=person.id) & ~Q(entered_by_id=person.id) & ~Q(entered_for_id=person.id)
    if transition.criteria is not None:
        rule &= as_q(transition.criteria, offer.version.module, today=day, actor_id=person.id)
    return rule


def _any(arms: Iterable[Q]) -> Q | None:
    """The arms joined by OR; an empty arm holds for all."""
    found: Q | None = None
    for arm in arms:
        if not arm:
            return Q()
        found = arm if found is None else found | arm
    return found
