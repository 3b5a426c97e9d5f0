"""Reads of definitions."""

from collections.abc import Collection

from django.db.models import Case, Count, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import Team, User
from processes.choices import VersionStatus
from processes.loading import version_def
from processes.models import Field, Module, Process, ProcessVersion, State
from processes.usage import VersionInUse
from processes.verification import Finding, OwnersToday, verify


def owners_today() -> OwnersToday:
    """Who is active now; two queries."""
    people = User.objects.active().order_by("pk").values_list("pk", flat=True)
    teams = Team.objects.filter(is_active=True, user__is_active=True).order_by("pk")
    return OwnersToday(frozenset(people), frozenset(teams.values_list("pk", flat=True)))


def find_process(key: str) -> Process | None:
    """The process with this key that hasn't been deleted, with its module and state field."""
    found = Process.objects.filter(key=key, archived_at=None)
    return found.select_related("module", "state_field").first()


def draft_of(process: Process) -> ProcessVersion | None:
    return process.versions.filter(status=VersionStatus.DRAFT).first()


def published_version_of(process: Process) -> ProcessVersion | None:
    return process.versions.filter(status=VersionStatus.PUBLISHED).first()


def findings_of(version: ProcessVersion) -> list[Finding]:
    """The errors and warnings of a version as it is now."""
    return verify(version_def(version.pk, version.process.module), owners_today())


def every_module() -> QuerySet[Module]:
    """Every module, for what must differ from one to the other."""
    return Module.objects.order_by("pk")


def module_list() -> QuerySet[Module]:
    """Every module in the administrator's order with `field_count` and its processes; two queries."""
    processes = Process.objects.filter(archived_at=None).by_priority()
    rows = Module.objects.annotate(field_count=Count("fields", filter=Q(fields__is_archived=False)))
    return rows.prefetch_related(Prefetch("process_set", processes)).order_by(
        "position", "label_plural", "pk"
    )


def processes_of(module: Module) -> list[Process]:
    """The module's processes that haven't been deleted, by priority."""
    found = module.process_set.filter(archived_at=None).select_related("state_field")
    return list(found.order_by("priority", "pk"))


def versions_in_use(module: Module, retired_ids: Collection[int] = ()) -> list[VersionInUse]:
    """The versions in force and the drafts of the module's processes, and the retired ones of `retired_ids`,
    which records still follow. Drafts are read anew each time, the others once."""
    rank = Case(
        When(status=VersionStatus.PUBLISHED, then=Value(0)),
        When(status=VersionStatus.DRAFT, then=Value(1)),
        default=Value(2),
    )
    counts = Q(status__in=[VersionStatus.PUBLISHED, VersionStatus.DRAFT]) | Q(pk__in=retired_ids)
    rows = ProcessVersion.objects.filter(counts, process__module=module, process__archived_at=None)
    ordered = rows.select_related("process").order_by("process__priority", "process", rank, "-number", "pk")
    return [
        VersionInUse(version_def(row.pk, module), _version_label(row), row.process.is_active)
        for row in ordered
    ]


def _version_label(version: ProcessVersion) -> str:
    match version.status:
        case VersionStatus.PUBLISHED:
            return _("in force")
        case VersionStatus.DRAFT:
            return _("draft")
    return _("version %(number)d, which records still follow") % {"number": version.number}


def states_of_options(field: Field) -> dict[str, list[str]]:
    """The names of the processes in which each option of a picklist is a state, in force or in a draft, by
    the option's key; one query."""
    rows = State.objects.filter(
        version__process__state_field=field, version__process__archived_at=None
    ).exclude(version__status=VersionStatus.RETIRED)
    found: dict[str, list[str]] = {}
    pairs = rows.order_by("version__process__priority", "version__process", "key")
    for key, name in pairs.values_list("key", "version__process__name"):
        names = found.setdefault(key, [])
        if name not in names:
            names.append(name)
    return found
