"""What depends on a field: processes, and the records that hold a value."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from processes.choices import VersionStatus
from processes.loading import field_def
from processes.models import Field, ProcessVersion
from processes.selectors import versions_in_use
from processes.services.field_rules import processes_standing_on, state_field_reason
from processes.usage import ProcessUse, process_uses
from records.models import Record
from records.selectors.held import count_held


@dataclass(frozen=True, slots=True)
class FieldUse:
    """`refusal` says why the field can't be archived, "" where it can."""

    processes: tuple[ProcessUse, ...]
    record_count: int
    refusal: str

    @property
    def is_free(self) -> bool:
        """Whether nothing at all depends on it."""
        return not self.processes and not self.record_count


def field_use(field: Field) -> FieldUse:
    """Everything that depends on the field, whatever its state."""
    uses = process_uses(field.key, versions_in_use(field.module, _followed_versions(field)))
    names = processes_standing_on(field)
    refusal = state_field_reason(field_def(field), names) if names else ""
    return FieldUse(tuple(uses), count_held(field), refusal)


def _followed_versions(field: Field) -> list[int]:
    """The retired versions that records under way still follow."""
    under_way = Record.objects.alive().filter(state__version=OuterRef("pk")).exclude(run=None)
    rows = ProcessVersion.objects.filter(process__module=field.module_id, status=VersionStatus.RETIRED)
    return list(rows.filter(Exists(under_way)).order_by("pk").values_list("pk", flat=True))
