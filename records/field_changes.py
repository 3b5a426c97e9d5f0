"""Changes of fields that records hold values of: what design time alone can't judge."""

from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from processes import services
from processes.files.specs import FieldSpec
from processes.loading import field_def
from processes.models import Field, Module
from processes.services import Held, SpecificationError
from records.engine.names import display_value
from records.models import UniqueValue
from records.selectors.held import count_too_long, records_with_value, repeated_values, stored_from_text


def held_field_change(*, field: Field, spec: FieldSpec, actor: User | None) -> bool:
    """`processes.services.field_change` with a look at the records: decimals and currency may change while
    none holds a value, and a field becomes unique where no value is there twice, all values claimed at once.

    Says whether anything was different. Raises SpecificationError; then nothing has been changed.
    """
    try:
        return _change(field, spec, actor)
    except IntegrityError as error:
        # Somebody wrote the second of two equal values between the look and the claim.
        reason = _repeated_reason(field) or _("Records were changed at the same moment. Save again.")
        raise SpecificationError([(("unique",), reason)]) from error


@transaction.atomic
def _change(field: Field, spec: FieldSpec, actor: User | None) -> bool:
    Module.objects.select_for_update().get(pk=field.module_id)
    becomes_unique = spec.unique and not field.is_unique
    if becomes_unique:
        _require_unique_values(field)
    held = Held(has_values=records_with_value(field).exists(), may_repeat=False)
    is_changed = services.field_change(field=field, spec=spec, actor=actor, held=held)
    if becomes_unique or not field.is_unique:
        UniqueValue.objects.filter(field=field).delete()
    if becomes_unique:
        _claim_all(field)
    return is_changed


def _require_unique_values(field: Field) -> None:
    problems = [reason for reason in (_repeated_reason(field), _too_long_reason(field)) if reason]
    if problems:
        raise SpecificationError([(("unique",), reason) for reason in problems])


def _repeated_reason(field: Field) -> str:
    found = repeated_values(field)
    if not found.count:
        return ""
    definition = field_def(field)
    examples = ", ".join(
        _("“%(value)s” (%(count)d times)")
        % {"value": _short(display_value(definition, stored_from_text(field, text))), "count": times}
        for text, times in found.examples
    )
    reason = ngettext(
        "%(count)d value is there more than once: %(examples)s.",
        "%(count)d values are there more than once: %(examples)s.",
        found.count,
    )
    return reason % {"count": found.count, "examples": examples}


def _too_long_reason(field: Field) -> str:
    count = count_too_long(field)
    if not count:
        return ""
    reason = ngettext(
        "%(count)d value is longer than the 255 characters that a unique value may have.",
        "%(count)d values are longer than the 255 characters that a unique value may have.",
        count,
    )
    return reason % {"count": count}


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _claim_all(field: Field) -> None:
    """Write every record's value under the constraint, in one statement however many there are; what is
    deleted claims its values when it is restored."""
    rows = (
        records_with_value(field)
        .filter(deleted_at=None)
        .annotate(own=Value(field.pk), text=Cast(KT(f"values__{field.key}"), CharField()))
    )
    query = rows.order_by().values_list("own", "text", "pk").query
    sql, params = query.get_compiler(connection=connection).as_sql()
    table = connection.ops.quote_name(UniqueValue._meta.db_table)
    with connection.cursor() as cursor:
        # Names of tables and columns only; every value is a parameter.
        cursor.execute(f"INSERT INTO {table} (field_id, value, record_id) {sql}", params)
