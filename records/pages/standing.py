"""Where a record stands, and the buttons that are right for this person now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from blueprint_project.moments import length_of_time
from processes.definition import StateDef, TransitionDef
from records.engine.standing import Standing
from records.engine.verdicts import Verdict
from records.models import Record


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition's button; the first of a bar is the one filled."""

    transition: TransitionDef
    url: str
    is_forward: bool


@dataclass(frozen=True, slots=True)
class StandingView:
    """`state` is None for a record that stands nowhere; `note` says why there is no button."""

    state: StateDef | None
    in_state_for: str
    offers: list[Offer]
    note: str


def standing_view(
    record: Record, standing: Standing | None, found: Iterable[Verdict], now: datetime
) -> StandingView:
    offers = offers_of(record, found)
    return StandingView(
        state=standing.state if standing else None,
        in_state_for=in_state_for(record, now),
        offers=offers,
        note="" if offers else _note(standing),
    )


def offers_of(record: Record, found: Iterable[Verdict], *, back: str = "") -> list[Offer]:
    """The available transitions; `back` is the page to come back to where it isn't the record's."""
    available = [verdict.transition for verdict in found if verdict.is_available]
    return [
        Offer(transition, transition_url(record.pk, transition.key, back), number == 0)
        for number, transition in enumerate(available)
    ]


def transition_url(record_id: int, key: str, back: str = "") -> str:
    url = reverse("record_transition", args=[record_id, key])
    return f"{url}?{urlencode({'back': back})}" if back else url


def in_state_for(record: Record, now: datetime) -> str:
    if record.state_id is None or record.entered_state_at is None:
        return ""
    return length_of_time((now - record.entered_state_at).total_seconds())


def _note(standing: Standing | None) -> str:
    if standing is None:
        return _("This record is in no process.")
    if not standing.offered:
        return _("The process ends here: nothing leads on.")
    if not standing.is_process_active:
        return _("“%(process)s” is switched off for now.") % {"process": standing.version.process_name}
    return _("No step is open to you now.")
