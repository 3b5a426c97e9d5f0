"""What is typed, stored, shown, put into a file and read back is the same, for every kind of field."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes.choices import FieldKind
from processes.definition import FieldDef, ModuleDef
from processes.fields import Stored, kind_of, stored_moment
from processes.fields.texts import normal_text
from processes.loading import module_def
from processes.models import Module
from records.forms import RecordForm
from records.models import Record
from tests.factories import make_record
from tests.records.engine.conftest import World
from tests.records.kinds import OPTIONS, make_things
from tests.records.test_kinds import filled

characters = st.characters(blacklist_categories=("Cc", "Cs", "Cn"))
lines = st.text(characters, min_size=1, max_size=30).map(normal_text).filter(bool)
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n".join)
numbers = st.one_of(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-2000, 2000))
keys = [option["key"] for option in OPTIONS]
words = st.text("abcdefghij0123456789", min_size=1, max_size=12)

# Values as they are stored; people and records are numbered, and found by their number below.
STORED: dict[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.TEXT: st.one_of(
        lines, st.sampled_from(["=1+1", "@a", "-1", "{{7*7}}", "<b>", "true", "0", "null"])
    ),
    FieldKind.LONG_TEXT: paragraphs,
    FieldKind.INTEGER: numbers,
    FieldKind.DECIMAL: numbers,
    FieldKind.CURRENCY: numbers,
    FieldKind.PERCENT: numbers,
    FieldKind.BOOLEAN: st.booleans(),
    FieldKind.DATE: st.dates().map(date.isoformat),
    FieldKind.DATETIME: st.datetimes(
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 12, 31),
        timezones=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Paris")]),
    ).map(stored_moment),
    FieldKind.PICKLIST: st.sampled_from(keys),
    FieldKind.MULTI_SELECT: st.lists(st.sampled_from(keys), min_size=1, unique=True).map(
        lambda chosen: [key for key in keys if key in chosen]
    ),
    FieldKind.EMAIL: st.builds("{}+{}@{}.example".format, words, words, words),
    FieldKind.PHONE: st.builds("+{:d} ({:d}) {:d} ext {:d}".format, *[st.integers(0, 99999)] * 4),
    FieldKind.URL: st.builds("https://{}.example/{}?a={}#b".format, words, words, words),
    FieldKind.USER: st.integers(0, 2),
    FieldKind.LOOKUP: st.integers(0, 2),
}
values = st.fixed_dictionaries({}, optional={kind.value: strategy for kind, strategy in STORED.items()})
languages = st.sampled_from(["en", "fr"])
zones = st.sampled_from(["Europe/Paris", "America/St_Johns", "Pacific/Apia", "UTC"])
relaxed = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def things(world: World) -> ModuleDef:
    module = make_things()
    for number in range(3):
        make_record(module, world.alice, f"Target {number}")
    return module_def(module)


def pointed(world: World, drawn: dict[str, Any]) -> dict[str, Stored]:
    """The drawn values with the ids of people and records that are there."""
    people = [world.alice.pk, world.claire.pk, world.driss.pk]
    targets = Record.objects.filter(name__startswith="Target").order_by("pk").values_list("pk", flat=True)
    found = {"user": people, "lookup": list(targets)}
    return {key: found[key][value] if key in found else value for key, value in drawn.items()}


def typed(field: FieldDef, stored: Stored) -> Any:
    """What a person would type into the field's input."""
    shown = kind_of(field).initial(field, stored)
    return shown if isinstance(shown, list) else str(shown)


def posted(typed_values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in typed_values.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


def test_covers_every_kind_that_is_typed() -> None:
    assert STORED.keys() | {FieldKind.FILE} == set(FieldKind)


@relaxed
@given(drawn=values, language=languages, zone=zones)
def test_what_is_typed_is_what_is_stored_and_read_back(
    drawn: dict[str, Any], language: str, zone: str, world: World, things: ModuleDef
) -> None:
    stored = pointed(world, drawn)
    record = make_record(Module.objects.get(key="things"), world.alice, "One", **stored)
    fresh = Record.objects.select_related("module").get(pk=record.pk)
    assert fresh.values == stored
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        fields = {key: things.fields[key] for key in stored}
        again = {key: typed(field, fresh.values[key]) for key, field in fields.items()}
        data = {"name": "One", "owner": str(world.alice.pk), **again}
        form = RecordForm(posted(data), module=things, record=fresh)
        read = form.stored_values()
        assert not form.errors, (form.errors, again)
        assert {key: read[key] for key in stored} == stored
        assert all(value is None for key, value in read.items() if key not in {*stored, "name", "owner"})


@relaxed
@given(drawn=values)
def test_what_is_put_into_a_file_is_read_back(drawn: dict[str, Any], world: World, things: ModuleDef) -> None:
    stored = pointed(world, drawn)
    fields = {key: things.fields[key] for key in stored}
    plain = {key: kind_of(field).to_plain(field, stored[key]) for key, field in fields.items()}
    carried = json.loads(json.dumps(plain))
    assert {key: kind_of(field).from_plain(field, carried[key]) for key, field in fields.items()} == stored


@settings(relaxed, max_examples=15)
@given(drawn=values, language=languages)
def test_a_browser_shows_it_and_sends_it_back_unchanged(
    drawn: dict[str, Any], language: str, world: World, things: ModuleDef, client: Client
) -> None:
    stored = pointed(world, drawn)
    record = make_record(Module.objects.get(key="things"), world.alice, "One", **stored)
    world.alice.language = language
    world.alice.save(update_fields=["language"])
    client.force_login(world.alice)
    page = BeautifulSoup(client.get(f"/r/{record.pk}/").content, "html.parser")
    with translation.override(language), timezone.override("Europe/Paris"):
        for key, value in stored.items():
            if key in {"user", "lookup"}:
                continue
            cell = page.select_one(f'[data-field="{key}"] dd')
            shown = kind_of(things.fields[key]).display(things.fields[key], value, {})
            assert cell is not None
            assert "".join(cell.text.split()) == "".join(shown.split())
    url = f"/r/{record.pk}/edit/"
    data = filled(BeautifulSoup(client.get(url).content, "html.parser"))
    assert client.post(url, data).status_code == 303
    same = Record.objects.get(pk=record.pk)
    assert (same.values, same.revision) == (stored, 1)
