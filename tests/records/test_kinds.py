"""Every kind of field, from the form over list and record page to the form again, and from a file."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from processes.choices import FieldKind
from processes.models import Module
from records.imports.mapping import ImportMap
from records.imports.problems import ImportFileError
from records.imports.reading import read_csv
from records.imports.services import records_import
from records.models import Record, RecordEvent
from tests.factories import NOW, make_record
from tests.records.engine.conftest import World
from tests.records.kinds import make_things

# Field, what is typed in English, what is stored, what is shown.
CASES: dict[str, tuple[Any, Any, str]] = {
    "text": (" Ann  ", "Ann", "Ann"),
    "long_text": ("first\r\nsecond", "first\nsecond", "first\nsecond"),
    "integer": ("1,200", 1200, "1,200"),
    "decimal": ("2.5", 2500, "2.500"),
    "currency": ("1,200.50", 120050, "1,200.50 €"),
    "percent": ("12.5", 1250, "12.5 %"),
    "boolean": ("false", False, "No"),
    "date": ("2026-12-24", "2026-12-24", "24 Dec 2026"),
    "datetime": ("2026-12-24T10:30", "2026-12-24T09:30:00Z", "24 Dec 2026"),
    "picklist": ("0", "0", "Zero"),
    "multi_select": (["done", "new"], ["new", "done"], "New, Done"),
    "email": ("Ann@example.com", "Ann@example.com", "Ann@example.com"),
    "phone": ("+33 1 23 45 67 89 ext 4", "+33 1 23 45 67 89 ext 4", "+33 1 23 45 67 89 ext 4"),
    "url": ("example.com/a?b=c", "https://example.com/a?b=c", "https://example.com/a?b=c"),
}


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def filled(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send for the form as it is."""
    form = one(page, "#record-form")
    data: dict[str, Any] = {}
    for tag in form.select("input[name]"):
        if tag.get("type") in {"checkbox", "radio"}:
            if tag.has_attr("checked"):
                data.setdefault(str(tag["name"]), []).append(str(tag["value"]))
        else:
            data[str(tag["name"])] = str(tag.get("value", ""))
    data |= {str(tag["name"]): tag.text.removeprefix("\n") for tag in form.select("textarea[name]")}
    for select in form.select("select[name]"):
        chosen = select.select("option[selected]")
        data[str(select["name"])] = str(chosen[0]["value"]) if chosen else ""
    return data


@pytest.fixture
def things(world: World) -> Module:
    return make_things()


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    return client


@pytest.fixture
def made(world: World, things: Module, alice: Client) -> Record:
    """A thing that was typed in, with a person and another record."""
    other = make_record(things, world.alice, "Other")
    data = filled(parsed(alice.get("/m/things/new/")))
    data |= {key: typed for key, (typed, _stored, _shown) in CASES.items()}
    data |= {"name": "One", "user": str(world.driss.pk), "lookup": str(other.pk)}
    assert alice.post("/m/things/new/", data).status_code == 303
    return Record.objects.get(name="One")


class TestForm:
    def test_covers_every_kind(self) -> None:
        assert CASES.keys() | {"user", "lookup", "file"} == set(FieldKind.values)

    def test_stores_what_was_typed(self, world: World, made: Record) -> None:
        other = Record.objects.get(name="Other")
        stored = {key: stored for key, (_typed, stored, _shown) in CASES.items()}
        assert made.values == {**stored, "user": world.driss.pk, "lookup": other.pk}

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_sent_again_as_it_is_changes_nothing(
        self, world: World, alice: Client, made: Record, language: str
    ) -> None:
        world.alice.language = language
        world.alice.save(update_fields=["language"])
        url = f"/r/{made.pk}/edit/"
        assert alice.post(url, filled(parsed(alice.get(url)))).status_code == 303
        same = Record.objects.get(pk=made.pk)
        assert (same.values, same.revision) == (made.values, made.revision)
        assert RecordEvent.objects.filter(record=made).count() == 1

    def test_empties_every_field(self, alice: Client, made: Record) -> None:
        url = f"/r/{made.pk}/edit/"
        data = filled(parsed(alice.get(url)))
        emptied = dict.fromkeys((*CASES, "user", "lookup"), "")
        del emptied["multi_select"], data["multi_select"]
        assert alice.post(url, data | emptied).status_code == 303
        assert Record.objects.get(pk=made.pk).values == {}

    def test_offers_several_choices_as_boxes(self, alice: Client, made: Record) -> None:
        page = parsed(alice.get(f"/r/{made.pk}/edit/"))
        group = one(page, "fieldset")
        assert one(group, "legend").text.startswith("The multi select")
        choices = group.select("label.choice")
        assert [label.text.strip() for label in choices] == ["New", "At work", "Zero", "Done"]
        assert all(label.select('input[type="checkbox"].check') for label in choices)
        checked = [str(box["value"]) for box in group.select("input[checked]")]
        assert checked == ["new", "done"]

    def test_groups_by_section(self, alice: Client, things: Module) -> None:
        page = parsed(alice.get("/m/things/new/"))
        first, second = page.select("#record-form section")
        assert not first.select("h2")
        assert one(second, "h2").text == "More"
        assert second.select('[name="url"]')
        assert not first.select('[name="url"]')

    def test_never_asks_for_a_file_and_keeps_the_one_there_is(self, alice: Client, made: Record) -> None:
        Record.objects.filter(pk=made.pk).update(values={**made.values, "file": "offer-7"})
        url = f"/r/{made.pk}/edit/"
        data = filled(parsed(alice.get(url)))
        assert "file" not in data
        alice.post(url, data | {"file": "another"})
        assert Record.objects.get(pk=made.pk).values["file"] == "offer-7"
        assert "offer-7" in one(parsed(alice.get(f"/r/{made.pk}/")), '[data-field="file"]').text


class TestRecordPage:
    def test_shows_every_kind(self, alice: Client, made: Record) -> None:
        page = parsed(alice.get(f"/r/{made.pk}/"))
        for key, (_typed, _stored, shown) in CASES.items():
            text = one(page, f'[data-field="{key}"] dd').get_text("\n", strip=True).replace("\u00a0", " ")
            assert shown in text, key
        assert one(page, '[data-field="user"] dd').text == "Driss"
        assert one(page, '[data-field="file"] dd').text == "Empty"
        other = Record.objects.get(name="Other")
        assert one(page, '[data-field="lookup"] a')["href"] == f"/r/{other.pk}/"

    def test_groups_by_section(self, alice: Client, made: Record) -> None:
        page = parsed(alice.get(f"/r/{made.pk}/"))
        assert "More" in [heading.text for heading in page.select("h2")]

    def test_links_addresses_and_numbers(self, alice: Client, made: Record) -> None:
        page = parsed(alice.get(f"/r/{made.pk}/"))
        url, mail, phone = (one(page, f'[data-field="{key}"] a') for key in ("url", "email", "phone"))
        assert (url["href"], url["rel"]) == ("https://example.com/a?b=c", ["noopener", "noreferrer"])
        assert mail["href"] == "mailto:Ann@example.com"
        assert phone["href"] == "tel:+33123456789"

    @pytest.mark.parametrize(
        ("key", "stored", "href"),
        [
            ("url", "javascript:alert(1)", None),
            ("url", "data:text/html,x", None),
            ("url", "HTTPS://EXAMPLE.COM", None),
            ("email", "a?bcc=b@example.com", "mailto:a%3Fbcc%3Db@example.com"),
            ("email", "a&b#c@example.com", "mailto:a%26b%23c@example.com"),
            ("phone", "ask 123 for Ann", None),
            ("phone", "*100#,12", None),
            ("phone", "(01) 23-45 x6", "tel:012345"),
        ],
    )
    def test_links_nothing_unsafe(
        self, world: World, alice: Client, things: Module, key: str, stored: str, href: str | None
    ) -> None:
        record = make_record(things, world.alice, "One", **{key: stored})
        cell = one(parsed(alice.get(f"/r/{record.pk}/")), f'[data-field="{key}"] dd')
        assert stored in cell.text
        assert [link["href"] for link in cell.select("a")] == ([href] if href else [])

    def test_keeps_the_lines_of_a_long_text(self, alice: Client, made: Record) -> None:
        cell = one(parsed(alice.get(f"/r/{made.pk}/")), '[data-field="long_text"] dd')
        assert cell.select("br")


class TestList:
    @pytest.mark.parametrize("key", [key for key in CASES if key != "long_text"])
    def test_shows_every_kind(self, alice: Client, made: Record, key: str) -> None:
        page = parsed(alice.get(f"/m/things/?sort={key}"))
        row = one(page, f'[data-record="{made.pk}"]')
        assert CASES[key][2] in row.get_text(" ", strip=True).replace("\u00a0", " ")


class TestImport:
    HEADER = "name,person,thing," + ",".join(CASES)
    MAP: dict[str, Any] = {
        "module": "things",
        "name": ["name"],
        "columns": {"person": "user", "thing": "lookup", **{key: key for key in CASES}},
        "dates": "iso",
    }

    def bring_in(self, world: World, folder: Path, row: str, **columns: str) -> list[str]:
        path = folder / "things.csv"
        path.write_text(f"{self.HEADER}\n{row}\n")
        columns = {**self.MAP["columns"], **columns}
        import_map = ImportMap.model_validate({**self.MAP, "columns": columns})
        report = records_import(source=read_csv(path), import_map=import_map, actor=world.emma, now=NOW)
        return [str(problem) for problem in report.problems]

    def test_reads_every_kind(self, world: World, things: Module, tmp_path: Path) -> None:
        other = make_record(things, world.emma, "Other")
        cells = [
            "Ann", '"first\nsecond"', '"1,200"', "2.5", '"1,200.50"', "12.5", "no", "2026-12-24",
            "2026-12-24 10:30", "zero", "done;New", "Ann@example.com", "+33 1 23 45 67 89 ext 4",
            "example.com/a?b=c",
        ]  # fmt: skip
        assert self.bring_in(world, tmp_path, f"One,driss,Other,{','.join(cells)}") == []
        stored = {key: stored for key, (_typed, stored, _shown) in CASES.items()}
        record = Record.objects.get(name="One")
        assert record.values == {**stored, "user": world.driss.pk, "lookup": other.pk}

    def test_leaves_out_rows_that_do_not_fit(self, world: World, things: Module, tmp_path: Path) -> None:
        make_record(things, world.emma, "Other")
        cells = ["One,driss,Other", "x", "x", "many", *([""] * 11)]
        [problem] = self.bring_in(world, tmp_path, ",".join(cells))
        assert "“many” is not a number" in problem
        assert not Record.objects.filter(name="One").exists()

    def test_takes_no_files(self, world: World, things: Module, tmp_path: Path) -> None:
        with pytest.raises(ImportFileError, match="can’t be imported"):
            self.bring_in(world, tmp_path, "", text="file")
