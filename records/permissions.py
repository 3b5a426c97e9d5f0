"""The only way a view gets at a module or record: no access is 404."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from processes.choices import ModuleRight
from processes.models import Module
from records.engine.person import Person, person_for
from records.engine.verdicts import is_actionable, is_visible
from records.models import Record, Task


@dataclass(frozen=True, slots=True)
class Access:
    """A record somebody may look at. `is_limited`: only because they own a transition of its state, so that
    name, state, messages and form are all they see."""

    record: Record
    person: Person
    is_limited: bool


def get_module_for(user: User, key: str) -> Module:
    """The module; raises Http404 where there is none, or the person may not see its records."""
    module = Module.objects.filter(key=key).first()
    if module is None or not person_for(user).may(ModuleRight.VIEW, module.pk):
        raise Http404(_("There is no module at this address."))
    return module


def get_module_to_add_for(user: User, key: str) -> Module:
    """The module, to create a record in; raises Http404 as above, or PermissionDenied."""
    module = get_module_for(user, key)
    if not person_for(user).may(ModuleRight.ADD, module.pk):
        raise PermissionDenied(_("Your teams may see these records, not create any. Ask your administrator."))
    return module


def get_record_access(user: User, pk: int) -> Access:
    """The record in full or in the limited view; raises Http404 where the person may not know of it."""
    record = Record.objects.alive().with_standing().filter(pk=pk).first()
    person = person_for(user)
    if record is not None:
        if is_visible(record, person):
            return Access(record, person, is_limited=False)
        if is_actionable(record, person):
            return Access(record, person, is_limited=True)
    raise Http404(_("There is no such record, or it isn’t shared with you."))


def get_record_for(user: User, pk: int) -> Record:
    """The record, seen in full; raises Http404 otherwise."""
    access = get_record_access(user, pk)
    if access.is_limited:
        raise Http404(_("There is no such record, or it isn’t shared with you."))
    return access.record


def get_editable_record_for(user: User, pk: int) -> Record:
    """The record, to be changed; raises Http404 where the person can't see it in full, PermissionDenied where
    they may only read."""
    record = get_record_for(user, pk)
    if not person_for(user).may(ModuleRight.CHANGE, record.module_id):
        raise PermissionDenied(_("Your teams may see this record, not change it. Ask your administrator."))
    return record


def get_deletable_record_for(user: User, pk: int) -> Record:
    """The record, to be deleted; raises Http404 where the person can't see it in full, PermissionDenied where
    they may not delete."""
    record = get_record_for(user, pk)
    require_may_delete(user, record.module)
    return record


def get_deleted_record_for(user: User, pk: int) -> Record:
    """A record to be restored, or one that somebody has restored already; raises as above."""
    record = Record.objects.with_standing().filter(pk=pk).first()
    if record is None or not is_visible(record, person_for(user)):
        raise Http404(_("There is no such record, or it isn’t shared with you."))
    require_may_delete(user, record.module)
    return record


def require_may_delete(user: User, module: Module) -> None:
    """Raises PermissionDenied for people who may not delete records of the module, nor see deleted ones."""
    if not person_for(user).may(ModuleRight.DELETE, module.pk):
        raise PermissionDenied(_("Your teams may not delete these records. Ask your administrator."))


def get_task_for(user: User, pk: int) -> Task:
    """A task that is the person's own, or of a record they see in full; raises Http404 otherwise."""
    task = Task.objects.select_related("record__module", "record__owner", "assignee").filter(pk=pk).first()
    if task is not None:
        person = person_for(user)
        if task.assignee_id == user.pk or (task.record is not None and is_visible(task.record, person)):
            return task
    raise Http404(_("There is no such task, or it isn’t yours."))
