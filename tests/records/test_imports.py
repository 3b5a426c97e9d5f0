"""Files become records: what is taken, what is refused, and at what cost."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from automations.models import ActionRun
from processes.loading import module_def
from processes.models import Field, Module
from records.choices import EventKind
from records.imports.mapping import ImportMap
from records.imports.problems import ImportFileError
from records.imports.reading import read_csv
from records.imports.report import ImportReport
from records.imports.services import records_import
from records.models import ProcessRun, Record, RecordEvent, UniqueValue
from records.services import record_update
from tests.factories import NOW, make_person
from tests.records.engine.conftest import World

HEADER = "id,deal,agent,stage,close,value\n"
ROWS = (
    "A1,Isdom,Moses Frase,Won,3/1/2017,1054\n"
    "A2,Cancity,Moses Frase,Engaging,,\n"
    "A3,Hatfan,Zane Levy,Prospecting,,\n"
)
MAP: dict[str, Any] = {
    "module": "deals",
    "name": ["deal"],
    "external_id": "id",
    "owner": "agent",
    "dates": "us",
    "columns": {"stage": "stage", "close": "closing", "value": "amount"},
    "values": {"stage": {"Won": "closed_won", "Engaging": "product_demo", "Prospecting": "qualification"}},
}


@pytest.fixture
def csv_file(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def bring_in(world: World, csv_file: Any) -> Any:
    """Import a text with the map above, or with parts of it replaced."""

    def run(content: str, **changes: Any) -> ImportReport:
        import_map = ImportMap.model_validate({**MAP, **changes})
        source = read_csv(csv_file(content))
        return records_import(source=source, import_map=import_map, actor=world.emma, now=NOW)

    return run


def reasons(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def state_of(external_id: str) -> tuple[str | None, bool]:
    record = Record.objects.select_related("state").get(external_id=external_id)
    return (record.state.key if record.state else None, record.run_id is not None)


class TestReading:
    def test_takes_a_byte_order_mark_semicolons_and_quoted_line_breaks(self, csv_file: Any) -> None:
        source = read_csv(csv_file('\ufeffname;note\r\n Ann ;"two\nlines"\r\n\r\nBob;\r\n'))
        assert source.columns == ("name", "note")
        assert [(row.line, dict(row.cells)) for row in source.rows] == [
            (2, {"name": "Ann", "note": "two\nlines"}),
            (5, {"name": "Bob", "note": ""}),
        ]

    def test_tells_rows_that_do_not_fit_the_header(self, csv_file: Any) -> None:
        source = read_csv(csv_file("a,b\n1,2\n1,2,3\n1\n"))
        assert [(problem.line, problem.reason) for problem in source.problems] == [
            (3, "it has 3 cells, the header has 2."),
            (4, "it has 1 cells, the header has 2."),
        ]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "The file is empty."),
            (b"\n\n", "The file is empty."),
            (b"name\nAnn\nAndr\xe9\n", "Line 3 holds the byte 0xE9, which is not UTF-8."),
            ("name\nAnn".encode("utf-16"), "Line 1 holds the byte 0xFF, which is not UTF-8."),
            (b"name,name\n", "The file has the column “name” twice."),
            (b"name,\n", "A column has no name in the first line of the file."),
            (b'name\n"open\n', "Line 2 is not CSV: unexpected end of data."),
        ],
    )
    def test_refuses_the_file(self, csv_file: Any, content: bytes, message: str) -> None:
        with pytest.raises(ImportFileError, match=message.replace(".", r"\.")):
            read_csv(csv_file(content))

    def test_refuses_a_large_file_before_reading_it(
        self, csv_file: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = csv_file("name\n" + "x" * 3 * 2**20)
        settings.IMPORT_MAX_BYTES = 2**20
        monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("was read"))
        with pytest.raises(ImportFileError, match="The file has 3 MB; at most 1 MB are read"):
            read_csv(path)

    def test_says_that_a_file_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ImportFileError, match="No such file"):
            read_csv(tmp_path / "none.csv")


class TestRecordsImport:
    def test_puts_records_at_the_state_of_their_stage(self, world: World, bring_in: Any) -> None:
        report = bring_in(HEADER + ROWS)
        assert (report.created, report.updated, report.unchanged, report.problems) == (3, 0, 0, [])
        assert state_of("A1") == ("closed_won", False)
        assert state_of("A2") == ("product_demo", True)
        assert state_of("A3") == ("qualification", True)
        won = Record.objects.get(external_id="A1")
        assert won.values == {"stage": "closed_won", "closing": "2017-03-01", "amount": 105400}
        assert (won.name, won.owner.name, won.created_by) == ("Isdom", "Moses Frase", world.emma)
        assert report.states == {"Closed won": 1, "Product demo": 1, "Qualification": 1}

    def test_writes_an_event_of_its_own_kind_and_fires_nothing(self, bring_in: Any) -> None:
        bring_in(HEADER + ROWS)
        record = Record.objects.get(external_id="A2")
        events = RecordEvent.objects.filter(record=record).order_by("pk")
        assert [event.kind for event in events] == [EventKind.IMPORT, EventKind.ENTER]
        assert events[1].to_state == record.state
        assert not ActionRun.objects.exists()

    def test_starts_at_the_start_state_where_the_stage_is_empty(self, bring_in: Any) -> None:
        bring_in(HEADER + "A1,Isdom,,,,\n")
        record = Record.objects.get()
        assert record.values == {"stage": "qualification"}
        assert record.run is not None

    def test_creates_people_who_cannot_sign_in(self, bring_in: Any) -> None:
        report = bring_in(HEADER + ROWS)
        person = User.objects.get(username="moses.frase")
        assert report.people_created == 2
        assert (person.first_name, person.last_name, person.is_active) == ("Moses", "Frase", True)
        assert not person.has_usable_password()

    def test_matches_people_by_full_name_or_sign_in_name(self, world: World, bring_in: Any) -> None:
        world.alice.last_name = "Martin"
        world.alice.save(update_fields=["last_name"])
        report = bring_in(HEADER + "A1,X\u00a0Y,alice\u00a0MARTIN,,,\nA2,Y,driss,,,\n")
        owners = Record.objects.order_by("external_id").values_list("owner__username", flat=True)
        assert (list(owners), report.people_created) == (["alice", "driss"], 0)

    def test_refuses_a_name_that_several_people_have(self, world: World, bring_in: Any) -> None:
        for username in ("ann", "ann2"):
            User.objects.filter(pk=make_person(username).pk).update(first_name="Ann")
        User.objects.filter(username="ann").update(username="first")
        report = bring_in(HEADER + "A1,X,Ann,,,\n")
        assert reasons(report) == ["line 2: several people are called “Ann”: write the sign-in name."]

    def test_gives_new_people_sign_in_names_of_their_own(self, world: World, bring_in: Any) -> None:
        make_person("moses.frase")
        bring_in(HEADER + ROWS)
        assert User.objects.get(first_name="Moses", last_name="Frase").username == "moses.frase.2"

    def test_changes_nothing_the_second_time(self, bring_in: Any) -> None:
        bring_in(HEADER + ROWS)
        before = list(Record.objects.order_by("pk").values())
        report = bring_in(HEADER + ROWS)
        assert (report.created, report.updated, report.unchanged) == (0, 0, 3)
        assert list(Record.objects.order_by("pk").values()) == before
        assert RecordEvent.objects.filter(kind=EventKind.IMPORT).count() == 3

    def test_updates_what_differs_and_says_so_in_an_event(self, bring_in: Any) -> None:
        bring_in(HEADER + ROWS)
        report = bring_in(HEADER + "A2,Cancity renamed,Zane Levy,Engaging,3/9/2017,12.50\n")
        assert (report.created, report.updated, report.unchanged) == (0, 1, 0)
        record = Record.objects.get(external_id="A2")
        assert (record.name, record.owner.name, record.revision) == ("Cancity renamed", "Zane Levy", 2)
        assert record.values == {"stage": "product_demo", "closing": "2017-03-09", "amount": 1250}
        event = RecordEvent.objects.filter(record=record).order_by("-pk")[0]
        assert event.kind == EventKind.IMPORT
        assert {change["field"] for change in event.changes} == {"name", "owner", "closing", "amount"}

    def test_leaves_alone_what_the_file_leaves_empty(self, bring_in: Any) -> None:
        bring_in(HEADER + "A1,Isdom,,Won,3/1/2017,1054\n")
        report = bring_in(HEADER + "A1,Isdom,,,,\n")
        assert (report.updated, report.unchanged) == (0, 1)

    def test_never_moves_a_record_that_is_in_a_process(self, world: World, bring_in: Any) -> None:
        bring_in(HEADER + "A1,Isdom,,Prospecting,,\n")
        report = bring_in(HEADER + "A1,Isdom,,Won,,99\n")
        assert (report.updated, report.kept_states) == (1, 1)
        record = Record.objects.get()
        assert record.values == {"stage": "qualification", "amount": 9900}
        assert state_of("A1") == ("qualification", True)

    def test_brings_a_record_in_when_its_stage_is_filled_in_later(self, world: World, bring_in: Any) -> None:
        world.drawing.process.is_active = False
        world.drawing.process.save(update_fields=["is_active"])
        bring_in(HEADER + "A1,Isdom,,,,\nA2,Cancity,,Won,,\n")
        assert state_of("A1") == (None, False)
        world.drawing.process.is_active = True
        world.drawing.process.save(update_fields=["is_active"])
        bring_in(HEADER + "A1,Isdom,,Engaging,,\nA2,Cancity,,Won,,\n")
        assert state_of("A1") == ("product_demo", True)
        assert state_of("A2") == (None, False)

    def test_tells_bad_rows_by_line_and_imports_the_others(self, bring_in: Any) -> None:
        bad = (
            "A1,Isdom,,Won,31/12/2017,1\n"
            "A2,Cancity,,Lost?,,1\n"
            "A3,,,Won,,1\n"
            "A4,Hatfan,,Won,,much\n"
            "A5,Good,,Won,,1\n"
            "A5,Again,,Won,,1\n"
            ",Codehow,,Won,,1\n"
            "A7,Short,,Won\n"
            "A8,Bell\a,,Won,,1\n"
        )
        report = bring_in(HEADER + bad)
        assert reasons(report) == [
            "line 2: close: “31/12/2017” is not a date like 12/31/2017.",
            "line 3: stage: “Lost?” is none of the choices.",
            "line 4: the name is empty.",
            "line 5: value: “much” is not a number.",
            "line 7: “A5” stands in line 6 already.",
            "line 8: id: an id is needed here.",
            "line 9: it has 4 cells, the header has 6.",
            "line 10: “Bell\a” can’t be a name.",
        ]
        assert list(Record.objects.values_list("name", flat=True)) == ["Good"]

    def test_stores_formulas_as_the_text_they_are(self, bring_in: Any) -> None:
        bring_in(HEADER + """A1,"=HYPERLINK(""http://x"")",,Won,,\n""")
        assert Record.objects.get().name == '=HYPERLINK("http://x")'

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"columns": {"stge": "stage"}}, "no column “stge”. Did you mean “stage”?"),
            ({"external_id": "ID"}, "no column “ID”. Did you mean “id”?"),
            ({"columns": {"value": "amuont"}}, "no field “amuont”. Did you mean “amount”?"),
            ({"columns": {"value": "created_at"}}, "“created_at” can’t be imported"),
            ({"columns": {"value": "amount", "close": "amount"}}, "Two columns are mapped to “amount”"),
            ({"module": "deal"}, "There is no module “deal”. Did you mean “deals”?"),
            ({"name": []}, "No column is mapped to “name”"),
        ],
    )
    def test_refuses_a_map_that_does_not_fit(self, bring_in: Any, changes: Any, message: str) -> None:
        people = User.objects.count()
        with pytest.raises(ImportFileError) as caught:
            bring_in(HEADER + ROWS, **changes)
        assert message in str(caught.value)
        assert (Record.objects.count(), User.objects.count()) == (0, people)

    def test_refuses_a_value_that_another_record_holds_for_its_own(self, world: World, bring_in: Any) -> None:
        world.module.fields.filter(key="reference").update(is_unique=True)
        world.deal(reference="C-1")
        columns = {"stage": "stage", "ref": "reference"}
        rows = "id,deal,stage,ref\nB1,X,,C-1\nB2,Y,,C-2\nB3,Z,,C-2\n"
        report = bring_in(rows, columns=columns, owner=None)
        assert reasons(report) == [
            "line 2: Contract reference: “C-1” belongs to another record.",
            "line 4: Contract reference: “C-2” belongs to another record.",
        ]
        bring_in("id,deal,stage,ref\nB2,Y,,C-3\n", columns=columns, owner=None)
        assert sorted(UniqueValue.objects.values_list("value", flat=True)) == ["C-1", "C-3"]

    def test_asks_new_records_for_required_fields_unless_told(self, world: World, bring_in: Any) -> None:
        world.module.fields.filter(key="amount").update(is_required=True)
        report = bring_in(HEADER + "A1,Isdom,,Won,,\n")
        assert reasons(report) == ["line 2: “Amount” is empty."]
        assert bring_in(HEADER + "A1,Isdom,,Won,,\n", allow_empty=True).created == 1

    def test_takes_option_labels_people_yes_and_no(self, world: World, bring_in: Any) -> None:
        Field.objects.create(module=world.module, key="paid", label="Paid", kind="boolean")
        columns = {"demo": "demo_status", "boss": "approver", "paid": "paid"}
        bring_in("id,deal,demo,boss,paid\nA1,X,DONE,claire,no\n", columns=columns, owner=None, values={})
        values = Record.objects.get().values
        assert values["demo_status"] == "done"
        assert values["approver"] == world.claire.pk
        assert values["paid"] is False

    def test_refuses_unknown_people_where_they_must_be_known(self, bring_in: Any) -> None:
        report = bring_in(HEADER + ROWS, match_people=True)
        assert reasons(report)[0] == "line 2: nobody is called “Moses Frase”."
        assert not Record.objects.exists()

    def test_writes_nothing_where_the_database_refuses(
        self, bring_in: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = User.objects.count()
        monkeypatch.setattr(RecordEvent.objects, "bulk_create", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring_in(HEADER + ROWS)
        assert (Record.objects.count(), User.objects.count()) == (0, people)

    def test_costs_the_same_for_ten_and_for_forty_rows(self, bring_in: Any) -> None:
        def rows(prefix: str, count: int, value: int) -> str:
            cells = ",Moses Frase,Engaging,3/1/2017,"
            return HEADER + "".join(f"{prefix}{n},Deal {n}{cells}{value}\n" for n in range(count))

        def cost(content: str) -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                bring_in(content)
            return len(queries)

        bring_in(HEADER + ROWS)
        assert cost(rows("B", 10, 1)) == cost(rows("C", 40, 1))
        assert cost(rows("B", 10, 2)) == cost(rows("C", 40, 2))
        assert cost(rows("B", 10, 2)) == cost(rows("C", 40, 2))


class TestLookups:
    @pytest.fixture
    def accounts(self, world: World) -> Module:
        module = Module.objects.create(
            key="accounts", label="Account", label_plural="Accounts", sharing="public"
        )
        Field.objects.create(
            module=module, key="parent", label="Parent", kind="lookup", settings={"module": "accounts"}
        )
        Field.objects.create(
            module=world.module,
            key="account",
            label="Account",
            kind="lookup",
            settings={"module": "accounts"},
        )
        return module

    def test_matches_by_name_and_creates_what_is_unknown(self, accounts: Module, bring_in: Any) -> None:
        bring_in(
            "name\nIsdom\n",
            module="accounts",
            name=["name"],
            external_id=None,
            owner=None,
            columns={},
            values={},
        )
        report = bring_in(
            "id,deal,account\nA1,X,Isdom\nA2,Y,Cancity\nA3,Z,\n",
            columns={"account": "account"},
            owner=None,
            values={},
        )
        assert report.lookups_created == {"Accounts": 1}
        names = dict(Record.objects.filter(module=accounts).values_list("pk", "name"))
        deals = Record.objects.exclude(module=accounts).order_by("external_id")
        assert [names.get(deal.values.get("account", 0)) for deal in deals] == ["Isdom", "Cancity", None]

    def test_refuses_unknown_names_where_they_must_match(self, accounts: Module, bring_in: Any) -> None:
        report = bring_in(
            "id,deal,account\nA1,X,Isdom\n",
            columns={"account": "account"}, owner=None, values={}, match_lookups=True,
        )  # fmt: skip
        assert reasons(report) == ["line 2: account: there is no “Isdom” in Accounts."]
        assert not Record.objects.exists()

    def test_points_to_rows_of_the_same_file_wherever_they_stand(
        self, accounts: Module, bring_in: Any
    ) -> None:
        text = "name,parent\nBluth,Acme\nAcme,\nBubba,Elsewhere\n"
        more: dict[str, Any] = {
            "module": "accounts",
            "name": ["name"],
            "external_id": "name",
            "owner": None,
            "values": {},
        }
        report = bring_in(text, columns={"parent": "parent"}, **more)
        assert (report.created, report.updated, report.lookups_created) == (3, 0, {"Accounts": 1})
        ids = {record.name: record for record in Record.objects.all()}
        assert ids["Bluth"].values == {"parent": ids["Acme"].pk}
        assert ids["Bubba"].values == {"parent": ids["Elsewhere"].pk}
        report = bring_in(text, columns={"parent": "parent"}, **more)
        assert (report.created, report.updated, report.unchanged) == (0, 0, 3)


class TestCommand:
    def run(self, *args: Any) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("import_records", *args, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def test_maps_columns_from_the_command_line(self, world: World, csv_file: Any) -> None:
        path = csv_file("Deal,Account,Close value,Closing\nBig,Isdom,1054.5,2017-03-01\nBad,Isdom,x,\n")
        out, err = self.run(
            str(path), "--module", "deals", "--map", "Account=name", "Deal=name",
            "--map", "Close value=amount", "--map", "Closing=closing", "Deal=reference", "--actor", "claire",
        )  # fmt: skip
        record = Record.objects.get()
        assert (record.name, record.owner) == ("Isdom – Big", world.claire)
        assert record.values == {
            "amount": 105450,
            "closing": "2017-03-01",
            "reference": "Big",
            "stage": "qualification",
        }
        assert "Deals: 1 created, 0 updated, 0 unchanged" in out
        assert "1 left out" in out
        assert err == "line 3: Close value: “x” is not a number.\n"

    def test_takes_a_map_file(self, world: World, csv_file: Any) -> None:
        plan = csv_file("module: deals\nname: [id]\ncolumns: {value: amount}\n", "map.yaml")
        self.run(str(csv_file("id,value\nA1,3\n")), "--map-file", str(plan))
        assert Record.objects.get().values["amount"] == 300

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--map", "id=name"], "Say with --module whose records these are."),
            (["--module", "deals", "--map", "idname"], "“idname” is no pair “CSV column=field”."),
            (["--module", "deals", "--map", "ID=name"], "Did you mean “id”?\nNothing was imported."),
            (["--module", "deals", "--map", "id=name", "--actor", "nobody"], "no active person “nobody”"),
        ],
    )
    def test_says_what_is_wrong(
        self, world: World, csv_file: Any, arguments: list[str], message: str
    ) -> None:
        with pytest.raises(CommandError) as caught:
            self.run(str(csv_file("id\nA1\n")), *arguments)
        assert message in str(caught.value)
        assert not Record.objects.exists()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("module: deals\nnames: [id]\n", "map.yaml: Line 2, names: This key is not known here."),
            ("- one\n", "map.yaml: keys with values are needed."),
            ("module: [\n", "map.yaml: Line 2: This is not YAML"),
        ],
    )
    def test_says_where_a_map_file_is_wrong(
        self, world: World, csv_file: Any, text: str, message: str
    ) -> None:
        with pytest.raises(CommandError) as caught:
            self.run(str(csv_file("id\nA1\n")), "--map-file", str(csv_file(text, "map.yaml")))
        assert message in str(caught.value)


class TestPeopleImport:
    def test_gives_managers_and_teams_and_changes_nothing_twice(self, world: World, csv_file: Any) -> None:
        path = csv_file(
            "agent,boss,office\nAnna Snelling,Dustin Brinkmann,Central\nZane Levy,claire,East\n,claire,\n"
        )
        out, err = StringIO(), StringIO()
        arguments = ["import_people", str(path), "--name", "agent", "--manager", "boss", "--team", "office"]
        call_command(*arguments, stdout=out, stderr=err)
        anna = User.objects.get(username="anna.snelling")
        assert anna.manager is not None
        assert anna.manager.name == "Dustin Brinkmann"
        assert [group.name for group in anna.groups.all()] == ["Central"]
        assert User.objects.get(username="zane.levy").manager == world.claire
        assert out.getvalue() == "People: 3 created, 0 updated, 0 unchanged\n  2 teams created\n"
        assert err.getvalue() == "line 4: the name is empty.\n"
        out = StringIO()
        call_command(*arguments, stdout=out, stderr=StringIO())
        assert out.getvalue() == "People: 0 created, 0 updated, 2 unchanged\n"

    def test_refuses_people_who_would_manage_themselves(self, world: World, csv_file: Any) -> None:
        path = csv_file("agent,boss\nAnna,Anna\n")
        err = StringIO()
        call_command("import_people", str(path), name="agent", manager="boss", stdout=StringIO(), stderr=err)
        assert err.getvalue() == "line 2: nobody can be their own manager.\n"


class TestDefinitions:
    def test_adds_what_is_missing_and_changes_nothing_that_is_there(
        self, world: World, bring_in: Any
    ) -> None:
        spec = {
            "key": "deals", "label": "Other", "label_plural": "Others",
            "fields": [
                {"key": "amount", "label": "Price", "kind": "currency", "settings": {"currency": "USD"}},
                {"key": "demo_status", "label": "Demo", "kind": "picklist",
                 "options": [{"key": "done", "label": "Over"}, {"key": "late", "label": "Late"}]},
                {"key": "product", "label": "Product", "kind": "lookup", "settings": {"module": "products"}},
            ],
        }  # fmt: skip
        products = {"key": "products", "label": "Product", "label_plural": "Products"}
        report = bring_in(
            HEADER + ROWS, modules=ImportMap.model_validate_json(as_json(products, spec)).modules
        )
        assert report.added == ["module Products", "option demo_status.late", "field deals.product"]
        module = module_def(Module.objects.get(key="deals"))
        assert (module.label, str(module.fields["amount"].label)) == ("Deal", "Amount")
        options = module.fields["demo_status"].options
        assert [option.label for option in options] == ["Planned", "Done", "Late"]

    def test_refuses_a_field_that_is_there_as_another_kind(self, world: World, bring_in: Any) -> None:
        spec = {"key": "deals", "label": "Deal", "label_plural": "Deals",
                "fields": [{"key": "amount", "label": "Amount", "kind": "text"}]}  # fmt: skip
        with pytest.raises(ImportFileError, match="“amount” is there already as “Currency”"):
            bring_in(HEADER + ROWS, modules=ImportMap.model_validate_json(as_json(spec)).modules)
        assert not Record.objects.exists()

    def test_lets_only_administrators_add_fields(self, world: World, csv_file: Any) -> None:
        spec = {"key": "products", "label": "Product", "label_plural": "Products"}
        import_map = ImportMap.model_validate_json(as_json(spec))
        source = read_csv(csv_file(HEADER + ROWS))
        with pytest.raises(ImportFileError, match="Only an administrator"):
            records_import(source=source, import_map=import_map, actor=world.alice, now=NOW)


def as_json(*modules: Any) -> str:
    import json

    return json.dumps({**MAP, "modules": list(modules)})


def test_an_imported_record_is_a_record_like_any_other(world: World, bring_in: Any) -> None:
    bring_in(HEADER + "A1,Isdom,alice,Prospecting,,\n")
    record = Record.objects.get()
    record_update(record_id=record.pk, changes={"amount": 500}, actor=world.alice, now=NOW)
    world.perform(record, "plan_demo", world.alice, data={"closing": "2026-12-01"})
    assert state_of("A1") == ("product_demo", True)
    assert ProcessRun.objects.get().record == record
