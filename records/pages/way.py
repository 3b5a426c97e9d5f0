"""The way a record took through its process, as a list; the map shows the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blueprint_project.moments import DAY, length_of_time
from processes.definition import StateDef, TransitionDef
from records.engine.standing import Standing
from records.engine.verdicts import Verdict
from records.models import Record
from records.pages.standing import in_state_for
from records.selectors.record_page import Step


@dataclass(frozen=True, slots=True)
class WayStep:
    state: StateDef
    time: str


@dataclass(frozen=True, slots=True)
class WayView:
    """`done` in order of first arrival, then `now`; `next_text` names where it can go from here."""

    process_name: str
    summary: str
    done: list[WayStep]
    now: WayStep
    next_text: str


def way_view(
    record: Record, standing: Standing, steps: Sequence[Step], found: Iterable[Verdict], now: datetime
) -> WayView:
    version = standing.version
    seconds: dict[str, int] = {}
    for step in steps:
        if step.from_key is not None:
            seconds[step.from_key] = seconds.get(step.from_key, 0) + step.seconds
    done = [
        WayStep(version.states_by_key[key], length_of_time(seconds[key]) if key in seconds else "")
        for key in visited_keys(steps)
        if key in version.states_by_key and key != standing.state.key
    ]
    here = in_state_for(record, now)
    so_far = here if standing.state.is_exit or not here else _("%(time)s so far") % {"time": here}
    available = [verdict.transition for verdict in found if verdict.is_available]
    return WayView(
        process_name=version.process_name,
        summary=_summary(standing, steps, now),
        done=done,
        now=WayStep(standing.state, so_far),
        next_text=_next(available),
    )


def visited_keys(steps: Iterable[Step]) -> list[str]:
    """Keys of the states the record has been in, in order of first arrival."""
    found: dict[str, None] = {}
    for step in steps:
        if step.from_key is not None:
            found.setdefault(step.from_key)
        found.setdefault(step.to_key)
    return list(found)


def _next(available: Iterable[TransitionDef]) -> str:
    labels = list(dict.fromkeys(str(transition.to_state.label) for transition in available))
    return _("then %(states)s") % {"states": ", ".join(labels)} if labels else ""


def _summary(standing: Standing, steps: Sequence[Step], now: datetime) -> str:
    version = standing.version
    name = _("%(process)s, version %(number)s") % {
        "process": version.process_name,
        "number": version.number,
    }
    if not steps:
        return name
    if standing.state.is_exit:
        return name
    days = (now - steps[0].first_at).total_seconds() // DAY
    since = ngettext("%(count)d day since it entered", "%(count)d days since it entered", int(days)) % {
        "count": int(days)
    }
    return f"{name} · {since}"
