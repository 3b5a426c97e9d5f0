"""What a file's records need: modules, fields and options, added where they are missing."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from processes.files.specs import FieldSpec, ModuleSpec, OptionSpec, SettingsSpec
from processes.loading import field_def
from processes.models import Field, Module
from processes.services.errors import SpecificationError
from processes.services.modules import field_add, field_change, module_create
from records.imports.problems import ImportFileError


def modules_extend(specs: Iterable[ModuleSpec], actor: User) -> list[str]:
    """Add what is missing, change nothing that is there; returns what was added, in words.

    Raises ImportFileError where a field is there already with another kind, or a lookup points nowhere.
    """
    try:
        return [line for spec in specs for line in _extend(spec, actor)]
    except PermissionDenied as error:
        reason = _("Only an administrator may add the fields that this map asks for.")
        raise ImportFileError(reason) from error
    except SpecificationError as error:
        raise ImportFileError("\n".join(reason for _path, reason in error.problems)) from error


def _extend(spec: ModuleSpec, actor: User) -> list[str]:
    added = []
    module = Module.objects.filter(key=spec.key).first()
    if module is None:
        module = module_create(spec=spec, actor=actor)
        added.append(_("module %(name)s") % {"name": module.label_plural})
    known = {field.key: field for field in module.fields.select_related("module").order_by("pk")}
    for field in spec.fields:
        if field.key in known:
            added += _add_options(known[field.key], field, actor)
        else:
            field_add(module=module, spec=field, actor=actor)
            added.append(_("field %(module)s.%(key)s") % {"module": module.key, "key": field.key})
    return added


def _add_options(field: Field, spec: FieldSpec, actor: User) -> list[str]:
    if field.kind != spec.kind:
        reason = _("The field “%(key)s” is there already as “%(kind)s”.")
        raise ImportFileError(reason % {"key": field.key, "kind": field.get_kind_display()})
    now = _spec_of(field)
    known = {option.key for option in now.options}
    new = tuple(option for option in spec.options if option.key not in known)
    if new:
        wider = now.model_copy(update={"options": (*now.options, *new)})
        field_change(field=field, spec=wider, actor=actor)
    return [_("option %(field)s.%(key)s") % {"field": field.key, "key": option.key} for option in new]


def _spec_of(field: Field) -> FieldSpec:
    now = field_def(field)
    options = (
        OptionSpec(key=one.key, label=one.label, colour=one.colour, archived=one.is_archived)
        for one in now.options
    )
    return FieldSpec(
        key=field.key,
        label=field.label,
        kind=now.kind,
        required=field.is_required,
        unique=field.is_unique,
        indexed=field.is_indexed,
        section=field.section,
        help=field.help_text,
        archived=field.is_archived,
        settings=SettingsSpec.model_validate(now.settings.model_dump()),
        options=tuple(options),
    )
