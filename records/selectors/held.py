"""What records hold of a field: how many have a value, which options they chose, what is there twice."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Length

from processes.choices import FieldKind
from processes.criteria.columns import IsPresent, checked_key
from processes.fields import Stored
from processes.fields.texts import UNIQUE_MAX_LENGTH
from processes.models import Field
from records.models import Record

MAX_EXAMPLES = 3

_NUMERIC = {
    FieldKind.INTEGER,
    FieldKind.DECIMAL,
    FieldKind.CURRENCY,
    FieldKind.PERCENT,
    FieldKind.USER,
    FieldKind.LOOKUP,
}

_OPTION_COUNTS = {
    "sqlite": (
        'SELECT item.value, COUNT(*) FROM records_record, JSON_EACH("values", \'$."{key}"\') AS item '
        "WHERE module_id = %s AND deleted_at IS NULL GROUP BY item.value"
    ),
    "postgresql": (
        "SELECT item.value, COUNT(*) FROM records_record, "
        "JSONB_ARRAY_ELEMENTS_TEXT(CASE JSONB_TYPEOF(\"values\" -> '{key}') WHEN 'array' "
        "THEN \"values\" -> '{key}' ELSE JSONB_BUILD_ARRAY(\"values\" -> '{key}') END) AS item (value) "
        "WHERE module_id = %s AND deleted_at IS NULL AND \"values\" ? '{key}' GROUP BY item.value"
    ),
}


def records_with_value(field: Field) -> QuerySet[Record]:
    """The records that hold a value of the field, deleted ones too: they can come back."""
    return Record.objects.filter(IsPresent(field.key), module_id=field.module_id)


def count_held(field: Field) -> int:
    """How many records, deleted ones aside, hold a value of the field."""
    return records_with_value(field).filter(deleted_at=None).count()


def count_by_option(field: Field) -> dict[str, int]:
    """How many records chose each option of a picklist or multi-select; one query."""
    if field.kind not in {FieldKind.PICKLIST, FieldKind.MULTI_SELECT}:
        return {}
    sql = _OPTION_COUNTS[connection.vendor].replace("{key}", checked_key(field.key))
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.module_id])
        return {key: count for key, count in cursor.fetchall() if isinstance(key, str)}


@dataclass(frozen=True, slots=True)
class Repeated:
    """Stored values, as text, that several records hold: how many, and some of them."""

    count: int
    examples: tuple[tuple[str, int], ...]


def repeated_values(field: Field) -> Repeated:
    """The values that more than one record holds, the most frequent first; two queries at most. What is
    deleted doesn't count: its values are free, and claimed again when it comes back."""
    groups = (
        records_with_value(field)
        .filter(deleted_at=None)
        .annotate(text=KT(f"values__{field.key}"))
        .values("text")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .order_by("-times", "text")
    )
    examples = tuple(groups.values_list("text", "times")[:MAX_EXAMPLES])
    count = groups.count() if len(examples) == MAX_EXAMPLES else len(examples)
    return Repeated(count, examples)


def stored_from_text(field: Field, text: str) -> Stored:
    """The stored value that the database printed as `text`."""
    return int(text) if field.kind in _NUMERIC else text


def count_too_long(field: Field) -> int:
    """How many records hold a value that is longer than a unique one may be."""
    longer = records_with_value(field).annotate(length=Length(KT(f"values__{field.key}")))
    return longer.filter(length__gt=UNIQUE_MAX_LENGTH).count()
