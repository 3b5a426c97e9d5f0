"""Modules and their fields: each change raises the module's revision."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from processes.definition import FieldSettings, Option
from processes.fields import decimals_of
from processes.files.specs import FieldSpec, ModuleSpec, OptionSpec
from processes.loading import field_def
from processes.models import Field, Module
from processes.permissions import require_designer
from processes.services.errors import SpecificationError


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
    _raise_revision(module)
    return field


@transaction.atomic
def field_change(*, field: Field, spec: FieldSpec, actor: User | None) -> bool:
    """Its settings; says whether anything was different. Options that `spec` doesn't name stay.

    Raises SpecificationError for what stored values depend on: kind, decimals, the module a lookup points
    to; and for making it unique, as values given twice may be there.
    """
    require_designer(actor)
    problems = list(_forbidden_changes(field, spec))
    if problems:
        raise SpecificationError(problems)
    named = {option.key for option in spec.options}
    options = [_option(option) for option in spec.options]
    options += [option for option in _options_of(field) if option["key"] not in named]
    values = _field_values(spec) | {"options": options}
    field.options = _options_of(field)
    return _write_changes(field, values, field.module)


def _forbidden_changes(field: Field, spec: FieldSpec) -> list[tuple[tuple[str, ...], str]]:
    now = field_def(field)
    if spec.kind != field.kind:
        return [(("kind",), _("The kind of a field can’t change: it is “%(kind)s”.") % {"kind": field.kind})]
    problems: list[tuple[tuple[str, ...], str]] = []
    settings = FieldSettings.model_validate(spec.settings.model_dump())
    if decimals_of(now) != decimals_of(replace(now, settings=settings)):
        reason = _("The decimals of a field can’t change: there are %(count)d.")
        problems.append((("settings", "decimals"), reason % {"count": decimals_of(now)}))
    if spec.settings.module != now.settings.module:
        reason = _("The module of a lookup can’t change: it is “%(module)s”.")
        problems.append((("settings", "module"), reason % {"module": now.settings.module}))
    if spec.unique and not field.is_unique:
        problems.append((("unique",), _("A field that exists can’t become unique.")))
    return problems


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
        _raise_revision(module)
    return bool(changed)


def _raise_revision(module: Module) -> None:
    Module.objects.filter(pk=module.pk).update(revision=F("revision") + 1)
    module.refresh_from_db(fields=["revision"])
