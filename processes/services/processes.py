"""Processes and the life of their versions."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from processes.choices import FieldKind, VersionStatus
from processes.files.specs import ProcessHead
from processes.loading import version_def
from processes.models import Field, Module, Process, ProcessVersion
from processes.permissions import require_designer
from processes.selectors import owners_today
from processes.services.errors import (
    DraftChangedError,
    NothingPublishedError,
    NothingToPublishError,
    SpecificationError,
    VerificationFailedError,
)
from processes.verification import verify


@transaction.atomic
def process_create(*, spec: ProcessHead, actor: User | None) -> Process:
    """A new process without versions, not in use. Raises SpecificationError where its key is taken, or its
    module or picklist isn't there."""
    require_designer(actor)
    if Process.objects.filter(key=spec.key).exists():
        raise SpecificationError([(("key",), _("There is a process “%(key)s” already.") % {"key": spec.key})])
    module = Module.objects.filter(key=spec.module).first()
    if module is None:
        raise SpecificationError([(("module",), _("There is no module “%(key)s”.") % {"key": spec.module})])
    return Process.objects.create(
        key=spec.key,
        module=module,
        state_field=_state_field(module, spec),
        name=spec.name,
        description=spec.description,
        priority=spec.priority,
    )


@transaction.atomic
def process_change(*, process: Process, spec: ProcessHead, actor: User | None) -> bool:
    """Its name, description and priority; says whether anything was different.

    Raises SpecificationError for another module, and for another state field once a version was published.
    """
    require_designer(actor)
    if process.archived_at is not None:
        raise SpecificationError([(("key",), _("The process “%(key)s” was deleted.") % {"key": spec.key})])
    if process.module.key != spec.module:
        reason = _("The module of a process can’t change: it is “%(key)s”.") % {"key": process.module.key}
        raise SpecificationError([(("module",), reason)])
    field = _state_field(process.module, spec)
    published = process.versions.exclude(status=VersionStatus.DRAFT)
    if field != process.state_field and published.exists():
        reason = _("The state field can’t change once a version was published: it is “%(key)s”.")
        raise SpecificationError([(("state_field",), reason % {"key": process.state_field.key})])
    values = {
        "state_field": field,
        "name": spec.name,
        "description": spec.description,
        "priority": spec.priority,
    }
    changed = [name for name, value in values.items() if getattr(process, name) != value]
    for name in changed:
        setattr(process, name, values[name])
    if changed:
        process.save(update_fields=changed)
        # Compiled versions carry the process's name and are cached under the module's revision.
        Module.objects.filter(pk=process.module_id).update(revision=F("revision") + 1)
    return bool(changed)


def _state_field(module: Module, spec: ProcessHead) -> Field:
    field = module.fields.filter(key=spec.state_field, is_archived=False).first()
    if field is None or field.kind != FieldKind.PICKLIST:
        reason = _("“%(key)s” is not a picklist of this module.") % {"key": spec.state_field}
        raise SpecificationError([(("state_field",), reason)])
    return field


@transaction.atomic
def version_publish(*, process: Process, actor: User | None, now: datetime) -> ProcessVersion:
    """Make the draft the version in force; the one before is retired, and its records stay on it.

    Raises NothingToPublishError, VerificationFailedError, or DraftChangedError where somebody wrote the draft
    while it was verified.
    """
    require_designer(actor)
    Process.objects.select_for_update().get(pk=process.pk)
    draft = process.versions.filter(status=VersionStatus.DRAFT).first()
    if draft is None:
        raise NothingToPublishError(_("There is no draft to publish."))
    findings = verify(version_def(draft.pk, process.module), owners_today())
    if any(finding.is_error for finding in findings):
        raise VerificationFailedError(findings)
    process.versions.filter(status=VersionStatus.PUBLISHED).update(status=VersionStatus.RETIRED)
    written = ProcessVersion.objects.filter(
        pk=draft.pk, status=VersionStatus.DRAFT, revision=draft.revision
    ).update(status=VersionStatus.PUBLISHED, published_at=now, published_by=actor)
    if not written:
        raise DraftChangedError(_("Somebody else changed or published the draft meanwhile."))
    draft.refresh_from_db()
    return draft


@transaction.atomic
def process_activate(*, process: Process, actor: User | None) -> None:
    """Take the process into use. Raises NothingPublishedError where no version is in force."""
    require_designer(actor)
    if not process.versions.filter(status=VersionStatus.PUBLISHED).exists():
        raise NothingPublishedError(_("Publish the process before it is activated."))
    process.is_active = True
    process.save(update_fields=["is_active"])


@transaction.atomic
def process_deactivate(*, process: Process, actor: User | None) -> None:
    """Take the process out of use: records inside keep their state, and wait."""
    require_designer(actor)
    process.is_active = False
    process.save(update_fields=["is_active"])
