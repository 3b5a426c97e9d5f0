"""A record's timeline, one page at a time."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from records.models import Record, RecordEvent
from records.selectors.cursor import MomentCursor

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, newest first; `older` is where the next page begins, None on the last."""

    events: list[RecordEvent]
    older: MomentCursor | None


def event_page_for(
    record: Record, before: MomentCursor | None = None, kinds: Collection[str] = ()
) -> EventPage:
    """Thirty events of a record, of all kinds or of those named, with people, transitions and states; one
    query."""
    events = RecordEvent.objects.filter(record=record).newest_first()
    if kinds:
        events = events.filter(kind__in=kinds)
    if before is not None:
        events = events.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk))
    joined = events.select_related("actor", "transition", "from_state", "to_state__version__process")
    found = list(joined[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = MomentCursor(shown[-1].at, shown[-1].pk) if len(found) > PAGE_SIZE else None
    return EventPage(shown, older)
