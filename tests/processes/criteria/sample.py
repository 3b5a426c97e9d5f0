"""A module with a field of every kind, and strategies for its values and for criteria about them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from processes.choices import FieldKind
from processes.criteria.rules import day_span
from processes.definition import FieldDef, FieldSettings, ModuleDef, Option, system_fields
from processes.fields import Operator, Stored, kind_of, stored_moment
from processes.fields.texts import normal_text

TODAY = date(2026, 11, 24)
PARIS = "Europe/Paris"
OPTIONS = (
    Option(key="a", label="Alpha"),
    Option(key="b", label="Beta"),
    Option(key="c", label="Gamma", is_archived=True),
)


def make_field(key: str, kind: FieldKind, *, label: str = "", **values: Any) -> FieldDef:
    if kind in {FieldKind.PICKLIST, FieldKind.MULTI_SELECT}:
        values.setdefault("options", OPTIONS)
    if kind == FieldKind.CURRENCY:
        values.setdefault("settings", FieldSettings(currency="EUR"))
    return FieldDef(1, key, label or key.replace("_", " ").capitalize(), kind, **values)


def make_module(*fields: FieldDef) -> ModuleDef:
    every = system_fields("Deal name") | {field.key: field for field in fields}
    return ModuleDef(1, "deals", "Deal", "Deals", "Deal name", "circle", "private", 1, every)


# Some keys are the names of lookups and functions, so that one taken for the other shows.
FIELDS = (
    make_field("contains", FieldKind.TEXT),
    make_field("notes", FieldKind.LONG_TEXT),
    make_field("gt", FieldKind.INTEGER),
    make_field("rate", FieldKind.DECIMAL, settings=FieldSettings(decimals=3)),
    make_field("amount", FieldKind.CURRENCY),
    make_field("discount", FieldKind.PERCENT),
    make_field("isnull", FieldKind.BOOLEAN),
    make_field("closing", FieldKind.DATE),
    make_field("called", FieldKind.DATETIME),
    make_field("stage", FieldKind.PICKLIST),
    make_field("tags", FieldKind.MULTI_SELECT),
    make_field("email", FieldKind.EMAIL),
    make_field("phone", FieldKind.PHONE),
    make_field("url", FieldKind.URL),
    make_field("approver", FieldKind.USER),
    make_field("account", FieldKind.LOOKUP, settings=FieldSettings(module="accounts")),
    make_field("contract", FieldKind.FILE),
)
MODULE = make_module(*FIELDS)

TRICKY = (
    "a", "A", "ab", "É", "é", "École", "ß", "STRASSE", "ﬁ", "İstanbul", "i̇", "ΣΊΣΥΦΟΣ", "σ", "ς", "ǅ",
    "😀", "%", "_", "a_b", "'", '"', "\\", "true", "null", "0", "1", "10", "2026-11-24", "[]", "{}", "$",
    "a%b", "a\u00a0b", "Ꮿ", "Ⓐ",
)  # fmt: skip
characters = st.characters(blacklist_categories=("Cc", "Cs", "Cn"))
texts = st.one_of(
    st.sampled_from(TRICKY),
    st.lists(st.sampled_from(TRICKY), min_size=2, max_size=3).map("".join),
    st.text(characters, min_size=1, max_size=6),
)
clean_texts = texts.map(normal_text).filter(bool)
numbers = st.one_of(
    st.integers(-3, 3), st.integers(-300, 300), st.sampled_from([10**15 - 1, -(10**15) + 1, 2**53 // 10])
)
ids = st.integers(1, 3)
near_days = st.integers(-2, 2).map(lambda days: TODAY + timedelta(days=days))
days = st.one_of(near_days, st.dates(), st.sampled_from([date.min, date.max]))


def _edge(day: date, side: int, seconds: int) -> str:
    edge = datetime.fromisoformat(day_span(day, PARIS)[side])
    return stored_moment(edge + timedelta(seconds=seconds))


moments = st.one_of(
    st.builds(_edge, near_days, st.sampled_from([0, 1]), st.integers(-1, 1)),
    st.datetimes(timezones=st.just(UTC)).map(stored_moment),
)
keys = st.sampled_from([option.key for option in OPTIONS])
option_lists = st.lists(keys, min_size=1, unique=True)

STORED: Mapping[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.TEXT: clean_texts,
    FieldKind.LONG_TEXT: clean_texts,
    FieldKind.EMAIL: clean_texts,
    FieldKind.PHONE: clean_texts,
    FieldKind.URL: clean_texts,
    FieldKind.FILE: clean_texts,
    FieldKind.INTEGER: numbers,
    FieldKind.DECIMAL: numbers,
    FieldKind.CURRENCY: numbers,
    FieldKind.PERCENT: numbers,
    FieldKind.BOOLEAN: st.booleans(),
    FieldKind.DATE: days.map(date.isoformat),
    FieldKind.DATETIME: moments,
    FieldKind.PICKLIST: keys,
    FieldKind.MULTI_SELECT: option_lists,
    FieldKind.USER: ids,
    FieldKind.LOOKUP: ids,
}

stored_values: st.SearchStrategy[dict[str, Stored]] = st.fixed_dictionaries(
    {}, optional={field.key: STORED[field.kind] for field in FIELDS}
)


def _plain(field: FieldDef) -> st.SearchStrategy[Any]:
    plain = STORED[field.kind].map(lambda stored: kind_of(field).to_plain(field, stored))
    if field.kind in {FieldKind.DATE, FieldKind.DATETIME}:
        offsets = st.integers(-2, 2).map(lambda count: {"days": count})
        return st.one_of(plain, days.map(date.isoformat), offsets)
    if field.kind == FieldKind.USER:
        return st.one_of(plain, st.just({"me": True}))
    return plain


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from([*MODULE.fields.values()]))
    op = draw(st.sampled_from(kind_of(field).operators))
    rule: dict[str, Any] = {"field": field.key, "op": op.value}
    if not op.takes_value:
        return rule
    if field.kind == FieldKind.MULTI_SELECT and op in {Operator.IS, Operator.IS_NOT}:
        return {**rule, "value": draw(option_lists)}
    plain = keys if field.kind == FieldKind.MULTI_SELECT else _plain(field)
    if op is Operator.BETWEEN:
        return {**rule, "value": [draw(plain), draw(plain)]}
    if op.takes_list:
        return {**rule, "value": draw(st.lists(plain, min_size=1, max_size=3))}
    return {**rule, "value": draw(plain)}


def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda joined, items: {joined: items},
        st.sampled_from(["all", "any"]),
        st.lists(parts, min_size=1, max_size=3),
    )


criteria_data = st.one_of(rules(), groups(rules()), groups(st.one_of(rules(), groups(rules()))))
