"""The verdicts in words: what each check asks, what the record has, who could do it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from processes.choices import OwnerKind
from processes.criteria import DescribedCheck, describe, names_needed
from processes.definition import DynamicOwner, ModuleDef, TransitionDef
from records.engine.moment import facts_of
from records.engine.names import Key, names_of
from records.engine.verdicts import Verdict
from records.models import Record


@dataclass(frozen=True, slots=True)
class Check:
    """One rule in words; `actual` is what the record has, "" where the reader may not read it."""

    text: str
    actual: str
    passed: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """One transition: whether it can be taken by this person now, and every check; failed ones first."""

    transition: TransitionDef
    is_available: bool
    checks: tuple[Check, ...]
    owners: tuple[str, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)


def explain(
    record: Record, module: ModuleDef, verdicts: Iterable[Verdict], *, now: datetime, with_values: bool = True
) -> list[Explanation]:
    """The verdicts in the reader's language; at most four queries however many there are.

    `with_values` is False for a reader of the limited view: fields are named without what they hold.
    """
    found = list(verdicts)
    owner_names = _owner_names(verdict.transition for verdict in found)
    names = names_of(module, [record.values], people=[record.owner], also=_names_in_rules(module, found))
    facts = facts_of(record, record.values, now)
    explanations = []
    for verdict in found:
        owners = _owners(verdict.transition, owner_names, module)
        checks = [*_process_checks(verdict), _owner_check(verdict, owners), *_self_approval_check(verdict)]
        if verdict.criteria is not None:
            described = describe(verdict.criteria, module, facts, names)
            checks += [_criterion_check(one, with_values) for one in described]
            message = verdict.transition.criteria_message
            if message and not verdict.criteria_hold:
                checks.insert(0, Check(message, "", passed=False))
        checks = failed_first(checks)
        explanations.append(Explanation(verdict.transition, verdict.is_available, tuple(checks), owners))
    return explanations


def failed_first(checks: Iterable[Check]) -> list[Check]:
    """Failed checks before those that hold, at every depth; what a group holds stays under its heading."""
    blocks: list[list[Check]] = []
    for check in checks:
        if blocks and check.depth > blocks[0][0].depth:
            blocks[-1].append(check)
        else:
            blocks.append([check])
    blocks.sort(key=lambda block: block[0].passed)
    return [
        check for heading, *inner in blocks for check in (heading, *(failed_first(inner) if inner else ()))
    ]


def _names_in_rules(module: ModuleDef, found: Iterable[Verdict]) -> set[Key]:
    """The people and records that the rules themselves name."""
    needed: set[Key] = set()
    for verdict in found:
        if verdict.transition.criteria is not None:
            needed |= names_needed(verdict.transition.criteria, module)
    return needed


def _criterion_check(described: DescribedCheck, with_values: bool) -> Check:
    # A rule that says what the record has ("Product demo is Done") needn't say it twice.
    says_more = with_values and described.actual != described.text
    return Check(described.text, described.actual if says_more else "", described.passed, described.depth)


def _process_checks(verdict: Verdict) -> list[Check]:
    if not verdict.is_process_active:
        return [Check(_("The process is active"), _("It has been switched off for now."), passed=False)]
    if not verdict.is_offered:
        return [Check(_("It leads on from the state in which the record stands"), "", passed=False)]
    return []


def _owner_check(verdict: Verdict, owners: tuple[str, ...]) -> Check:
    text = _("Owners: %(owners)s") % {"owners": ", ".join(owners) or _("nobody")}
    actual = _("You are one of them.") if verdict.is_owner else _("You are not one of them.")
    return Check(text, actual, verdict.is_owner)


def _self_approval_check(verdict: Verdict) -> list[Check]:
    if not verdict.transition.forbid_self_approval:
        return []
    text = _("Not by the record’s owner, nor by whoever brought it here")
    actual = _("That is you.") if verdict.is_self_approval else ""
    return [Check(text, actual, not verdict.is_self_approval)]


OwnerNames = Mapping[tuple[str, int], str]


def _owner_names(transitions: Iterable[TransitionDef]) -> OwnerNames:
    users: set[int] = set()
    teams: set[int] = set()
    for transition in transitions:
        users |= transition.owners.users
        teams |= transition.owners.teams
    names: dict[tuple[str, int], str] = {}
    if users:
        names.update({("user", user.pk): user.name for user in User.objects.filter(pk__in=users)})
    if teams:
        found = Team.objects.filter(pk__in=teams)
        names.update({("team", team.pk): _team_name(team) for team in found})
    return names


def _team_name(team: Team) -> str:
    if not team.is_active:
        return _("team %(name)s (deactivated)") % {"name": team.name}
    return _("team %(name)s") % {"name": team.name}


def _owners(transition: TransitionDef, names: OwnerNames, module: ModuleDef) -> tuple[str, ...]:
    owners = transition.owners
    keys = [("team", pk) for pk in sorted(owners.teams)] + [("user", pk) for pk in sorted(owners.users)]
    found = [names[key] for key in keys if key in names]
    return (*found, *(dynamic_owner_name(owner, module) for owner in owners.dynamic))


def dynamic_owner_name(owner: DynamicOwner, module: ModuleDef) -> str:
    """An owner that follows from the record, in words."""
    if owner.kind == OwnerKind.USER_FIELD:
        field = module.get(owner.field or "")
        label = field.label if field else owner.field
        return _("the person in “%(field)s”") % {"field": label}
    if owner.kind == OwnerKind.MANAGER and owner.whole_chain:
        return _("every manager above the record’s owner")
    return {
        OwnerKind.RECORD_OWNER: _("the record’s owner"),
        OwnerKind.CREATOR: _("whoever created the record"),
        OwnerKind.MANAGER: _("the manager of the record’s owner"),
        OwnerKind.EVERYONE: _("everyone who can see the record"),
    }[owner.kind]
