"""Reads of definitions."""

from accounts.models import Team, User
from processes.choices import VersionStatus
from processes.loading import version_def
from processes.models import Process, ProcessVersion
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
