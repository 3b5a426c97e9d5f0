"""What goes when a record is deleted, and why one can't come back, in words."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from processes.choices import FieldKind
from processes.criteria.columns import Compare, IsPresent
from processes.definition import FieldDef, ModuleDef
from processes.loading import module_def
from processes.models import Field
from records.engine.names import display_value
from records.engine.person import Person
from records.engine.refusals import UniqueValueTaken
from records.engine.standing import Standing, standing_of
from records.models import Record, Task, UniqueValue


@dataclass(frozen=True, slots=True)
class DeletionView:
    """`standing` is where the record stands in a process, None outside; `tasks` wait to be done, `pointing`
    are other records whose lookups lead to it."""

    record: Record
    module: ModuleDef
    standing: Standing | None
    tasks: int
    pointing: int
    close_url: str


@dataclass(frozen=True, slots=True)
class TakenView:
    """Another record has the value of a unique field; its name only for who may see it."""

    field: FieldDef
    value: str
    holder: Record | None


def deletion_view(record: Record) -> DeletionView:
    """Three queries, beside the record's."""
    return DeletionView(
        record=record,
        module=module_def(record.module),
        standing=standing_of(record) if record.run_id else None,
        tasks=Task.objects.open().filter(record=record).count(),
        pointing=_count_pointing(record),
        close_url=reverse("record", args=[record.pk]),
    )


def _count_pointing(record: Record) -> int:
    """How many records point to this one, by whatever lookup."""
    lookups = Field.objects.filter(kind=FieldKind.LOOKUP, is_archived=False)
    fields = lookups.filter(settings__module=record.module.key).order_by("pk")
    rule = Q()
    for module_id, key in fields.values_list("module_id", "key"):
        rule |= Q(module_id=module_id) & Q(IsPresent(key)) & Q(Compare(key, "=", record.pk))
    return Record.objects.alive().filter(rule).count() if rule else 0


def taken_view(record: Record, taken: UniqueValueTaken, person: Person) -> TakenView:
    module = module_def(record.module)
    field = module.fields[taken.field_key]
    stored = record.values[field.key]
    holders = UniqueValue.objects.filter(field_id=field.id, value=str(stored)).values("record_id")
    holder = Record.objects.alive().visible_to(person).filter(pk__in=holders).first()
    return TakenView(field, display_value(field, stored), holder)
