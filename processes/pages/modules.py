"""A module's page: its fields by section, with what tells them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.choices import FieldKind
from processes.definition import FieldDef
from processes.fields import decimals_of
from processes.files.checks import WITH_OPTIONS
from processes.forms.kinds import KIND_CARDS
from processes.loading import field_def
from processes.models import Field, Module, Process

UP = "up"
DOWN = "down"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field. `states_of` names the processes whose state it holds, `focus` the button to go on from."""

    key: str
    label: str | Promise
    kind: str | Promise
    icon: str
    detail: str
    is_required: bool
    is_unique: bool
    states_of: tuple[str, ...]
    is_first: bool = False
    is_last: bool = False
    focus: str = ""


@dataclass(frozen=True, slots=True)
class SectionRows:
    """A section as it stands in forms; `title` is "" for the fields under no heading."""

    title: str
    rows: tuple[FieldRow, ...]
    is_first: bool
    is_last: bool
    focus: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFields:
    """The fields of a module: those in use by section, the archived ones by name."""

    sections: tuple[SectionRows, ...]
    archived: tuple[FieldRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Focus:
    """What has just been moved, and by which button: a field by its key, or a section by its title."""

    direction: str
    field: str | None = None
    section: str | None = None


def module_fields(module: Module, processes: Sequence[Process], focus: Focus | None = None) -> ModuleFields:
    """Everything that the list of fields shows; one query, and one for the modules that lookups lead to."""
    fields = list(module.fields.order_by("position", "pk"))
    states_of: dict[int, list[str]] = {}
    for process in processes:
        states_of.setdefault(process.state_field_id, []).append(process.name)
    names = _module_names(fields)
    rows = [(field, _row(field, names, tuple(states_of.get(field.pk, ())))) for field in fields]
    used = [(field, row) for field, row in rows if not field.is_archived]
    archived = sorted((row for field, row in rows if field.is_archived), key=lambda row: str(row.label))
    return ModuleFields(_sections(used, focus), tuple(archived), len(used))


def _module_names(fields: Sequence[Field]) -> dict[str, str]:
    if not any(field.kind == FieldKind.LOOKUP for field in fields):
        return {}
    return dict(Module.objects.values_list("key", "label_plural"))


def _row(field: Field, names: Mapping[str, str], states_of: tuple[str, ...]) -> FieldRow:
    definition = field_def(field)
    return FieldRow(
        key=field.key,
        label=field.label,
        kind=definition.kind.label,
        icon=KIND_CARDS[definition.kind].icon,
        detail=detail_of(definition, names),
        is_required=field.is_required,
        is_unique=field.is_unique,
        states_of=states_of,
    )


def detail_of(field: FieldDef, names: Mapping[str, str]) -> str:
    """What the field's kind leaves open: its options, its currency, the module it leads to."""
    if field.kind in WITH_OPTIONS:
        count = sum(not option.is_archived for option in field.options)
        return ngettext("%(count)d option", "%(count)d options", count) % {"count": count}
    if field.kind == FieldKind.LOOKUP:
        key = field.settings.module or ""
        return names.get(key, key)
    if field.kind == FieldKind.CURRENCY:
        return field.settings.currency or ""
    if field.kind == FieldKind.DECIMAL:
        count = decimals_of(field)
        return ngettext("%(count)d decimal", "%(count)d decimals", count) % {"count": count}
    return ""


def _sections(rows: Sequence[tuple[Field, FieldRow]], focus: Focus | None) -> tuple[SectionRows, ...]:
    found: dict[str, list[FieldRow]] = {}
    for field, row in rows:
        found.setdefault(field.section, []).append(row)
    last = len(found) - 1
    return tuple(
        _section(title, own, number == 0, number == last, focus)
        for number, (title, own) in enumerate(found.items())
    )


def _section(
    title: str, rows: Sequence[FieldRow], is_first: bool, is_last: bool, focus: Focus | None
) -> SectionRows:
    end = len(rows) - 1
    placed = tuple(_placed(row, number == 0, number == end, focus) for number, row in enumerate(rows))
    own = focus.direction if focus and focus.section == title else ""
    return SectionRows(title, placed, is_first, is_last, _button(own, is_first, is_last))


def _placed(row: FieldRow, is_first: bool, is_last: bool, focus: Focus | None) -> FieldRow:
    own = focus.direction if focus and focus.field == row.key else ""
    return replace(row, is_first=is_first, is_last=is_last, focus=_button(own, is_first, is_last))


def _button(direction: str, is_first: bool, is_last: bool) -> str:
    """The button that was pressed or, at the end of the way, the one that leads back."""
    if direction == UP and is_first and not is_last:
        return DOWN
    return UP if direction == DOWN and is_last and not is_first else direction


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module in the list of all; `focus` is the button to go on from."""

    module: Module
    is_first: bool
    is_last: bool
    focus: str


def module_rows(modules: Sequence[Module], moved: str = "", direction: str = "") -> list[ModuleRow]:
    """The list of modules; `moved` is the key of the one that has just been moved."""
    last = len(modules) - 1
    return [
        ModuleRow(
            module,
            number == 0,
            number == last,
            _button(direction if module.key == moved else "", number == 0, number == last),
        )
        for number, module in enumerate(modules)
    ]


def place_of(fields: ModuleFields, key: str) -> str:
    """Where a field stands now, as it is announced after a move."""
    for section in fields.sections:
        keys = [row.key for row in section.rows]
        if key in keys:
            number = keys.index(key)
            return _place(section.rows[number].label, number, len(keys))
    return ""


def place_of_section(fields: ModuleFields, title: str) -> str:
    """Where a section stands now, as it is announced after a move."""
    titles = [section.title for section in fields.sections]
    return (
        _place(title or _("Without a heading"), titles.index(title), len(titles)) if title in titles else ""
    )


def place_of_module(rows: Sequence[ModuleRow], key: str) -> str:
    """Where a module stands now, as it is announced after a move."""
    places = [
        _place(row.module.label_plural, n, len(rows)) for n, row in enumerate(rows) if row.module.key == key
    ]
    return places[0] if places else ""


def _place(name: str | Promise, number: int, count: int) -> str:
    place = {"name": name, "place": number + 1, "count": count}
    return _("%(name)s is now %(place)d of %(count)d") % place
