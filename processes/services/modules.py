"""Modules and their fields: each change raises the module's revision."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from processes.definition import Option
from processes.files.specs import FieldSpec, ModuleSpec, OptionSpec
from processes.loading import field_def
from processes.models import Field, Module
from processes.permissions import require_designer
from processes.services.errors import SpecificationError
from processes.services.field_rules import (
    UNKNOWN,
    Held,
    processes_standing_on,
    require_changeable,
    state_field_reason,
)


@transaction.atomic
def module_create(*, spec: ModuleSpec, actor: User | None) -> Module:
    """A new module without fields, after the others. Raises SpecificationError where the key is taken."""
    require_designer(actor)
    if Module.objects.filter(key=spec.key).exists():
        raise SpecificationError([(("key",), _("There is a module “%(key)s” already.") % {"key": spec.key})])
    last = Module.objects.aggregate(last=Max("position"))["last"]
    return Module.objects.create(
        key=spec.key, position=0 if last is None else last + 1, **_module_values(spec)
    )


@transaction.atomic
def module_change(*, module: Module, spec: ModuleSpec, actor: User | None) -> bool:
    """Its names, icon and sharing; says whether anything was different."""
    require_designer(actor)
    return _write_changes(module, _module_values(spec), module)


@transaction.atomic
def field_add(*, module: Module, spec: FieldSpec, actor: User | None) -> Field:
    """A new field, after the others. Raises SpecificationError for a key in use or a lookup into nothing."""
    require_designer(actor)
    if module.fields.filter(key=spec.key).exists():
        raise SpecificationError([(("key",), _("There is a field “%(key)s” already.") % {"key": spec.key})])
    _require_target(spec)
    last = module.fields.aggregate(last=Max("position"))["last"]
    field = Field.objects.create(
        module=module,
        key=spec.key,
        kind=spec.kind,
        position=0 if last is None else last + 1,
        options=[_option(option) for option in spec.options],
        **_field_values(spec),
    )
    raise_revision(module)
    return field


@transaction.atomic
def field_change(*, field: Field, spec: FieldSpec, actor: User | None, held: Held = UNKNOWN) -> bool:
    """Its settings; says whether anything was different. Options that `spec` doesn't name stay.

    Raises SpecificationError for what stored values depend on: kind, decimals, currency, the module a lookup
    points to; for making it unique, as values given twice may be there; and for archiving what processes
    stand on. `held` is what the caller has made sure of about records, in this transaction.
    """
    require_designer(actor)
    require_changeable(field, spec, held)
    named = {option.key for option in spec.options}
    options = [_option(option) for option in spec.options]
    options += [option for option in _options_of(field) if option["key"] not in named]
    values = _field_values(spec) | {"options": options}
    field.options = _options_of(field)
    return _write_changes(field, values, field.module)


@transaction.atomic
def field_archive(*, field: Field, actor: User | None) -> bool:
    """Take it out of forms, lists and rules; its values stay. Says whether it was in use.

    Raises SpecificationError where a process keeps its state in it.
    """
    require_designer(actor)
    if names := processes_standing_on(field):
        raise SpecificationError([(("archived",), state_field_reason(field_def(field), names))])
    return _write_changes(field, {"is_archived": True}, field.module)


@transaction.atomic
def field_restore(*, field: Field, actor: User | None) -> bool:
    """Bring it back with its values; says whether it was archived.

    Raises SpecificationError where a field in use has the same name.
    """
    require_designer(actor)
    others = field.module.fields.filter(is_archived=False).exclude(pk=field.pk)
    if any(label.casefold() == field.label.casefold() for label in others.values_list("label", flat=True)):
        reason = _("There is a field “%(label)s” in use already: rename one of the two first.")
        raise SpecificationError([(("label",), reason % {"label": field.label})])
    return _write_changes(field, {"is_archived": False}, field.module)


def _require_target(spec: FieldSpec) -> None:
    target = spec.settings.module
    if target is not None and not Module.objects.filter(key=target).exists():
        reason = _("There is no module “%(key)s”.") % {"key": target}
        raise SpecificationError([(("settings", "module"), reason)])


def _module_values(spec: ModuleSpec) -> dict[str, Any]:
    return {
        "label": spec.label,
        "label_plural": spec.label_plural,
        "name_label": spec.name_label,
        "icon": spec.icon,
        "sharing": spec.sharing,
    }


def _field_values(spec: FieldSpec) -> dict[str, Any]:
    return {
        "label": spec.label,
        "is_required": spec.required,
        "is_unique": spec.unique,
        "is_indexed": spec.indexed,
        "settings": spec.settings.model_dump(mode="json", exclude_none=True),
        "section": spec.section,
        "help_text": spec.help,
        "is_archived": spec.archived,
    }


def _option(spec: OptionSpec) -> dict[str, Any]:
    option = Option(key=spec.key, label=spec.label, colour=spec.colour, is_archived=spec.archived)
    return option.model_dump(mode="json")


def _options_of(field: Field) -> list[dict[str, Any]]:
    return [Option.model_validate(option).model_dump(mode="json") for option in field.options]


def _write_changes(row: Module | Field, values: dict[str, Any], module: Module) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=changed)
        raise_revision(module)
    return bool(changed)


def raise_revision(module: Module) -> None:
    """What is compiled under the module's revision is stale from now on."""
    Module.objects.filter(pk=module.pk).update(revision=F("revision") + 1)
    module.refresh_from_db(fields=["revision"])
