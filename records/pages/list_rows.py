"""The rows of a list as HTML: what repeats from row to row is printed once, and the template loops once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from blueprint_project.moments import length_of_time
from blueprint_project.templatetags.blueprint import moment, state_pill
from processes.criteria.ordering import NUMBERS
from processes.definition import FieldDef
from processes.fields import Stored, kind_of
from processes.loading import version_def
from processes.models import Module
from records.engine.names import Names
from records.models import Record

MAX_CELL_LENGTH = 60


class RowPrinter:
    """Prints the cells of one page's records. `with_states`: state and time in it have columns. `is_deleted`:
    the rows are no links, and say who deleted them and how to bring them back. What the list is `sorted_by`
    shows on phones too."""

    def __init__(
        self,
        module: Module,
        fields: Sequence[FieldDef],
        names: Names,
        *,
        with_states: bool,
        is_deleted: bool,
        sorted_by: FieldDef | None,
        reader_id: int,
        now: datetime,
    ) -> None:
        self.module = module
        self.fields = fields
        self.names = names
        self.with_states = with_states
        self.is_deleted = is_deleted
        self.sorted_by = sorted_by
        self.reader_id = reader_id
        self.now = now
        # Working out an address fifty times costs as much as reading the rows.
        self._before_id, _zero, self._behind_id = reverse("record", args=[0]).rpartition("0")
        self._states: dict[int, str] = {}
        self._owners: dict[int, str] = {}
        self._moments: dict[datetime, str] = {}

    def row(self, record: Record, values: Mapping[str, Stored]) -> SafeString:
        """The cells of a record; `values` are those of the listed fields."""
        cells = [self._name(record)]
        if self.with_states:
            cells += [self._state(record), self._since(record)]
        cells += [self._cell(field, values.get(field.key)) for field in self.fields]
        cells += [self._owner(record.owner)]
        cells += self._deletion(record) if self.is_deleted else [self._moment(record.updated_at)]
        # Each cell escapes what people typed.
        return mark_safe("".join(cells))  # noqa: S308

    def _name(self, record: Record) -> str:
        if self.is_deleted:
            return f'<th scope="row">{escape(record.name)}</th>'
        url = f"{self._before_id}{record.pk}{self._behind_id}"
        return f'<th scope="row"><a href="{url}">{escape(record.name)}</a></th>'

    def _deletion(self, record: Record) -> list[str]:
        """When it was deleted and by whom, and the button of the form under the table."""
        by = record.updated_by.name if record.updated_by else ""
        when = moment(record.deleted_at) if record.deleted_at else ""
        button = format_html(
            '<td><button class="button is-small" type="submit" form="restore" formaction="{}" '
            'aria-label="{}">{}</button></td>',
            reverse("record_restore", args=[record.pk]),
            _("Restore “%(name)s”") % {"name": record.name},
            _("Restore"),
        )
        return [f'<td>{when}<span class="sub">{escape(by)}</span></td>', button]

    def _state(self, record: Record) -> str:
        state = record.state
        if state is None:
            return "<td></td>"
        if state.pk not in self._states:
            known = version_def(state.version_id, self.module).states_by_id[state.pk]
            self._states[state.pk] = f"<td>{state_pill(known)}</td>"
        return self._states[state.pk]

    def _since(self, record: Record) -> str:
        if record.entered_state_at is None:
            return "<td></td>"
        text = length_of_time((self.now - record.entered_state_at).total_seconds())
        return f'<td><span class="mark-label">{escape(text)}</span></td>'

    def _cell(self, field: FieldDef, stored: Stored | None) -> str:
        css = "is-sorted" if field == self.sorted_by else "hides"
        if field.kind in NUMBERS:
            css += " is-number"
        if stored is None:
            return f'<td class="{css}"></td>'
        text = kind_of(field).display(field, stored, self.names)
        if len(text) > MAX_CELL_LENGTH:
            text = f"{text[: MAX_CELL_LENGTH - 1].rstrip()}…"
        return f'<td class="{css}">{escape(text)}</td>'

    def _owner(self, owner: User) -> str:
        if owner.pk not in self._owners:
            self._owners[owner.pk] = format_html(
                '<td><span class="person"><span class="avatar{}" aria-hidden="true">{}</span>{}</span></td>',
                " is-me" if owner.pk == self.reader_id else "",
                owner.initials,
                owner.name,
            )
        return self._owners[owner.pk]

    def _moment(self, value: datetime) -> str:
        if value not in self._moments:
            self._moments[value] = f"<td>{moment(value)}</td>"
        return self._moments[value]
