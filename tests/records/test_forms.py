"""Forms made from definitions: typed values, lookups, and what others changed meanwhile."""

import json
from typing import Any

import pytest
from django.http import QueryDict

from accounts.models import User
from processes.loading import module_def
from processes.models import Field, Module
from records.engine.person import Person, person_for
from records.forms import DRAWN, RecordForm
from records.lookups import MAX_CHOICES, LookupField, LookupInput
from records.models import Record
from tests.factories import NOW, make_record
from tests.records.engine.conftest import World


def posted(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in values.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


@pytest.fixture
def accounts(world: World) -> Module:
    module = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
    Field.objects.create(
        module=world.module, key="account", label="Account", kind="lookup", settings={"module": "accounts"}
    )
    Module.objects.filter(pk=world.module.pk).update(revision=2)
    world.module.refresh_from_db()
    return module


def fill(module: Module, owner: User, count: int) -> None:
    Record.objects.bulk_create(
        Record(module=module, name=f"Account {number}", owner=owner, created_at=NOW, updated_at=NOW)
        for number in range(count)
    )


class TestRecordForm:
    KINDS = (
        ("text", " Ann ", "Ann"),
        ("long_text", "a\r\nb", "a\nb"),
        ("integer", "1,200", 1200),
        ("decimal", "2.5", 250),
        ("currency", "1,200.50", 120050),
        ("percent", "25", 2500),
        ("boolean", "false", False),
        ("date", "2026-12-24", "2026-12-24"),
        ("datetime", "2026-12-24T10:30", "2026-12-24T09:30:00Z"),
        ("picklist", "b", "b"),
        ("multi_select", ["b", "a"], ["a", "b"]),
        ("email", "ann@example.com", "ann@example.com"),
        ("phone", "+33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("url", "example.com", "https://example.com"),
    )

    @pytest.fixture
    def all_kinds(self, world: World) -> Module:
        module = Module.objects.create(key="things", label="Thing", label_plural="Things", sharing="public")
        options = [{"key": key, "label": key.upper()} for key in "abc"]
        for position, kind in enumerate([*(kind for kind, *_ in self.KINDS), "user", "lookup", "file"]):
            Field.objects.create(
                module=module, key=f"f_{kind}", label=kind, kind=kind, position=position,
                options=options if kind in {"picklist", "multi_select"} else [],
                settings={"lookup": {"module": "things"}, "currency": {"currency": "EUR"}}.get(kind, {}),
            )  # fmt: skip
        return module

    def test_takes_every_kind_and_shows_it_again(self, world: World, all_kinds: Module) -> None:
        definition = module_def(all_kinds)
        parent = make_record(all_kinds, world.alice, "Parent")
        typed = {f"f_{kind}": value for kind, value, _stored in self.KINDS}
        typed |= {"f_user": str(world.driss.pk), "f_lookup": str(parent.pk)}
        form = RecordForm(posted(name="Thing", owner=str(world.alice.pk), **typed), module=definition)
        stored = form.stored_values()
        assert form.errors == {}
        expected: dict[str, Any] = {f"f_{kind}": value for kind, _typed, value in self.KINDS}
        expected |= {"f_user": world.driss.pk, "f_lookup": parent.pk}
        assert stored == {"name": "Thing", **expected, "owner": world.alice.pk}
        record = make_record(all_kinds, world.alice, "Thing", **expected)
        again = RecordForm(None, module=definition, record=record)
        shown: dict[str, Any] = {name: again[name].value() for name in again.fields}
        resent = {key: value if isinstance(value, list) else str(value) for key, value in shown.items()}
        form = RecordForm(posted(**resent), module=definition, record=record)
        assert form.stored_values() == stored

    def test_does_not_ask_for_files(self, all_kinds: Module) -> None:
        assert "f_file" not in RecordForm(None, module=module_def(all_kinds)).fields

    def test_requires_what_the_module_requires(self, world: World) -> None:
        world.module.fields.filter(key__in=["amount", "stage"]).update(is_required=True)
        form = RecordForm(posted(name=" ", owner=""), module=module_def(world.module), optional={"stage"})
        form.stored_values()
        assert set(form.errors) == {"name", "owner", "amount"}

    def test_takes_zero_for_an_answer(self, world: World) -> None:
        world.module.fields.filter(key="amount").update(is_required=True)
        data = posted(name="X", owner=str(world.alice.pk), amount="0")
        assert RecordForm(data, module=module_def(world.module)).stored_values()["amount"] == 0


class TestConflicts:
    def edit(self, world: World, record: Record, drawn: str, **typed: Any) -> RecordForm:
        fresh = Record.objects.get(pk=record.pk)
        data = posted(**{"name": fresh.name, "owner": str(fresh.owner_id), DRAWN: drawn, **typed})
        form = RecordForm(data, module=module_def(world.module), record=fresh)
        self.stored = form.stored_values()
        return form

    @pytest.fixture
    def record(self, world: World) -> Record:
        return world.deal(amount=10000, reference="A")

    @pytest.fixture
    def drawn(self, world: World, record: Record) -> str:
        return str(RecordForm(None, module=module_def(world.module), record=record)[DRAWN].value())

    def change(self, record: Record, **values: Any) -> None:
        Record.objects.filter(pk=record.pk).update(values={**record.values, **values})

    def test_a_field_left_alone_follows_others(self, world: World, record: Record, drawn: str) -> None:
        self.change(record, amount=77700)
        form = self.edit(world, record, drawn, amount="100", reference="B")
        assert form.errors == {}
        assert (self.stored["amount"], self.stored["reference"]) == (77700, "B")

    def test_a_field_that_both_changed_is_a_conflict(self, world: World, record: Record, drawn: str) -> None:
        self.change(record, reference="C")
        form = self.edit(world, record, drawn, amount="100", reference="B")
        assert form.errors == {
            "reference": ["Somebody else has changed this to “C” meanwhile. Check it and send again."]
        }

    def test_the_same_change_by_both_is_none(self, world: World, record: Record, drawn: str) -> None:
        self.change(record, reference="B")
        assert self.edit(world, record, drawn, amount="100", reference="B").errors == {}

    def test_a_told_conflict_is_settled_by_sending_again(
        self, world: World, record: Record, drawn: str
    ) -> None:
        self.change(record, reference="C", amount=77700)
        form = self.edit(world, record, drawn, amount="100", reference="B")
        again = self.edit(world, record, form.redrawn(), amount="100", reference="B")
        assert again.errors == {}
        # The amount was never touched here: what others wrote stays, the second time too.
        assert (self.stored["amount"], self.stored["reference"]) == (77700, "B")

    @pytest.mark.parametrize(
        "drawn", ["", "{", "[]", "null", "[" * 100_000, json.dumps({"amount": {"x": 1}})]
    )
    def test_a_broken_hidden_input_harms_nothing(self, world: World, record: Record, drawn: str) -> None:
        form = self.edit(world, record, drawn, amount="100", reference="A")
        assert form.errors.keys() <= {"amount"}
        form.redrawn()


class TestLookupField:
    def field(self, world: World, person: Person | None = None, stored: int | None = None) -> LookupField:
        definition = module_def(world.module).fields["account"]
        return LookupField(definition, required=False, stored=stored, person=person)

    def test_is_a_list_of_few(self, world: World, accounts: Module) -> None:
        record = make_record(accounts, world.alice, "Isdom")
        field = self.field(world)
        assert list(field.widget.choices) == [("", "-None-"), (record.pk, "Isdom")]
        assert field.clean(str(record.pk)) == record.pk
        assert field.clean("") is None

    def test_is_a_text_input_for_many(self, world: World, accounts: Module) -> None:
        fill(accounts, world.alice, MAX_CHOICES + 1)
        record = Record.objects.get(name="Account 7")
        field = self.field(world)
        assert isinstance(field.widget, LookupInput)
        assert field.prepare_value(record.pk) == "Account 7"
        assert field.clean(" account 7 ") == record.pk
        assert field.clean(str(record.pk)) == record.pk
        html = field.widget.render("account", "Account 7", {"id": "account"})
        assert 'list="account-suggestions"' in html
        assert 'value="Account 7"' in html

    def test_tells_twins_apart_by_number(self, world: World, accounts: Module) -> None:
        fill(accounts, world.alice, MAX_CHOICES + 1)
        first, second = (make_record(accounts, world.alice, "Twin") for _ in range(2))
        field = self.field(world, stored=second.pk)
        with pytest.raises(Exception, match=rf"Several records are called “Twin”.*“Twin #{first.pk}”"):
            field.clean("Twin")
        assert field.prepare_value(second.pk) == f"Twin #{second.pk}"
        assert field.clean(f"Twin #{second.pk}") == second.pk

    def test_takes_a_name_that_looks_like_a_number(self, world: World, accounts: Module) -> None:
        fill(accounts, world.alice, MAX_CHOICES + 1)
        other = Record.objects.get(name="Account 0")
        record = make_record(accounts, world.alice, str(other.pk))
        numbered = make_record(accounts, world.alice, f"Flat #{other.pk}")
        assert self.field(world).clean(str(other.pk)) == record.pk
        assert self.field(world).clean(f"Flat #{other.pk}") == numbered.pk

    @pytest.mark.parametrize("typed", ["Nobody", "Nobody #1", "999999", "9" * 40, "\0", "é #", "²"])
    def test_refuses_what_is_not_there(self, world: World, accounts: Module, typed: str) -> None:
        make_record(accounts, world.alice, "Isdom")
        field = self.field(world)
        if typed == "\0":
            assert field.clean(typed) is None
        else:
            with pytest.raises(Exception, match="There is no record called"):
                field.clean(typed)

    def test_takes_only_what_the_person_may_see(self, world: World, accounts: Module) -> None:
        hidden = make_record(accounts, world.claire, "Hidden")
        mine = make_record(accounts, world.alice, "Mine")
        field = self.field(world, person=person_for(world.alice))
        assert [name for _pk, name in field.widget.choices] == ["-None-", "Mine"]
        assert field.clean(str(mine.pk)) == mine.pk
        for typed in (str(hidden.pk), "Hidden", f"Hidden #{hidden.pk}"):
            with pytest.raises(Exception, match="There is no record called"):
                field.clean(typed)

    def test_keeps_what_the_record_points_to_already(self, world: World, accounts: Module) -> None:
        hidden = make_record(accounts, world.claire, "Hidden")
        Record.objects.filter(pk=hidden.pk).update(deleted_at=NOW)
        field = self.field(world, person=person_for(world.alice), stored=hidden.pk)
        assert field.clean(str(hidden.pk)) == hidden.pk
