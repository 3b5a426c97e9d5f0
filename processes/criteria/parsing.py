"""Reading stored or typed JSON into criteria; every problem is told, not only the first."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from processes.criteria.tree import Criteria, CriteriaError, Days, Group, Leaf, Literal, Me, Operand
from processes.fields.operators import Operator

MAX_DEPTH = 3
MAX_RULES = 100
MAX_VALUES = 200
MAX_DAYS = 36_500


def parse(data: Any) -> Criteria | None:
    """The criteria that `data` describe, None for none; raises CriteriaError with every problem of shape.

    Whether fields exist and values fit them is for `check`, which knows the module.
    """
    if data is None or data == {}:
        return None
    parser = _Parser()
    part = parser.part(data, 1)
    if parser.rules > MAX_RULES:
        parser.problems.append(_("Criteria may hold at most %(limit)d rules.") % {"limit": MAX_RULES})
    if parser.problems or part is None:
        raise CriteriaError(parser.problems)
    return part if isinstance(part, Group) else Group(False, (part,))


class _Parser:
    def __init__(self) -> None:
        self.problems: list[str] = []
        self.rules = 0

    def _problem(self, text: str, **params: Any) -> None:
        self.problems.append(text % params)

    def part(self, data: Any, depth: int) -> Group | Leaf | None:
        if not isinstance(data, Mapping):
            self._problem(
                _("“%(data)s” is no rule: write a field, an operator and a value."), data=_shorten(data)
            )
        elif "all" in data or "any" in data:
            return self._group(data, depth)
        else:
            return self._leaf(data)
        return None

    def _group(self, data: Mapping[str, Any], depth: int) -> Group | None:
        joined = "any" if "any" in data else "all"
        items = data[joined]
        if len(data) != 1:
            self._problem(_("A group holds either “all” or “any” and nothing else."))
        elif depth > MAX_DEPTH:
            self._problem(_("Groups may be nested %(limit)d deep at most."), limit=MAX_DEPTH)
        elif not isinstance(items, list) or not items:
            self._problem(_("The group “%(joined)s” needs a list with at least one rule."), joined=joined)
        else:
            parts = [self.part(item, depth + 1) for item in items]
            return Group(joined == "any", tuple(part for part in parts if part is not None))
        return None

    def _leaf(self, data: Mapping[str, Any]) -> Leaf | None:
        self.rules += 1
        field = self._field(data.get("field"))
        op = self._operator(data.get("op"))
        for key in data.keys() - {"field", "op", "value"}:
            self._problem(_("A rule has no “%(key)s”."), key=_shorten(key))
        operands = () if field is None or op is None else self._operands(field, op, data)
        if field is None or op is None or operands is None:
            return None
        return Leaf(field, op, operands)

    def _field(self, field: Any) -> str | None:
        if not isinstance(field, str) or not field:
            self._problem(_("A rule needs a field."))
        elif "." in field:
            self._problem(
                _("“%(field)s” belongs to another record: a rule reads its own record."), field=field
            )
        else:
            return field
        return None

    def _operator(self, op: Any) -> Operator | None:
        try:
            return Operator(op)
        except ValueError:
            self._problem(_("“%(op)s” is no operator."), op=_shorten(op))
            return None

    def _operands(self, field: str, op: Operator, data: Mapping[str, Any]) -> tuple[Operand, ...] | None:
        value = data.get("value")
        if not op.takes_value:
            if value is not None:
                self._problem(_("%(field)s: “%(op)s” takes no value."), field=field, op=op.value)
            return ()
        if value is None or value == []:
            self._problem(_("%(field)s: “%(op)s” needs a value."), field=field, op=op.value)
            return None
        if op.takes_list and not isinstance(value, list):
            self._problem(_("%(field)s: “%(op)s” needs a list of values."), field=field, op=op.value)
            return None
        values = value if isinstance(value, list) else [value]
        if op is Operator.BETWEEN and len(values) != 2:
            self._problem(_("%(field)s: “%(op)s” needs two values."), field=field, op=op.value)
        if len(values) > MAX_VALUES:
            self._problem(_("%(field)s: at most %(limit)d values."), field=field, limit=MAX_VALUES)
            return None
        operands = [self._operand(field, item) for item in values]
        return tuple(operand for operand in operands if operand is not None)

    def _operand(self, field: str, value: Any) -> Operand | None:
        if isinstance(value, str | int | float):
            return Literal(value)
        if isinstance(value, Mapping) and len(value) == 1:
            key, content = next(iter(value.items()))
            if key == "me" and content is True:
                return Me()
            if key == "days" and type(content) is int and abs(content) <= MAX_DAYS:
                return Days(content)
            if key == "field":
                self._problem(
                    _("%(field)s: a rule compares with a value, not with another field."), field=field
                )
                return None
        self._problem(_("%(field)s: “%(value)s” is no value."), field=field, value=_shorten(value))
        return None


def _shorten(data: Any) -> str:
    text = str(data)
    return text if len(text) <= 60 else text[:59] + "…"
