"""The order of modules, of the sections of a module, and of the fields in a section."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from processes.models import Field, Module
from processes.permissions import require_designer
from processes.services.errors import SpecificationError
from processes.services.modules import raise_revision

type Sections = list[tuple[str, list[Field]]]


@transaction.atomic
def module_move(*, module: Module, by: int, actor: User | None) -> bool:
    """Move it up (-1) or down (1) among the modules; False where it is at the end already."""
    require_designer(actor)
    rows = list(Module.objects.select_for_update().order_by("position", "label_plural", "pk"))
    places = [row.pk for row in rows]
    if not _swap(rows, places.index(module.pk), by):
        return False
    _renumber(Module, rows)
    return True


@transaction.atomic
def field_move(*, field: Field, by: int, actor: User | None) -> bool:
    """Move it up (-1) or down (1) in its section; False where it is at the end already.

    Raises SpecificationError for an archived field, which stands in no section.
    """
    require_designer(actor)
    sections = _sections_of(field.module)
    for _title, fields in sections:
        keys = [one.pk for one in fields]
        if field.pk in keys:
            return _swap(fields, keys.index(field.pk), by) and _write(field.module, sections)
    raise SpecificationError([(("archived",), _("An archived field has no place among the others."))])


@transaction.atomic
def section_move(*, module: Module, title: str, by: int, actor: User | None) -> bool:
    """Move a section up (-1) or down (1) with its fields; False where there is none of this title or it is
    at the end already."""
    require_designer(actor)
    sections = _sections_of(module)
    titles = [one for one, _fields in sections]
    return title in titles and _swap(sections, titles.index(title), by) and _write(module, sections)


def _sections_of(module: Module) -> Sections:
    """The fields in use by section, as the module's pages show them. Others who order wait here."""
    Module.objects.select_for_update().get(pk=module.pk)
    found: dict[str, list[Field]] = {}
    for field in module.fields.filter(is_archived=False).order_by("position", "pk"):
        found.setdefault(field.section, []).append(field)
    return list(found.items())


def _swap[T](rows: list[T], place: int, by: int) -> bool:
    other = place + by
    if by not in {-1, 1} or not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    return True


def _write(module: Module, sections: Sections) -> bool:
    _renumber(Field, [field for _title, fields in sections for field in fields])
    raise_revision(module)
    return True


def _renumber[R: (Module, Field)](model: type[R], rows: Sequence[R]) -> None:
    """Positions from 0; one statement for all that have another than before."""
    changed = [(position, row) for position, row in enumerate(rows) if row.position != position]
    for position, row in changed:
        row.position = position
    model._default_manager.bulk_update([row for _position, row in changed], ["position"], batch_size=200)
