"""What can't change about a field, because values are stored by it or a process stands on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from processes.choices import FieldKind
from processes.definition import FieldDef, FieldSettings
from processes.fields import decimals_of
from processes.files.specs import MAX_OPTIONS, FieldSpec
from processes.loading import field_def
from processes.models import Field, Process
from processes.selectors import states_of_options
from processes.services.errors import SpecificationError, SpecPath

Problem = tuple[SpecPath, str]

# The kinds whose values tell one record from another. Two yes-or-no fields would fill up at once.
UNIQUE_KINDS = frozenset(
    {
        FieldKind.TEXT,
        FieldKind.INTEGER,
        FieldKind.DECIMAL,
        FieldKind.DATE,
        FieldKind.DATETIME,
        FieldKind.EMAIL,
        FieldKind.PHONE,
        FieldKind.URL,
        FieldKind.USER,
        FieldKind.LOOKUP,
    }
)


@dataclass(frozen=True, slots=True)
class Held:
    """What records hold of a field. Design time can't see records: who doesn't know assumes the worst."""

    has_values: bool = True
    may_repeat: bool = True


UNKNOWN = Held()
EMPTY = Held(has_values=False, may_repeat=False)


def require_changeable(field: Field, spec: FieldSpec, held: Held) -> None:
    """Raises SpecificationError with everything in `spec` that this field can't become."""
    problems = list(forbidden_changes(field, spec, held))
    if problems:
        raise SpecificationError(problems)


def forbidden_changes(field: Field, spec: FieldSpec, held: Held = UNKNOWN) -> Iterator[Problem]:
    """Each thing in `spec` that this field can't become, with the reason."""
    now = field_def(field)
    if spec.kind != field.kind:
        kind = now.kind.label
        yield ("kind",), _("The kind of a field can’t change: it is “%(kind)s”.") % {"kind": kind}
        return
    yield from _settings(now, spec, held)
    if spec.unique and not field.is_unique:
        if now.kind not in UNIQUE_KINDS:
            yield ("unique",), _("A field of this kind can’t be unique.")
        elif held.may_repeat:
            yield ("unique",), _("A field that exists can’t become unique.")
    if spec.archived and not field.is_archived and (names := processes_standing_on(field)):
        yield ("archived",), state_field_reason(now, names)
    yield from _options(field, now, spec)


def _settings(now: FieldDef, spec: FieldSpec, held: Held) -> Iterator[Problem]:
    settings = FieldSettings.model_validate(spec.settings.model_dump())
    if held.has_values and decimals_of(now) != decimals_of(replace(now, settings=settings)):
        reason = _("The decimals of a field can’t change: there are %(count)d.")
        yield ("settings", "decimals"), reason % {"count": decimals_of(now)}
    if held.has_values and now.settings.currency and settings.currency != now.settings.currency:
        reason = _("The currency of a field can’t change: it is %(currency)s.")
        yield ("settings", "currency"), reason % {"currency": now.settings.currency}
    if settings.module != now.settings.module:
        reason = _("The module of a lookup can’t change: it is “%(module)s”.")
        yield ("settings", "module"), reason % {"module": now.settings.module}


def _options(field: Field, now: FieldDef, spec: FieldSpec) -> Iterator[Problem]:
    named = {option.key for option in spec.options}
    count = len(spec.options) + sum(option.key not in named for option in now.options)
    if count > MAX_OPTIONS and count > len(now.options):
        yield ("options",), _("A field may have at most %(limit)d options.") % {"limit": MAX_OPTIONS}
    archived = {option.key: option.is_archived for option in now.options}
    newly = [n for n, o in enumerate(spec.options) if o.archived and not archived.get(o.key, True)]
    states = states_of_options(field) if newly else {}
    for number in newly:
        option = spec.options[number]
        if names := states.get(option.key):
            reason = _("“%(option)s” is a state of %(processes)s: rename it, or take the state out first.")
            params = {"option": option.label, "processes": quoted(names)}
            yield ("options", number, "archived"), reason % params


def processes_standing_on(field: Field) -> list[str]:
    """The names of the processes whose state this field holds."""
    found = Process.objects.filter(state_field=field, archived_at=None)
    return list(found.by_priority().values_list("name", flat=True))


def state_field_reason(field: FieldDef, processes: Iterable[str]) -> str:
    reason = _("“%(field)s” holds the state of %(processes)s, so it can’t be archived.")
    return reason % {"field": field.label, "processes": quoted(processes)}


def quoted(names: Iterable[str]) -> str:
    """Names as a list in a sentence: “A”, “B”."""
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)
