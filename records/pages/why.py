"""Why these buttons: every transition of the state with its checks, or why the record stands nowhere."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.criteria import describe, names_needed
from processes.definition import ModuleDef, StateDef, VersionDef
from processes.loading import module_def
from records.engine.entering import entry_versions
from records.engine.explain import Check, Explanation, explain, failed_first
from records.engine.moment import facts_of
from records.engine.names import Names, names_of
from records.engine.standing import Standing, standing_of
from records.engine.verdicts import verdicts
from records.models import Record
from records.permissions import Access


@dataclass(frozen=True, slots=True)
class Hurdle:
    """A process that the record might be in, and what keeps it out."""

    process_name: str
    text: str
    checks: list[Check]


@dataclass(frozen=True, slots=True)
class WhyView:
    """`state` is None for a record that stands nowhere; `hurdles` says what keeps it out of each process."""

    state: StateDef | None
    summary: str
    explanations: list[Explanation]
    hurdles: list[Hurdle]
    source: str


def why_view(access: Access, *, now: datetime) -> WhyView:
    record = access.record
    standing = standing_of(record)
    if standing is None:
        return _outside(record, now)
    found = explain(
        record,
        standing.version.module,
        verdicts(record, access.person, now=now),
        now=now,
        with_values=not access.is_limited,
    )
    version = standing.version
    source = _("Checked just now against version %(number)s of “%(process)s”.") % {
        "number": version.number,
        "process": version.process_name,
    }
    return WhyView(standing.state, _summary(standing, found), found, [], source)


def _summary(standing: Standing, found: list[Explanation]) -> str:
    if not found:
        return _("The process ends here: nothing leads on.")
    if not standing.is_process_active:
        return _("“%(process)s” is switched off for now, so no step can be taken.") % {
            "process": standing.version.process_name
        }
    count = sum(explanation.is_available for explanation in found)
    return ngettext(
        "%(count)d of %(total)d step is open to you now.",
        "%(count)d of %(total)d steps are open to you now.",
        len(found),
    ) % {"count": count, "total": len(found)}


def _outside(record: Record, now: datetime) -> WhyView:
    module = module_def(record.module)
    versions = entry_versions(record.module)
    if not versions:
        summary = _("No process is in use for “%(module)s”.") % {"module": module.label_plural}
        return WhyView(None, summary, [], [], "")
    entries = [version.entry.criteria for version in versions if version.entry]
    also = {key for criteria in entries for key in names_needed(criteria, module)}
    names = names_of(module, [record.values], people=[record.owner], also=also)
    hurdles = [_hurdle(record, module, version, names, now) for version in versions]
    return WhyView(None, _("The record is in no process, so there is no step to take."), [], hurdles, "")


def _hurdle(record: Record, module: ModuleDef, version: VersionDef, names: Names, now: datetime) -> Hurdle:
    facts = facts_of(record, record.values, now)
    result = None if version.entry is None else version.entry.explain(facts)
    if result is not None and not result.passed:
        described = describe(result, module, facts, names)
        checks = failed_first(Check(one.text, one.actual, one.passed, one.depth) for one in described)
        return Hurdle(version.process_name, _("What it asks of a record doesn’t hold."), checks)
    value = str(record.values.get(version.state_field.key, ""))
    if value not in version.states_by_key and (value or version.start is None):
        option = version.state_field.option(value)
        text = _("%(field)s is “%(value)s”, which is no state of it.") % {
            "field": version.state_field.label,
            "value": option.label if option else value or _("-None-"),
        }
        return Hurdle(version.process_name, text, [])
    text = _(
        "The record fits, but was there before the process or has left it: an administrator can bring it in."
    )
    return Hurdle(version.process_name, text, [])
