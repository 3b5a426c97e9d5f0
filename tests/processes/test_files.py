"""Process files: what is read, what is refused with its line, and that writing is the contrary of reading."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.choices import Colour, FieldKind, OwnerKind
from processes.files import ProcessFileError, parse_process_file, read_bytes, write_process_file
from processes.files.problems import Lines
from processes.files.reading import MAX_BYTES, load_yaml
from processes.files.specs import ProcessFile

DEMO = Path(__file__).parents[2] / "records" / "demo"

SMALL = """\
blueprint: 1
modules:
  - key: leads
    label: Lead
    label_plural: Leads
    fields:
      - key: status
        label: Status
        kind: picklist
        options:
          - {key: new, label: New}
          - {key: won, label: Won, colour: green}
process:
  key: follow_up
  name: Follow up
  module: leads
  state_field: status
  states:
    - {key: new, start: true}
    - {key: won, exit: true}
  transitions:
    - key: win
      name: Win
      from: [new]
      to: won
      owners:
        dynamic: [record_owner]
"""


keys = st.from_regex(r"\A[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,4})?\Z").map(lambda key: f"k{key}")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
labels = st.tuples(st.sampled_from("aZé0'\"#-"), texts).map(lambda parts: "".join(parts)[:30])
plain_values = st.one_of(texts, st.integers(-(10**17), 10**17), st.booleans())


@st.composite
def files(draw: st.DrawFn) -> ProcessFile:
    """Any file that the models accept, as they have normalised it."""
    states = draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    data = {
        "blueprint": 1,
        "modules": [
            {
                "key": "things",
                "label": draw(labels),
                "label_plural": draw(labels),
                "fields": [
                    {
                        "key": "kstage",
                        "label": draw(labels),
                        "kind": FieldKind.PICKLIST.value,
                        "help": draw(texts),
                        "options": [{"key": key, "label": draw(labels)} for key in states],
                    }
                ],
            }
        ],
        "process": {
            "key": draw(keys),
            "name": draw(labels),
            "module": "things",
            "state_field": "kstage",
            "description": draw(texts),
            "states": [{"key": key, "x": draw(st.none() | st.integers(-999, 999))} for key in states],
            "transitions": [
                {
                    "key": key,
                    "name": draw(labels),
                    "from": states[:1],
                    "to": states[-1],
                    "description": draw(texts),
                    "criteria": {"field": "kstage", "op": "is", "value": draw(plain_values)},
                    "during": [{"key": "note", "message": f"a{draw(texts)}"}],
                    "after": [{"key": "do", "kind": "task", "settings": {"title": draw(texts)}}],
                }
                for key in draw(st.lists(keys, max_size=2, unique=True))
            ],
        },
    }
    return ProcessFile.model_validate_json(json.dumps(data))


def problems(text: str) -> list[str]:
    with pytest.raises(ProcessFileError) as caught:
        parse_process_file(text.encode())
    return [str(problem) for problem in caught.value.problems]


class TestLoadYaml:
    def test_knows_the_line_of_each_value(self) -> None:
        data, lines = load_yaml(b"a: 1\nb:\n  - x\n  - {c: d}\n")
        assert data == {"a": 1, "b": ["x", {"c": "d"}]}
        assert [lines.problem(path, "").line for path in [("a",), ("b",), ("b", 0), ("b", 1, "c")]] == [
            1,
            2,
            3,
            4,
        ]

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("no", "no"),
            ("on", "on"),
            ("yes", "yes"),
            ("0.10", "0.10"),
            ("1e3", "1e3"),
            ("2026-11-24", "2026-11-24"),
            ("12:30", "12:30"),
            ("007", "007"),
            ("0x1f", "0x1f"),
            ("=", "="),
            ("42", 42),
            ("-7", -7),
            ("'42'", "42"),
            ("9" * 30, "9" * 30),
            ("true", True),
            ("'true'", "true"),
            ("null", None),
            ("", None),
        ],
    )
    def test_takes_few_words_for_more_than_text(self, text: str, value: Any) -> None:
        data, _lines = load_yaml(f"key: {text}\n".encode())
        assert data == {"key": value}
        assert type(data["key"]) is type(value)

    @pytest.mark.parametrize(
        ("content", "line", "reason"),
        [
            (b"a: &x 1\n", 1, "Anchors"),
            (b"a: 1\nb: *x\n", 2, "Aliases"),
            (b"a: !!python/object/apply:os.system [ls]\n", 1, "Tags"),
            (b"a: !secret x\n", 1, "Tags"),
            (b"a: ! x\n", 1, "Tags"),
            (b"a: 1\nb: 2\na: 3\n", 3, "given twice"),
            (b"a: 1\n---\nb: 2\n", 2, "one document"),
            (b"a: 1\n? [x]\n: 2\n", 2, "must be a text"),
            (b"a: 1\nb: caf\xe9\n", 2, "UTF-8"),
            (b"a: 1\nb: [\n", 3, "not YAML"),
            (b"a: 1\nb: \x01\n", 2, "control character"),
            (b"a: " + b"[" * 60 + b"]" * 60, 1, "nested too deeply"),
            (b"[" * 200_000, 1, "nested too deeply"),
        ],
    )
    def test_refuses_with_the_line(self, content: bytes, line: int, reason: str) -> None:
        with pytest.raises(ProcessFileError) as caught:
            load_yaml(content)
        (problem,) = caught.value.problems
        assert problem.line == line
        assert reason in problem.reason

    def test_refuses_a_file_that_multiplies_itself(self) -> None:
        laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
        with pytest.raises(ProcessFileError, match="Anchors"):
            load_yaml(f"a0: &a0 ha\n{laughs}\n".encode())

    def test_refuses_more_than_a_megabyte(self) -> None:
        with pytest.raises(ProcessFileError, match="larger than 1 MB"):
            load_yaml(b"#" * (MAX_BYTES + 1))

    def test_takes_a_byte_order_mark(self) -> None:
        assert load_yaml("\ufeffa: é\n".encode())[0] == {"a": "é"}


class TestReadBytes:
    def test_says_why_a_file_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(ProcessFileError, match="can’t be read: No such file"):
            read_bytes(tmp_path / "nothing.yaml")

    def test_reads_no_more_than_it_needs_to_refuse(self, tmp_path: Path) -> None:
        file = tmp_path / "large.yaml"
        file.write_bytes(b"#" * (MAX_BYTES * 2))
        assert len(read_bytes(file)) == MAX_BYTES + 1


class TestLines:
    def test_finds_the_value_around_what_is_missing(self) -> None:
        lines = Lines({(): 1, ("a",): 2, ("a", 0): 3})
        assert str(lines.problem(("a", 0, "name"), "Gone.")) == "Line 3, a.0.name: Gone."

    def test_passes_over_what_a_validator_adds(self) -> None:
        lines = Lines({(): 1, ("a",): 2, ("a", "days"): 3})
        assert str(lines.problem(("a", "DaysFromToday", "days"), "No.")) == "Line 3, a.days: No."


class TestParseProcessFile:
    def test_reads_the_small_file(self) -> None:
        file, _lines = parse_process_file(SMALL.encode())
        assert file.process.transitions[0].owners.dynamic[0].kind == OwnerKind.RECORD_OWNER
        assert file.modules[0].fields[0].options[1].colour == Colour.GREEN

    @pytest.mark.parametrize("text", ["", "- a\n", "word\n", "5\n"])
    def test_refuses_what_is_no_mapping(self, text: str) -> None:
        assert "begins with" in problems(text)[0]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("blueprint: 1", "blueprint: 2", "Line 1, blueprint: One of these is needed: 1."),
            ("    label: Lead\n", "", "Line 3, modules.0.label: This is missing."),
            ("label: Lead\n", "label: 12\n", "Line 4, modules.0.label: A text is needed"),
            ("label: Lead\n", "label: ''\n", "Line 4, modules.0.label: This must not be empty."),
            ("label: Lead\n", f"label: {'x' * 51}\n", "Line 4, modules.0.label: At most 50 characters."),
            ("label: Lead\n", "label: [a]\n", "Line 4, modules.0.label: A text is needed"),
            ("kind: picklist", "kind: colour", "Line 9, modules.0.fields.0.kind: One of these is needed"),
            ("key: status", "key: Status", "Line 7, modules.0.fields.0.key: “Status” is not written"),
            ("key: status", "key: a__b", "Line 7, modules.0.fields.0.key: “a__b” is not written"),
            ("key: status", "key: name", "Line 7, modules.0.fields.0.key: “name” is a name that Blueprint"),
            ("label: New}", "label: New, size: 3}", "Line 11, modules.0.fields.0.options.0.size: This key"),
            ("colour: green", "colour: pink", "Line 12, modules.0.fields.0.options.1.colour: One of these"),
            (
                "{key: won, label",
                "{key: new, label",
                "Line 12, modules.0.fields.0.options.1.key: “new” is given",
            ),
            ("kind: picklist", "kind: text", "Line 10, modules.0.fields.0.options: Only a picklist"),
            (
                "kind: picklist",
                "kind: picklist\n        settings: {currency: EUR}",
                "Line 10, modules.0.fields.0.settings.currency: A field of this kind has no such setting.",
            ),
            ("start: true", "start: maybe", "Line 19, process.states.0.start: Write true or false."),
            ("exit: true", "start: true", "Line 20, process.states.1.start: There can be one start state"),
            ("{key: won, exit", "{key: new, exit", "Line 20, process.states.1.key: “new” is given twice."),
            ("to: won", "to: lost", "Line 25, process.transitions.0.to: There is no state “lost”."),
            ("from: [new]", "from: [old]", "Line 24, process.transitions.0.from.0: There is no state “old”."),
            (
                "from: [new]",
                "from: [new, new]",
                "Line 24, process.transitions.0.from.1: “new” is given twice.",
            ),
            ("from: [new]", "from: new", "Line 24, process.transitions.0.from: A list is needed."),
            ("      from: [new]\n", "", "Line 22, process.transitions.0: Say where the transition starts"),
            (
                "[record_owner]",
                "[nobody]",
                "Line 27, process.transitions.0.owners.dynamic.0.kind: One of these",
            ),
            (
                "[record_owner]",
                "[user_field]",
                "Line 27, process.transitions.0.owners.dynamic.0: “field” goes",
            ),
            (
                "[record_owner]",
                "[{kind: creator, whole_chain: true}]",
                "Line 27, process.transitions.0.owners.dynamic.0: “whole_chain” goes",
            ),
        ],
    )
    def test_refuses_with_line_path_and_reason(self, old: str, new: str, expected: str) -> None:
        assert SMALL.count(old) == 1
        assert problems(SMALL.replace(old, new))[0].startswith(expected)

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ("criteria: {field: status, op: near, value: x}", "criteria: “near” is no operator."),
            ("criteria: {all: []}", "criteria: The group “all” needs a list"),
            ("criteria: [a]", "criteria: Keys with values are needed."),
            ("during: [{key: a}]", "during.0: Each item is either"),
            ("during: [{message: a, field: b}]", "during.0: Each item is either"),
            ("during: [{message: a, required: true}]", "during.0: A message asks for nothing"),
            ("during: [{field: a}, {field: a}]", "during.1: “a” is given twice."),
            (
                "during: [{field: a, refuse_when: [{criteria: {}, message: No}]}]",
                "criteria: This must not be",
            ),
            ("after: [{kind: fax}]", "after.0.kind: There is no kind of action “fax”."),
            ("after: [{kind: task}]", "after.0.settings.title: This is missing."),
            ("after: [{kind: task, settings: {title: a, colour: b}}]", "after.0.settings.colour: This key"),
            ("after: [{kind: task, delay: -1, settings: {title: a}}]", "after.0.delay: At least 0."),
            ("after: [{kind: task, delay: soon, settings: {title: a}}]", "after.0.delay: A whole number"),
            (
                "after: [{key: a, kind: task, settings: {title: b}}, {key: a, kind: task}]",
                "after.1: “a” is given twice.",
            ),
        ],
    )
    def test_refuses_what_a_transition_cannot_have(self, more: str, expected: str) -> None:
        (problem, *_others) = problems(f"{SMALL}      {more}\n")
        assert problem.startswith("Line 28, process.transitions.0.")
        assert expected in problem

    def test_tells_every_problem_in_the_order_of_lines(self) -> None:
        found = problems(SMALL.replace("to: won", "to: lost").replace("key: status", "key: owner"))
        assert [problem.split(",")[0] for problem in found] == ["Line 7", "Line 25"]

    def test_needs_the_currency_and_the_target_of_a_lookup(self) -> None:
        more = "      - {key: a, label: A, kind: lookup}\n      - {key: b, label: B, kind: currency}\n"
        found = problems(SMALL.replace("process:\n", f"{more}process:\n", 1))
        assert "A lookup needs the setting" in found[0]
        assert "A currency field needs the setting" in found[1]

    def test_gives_each_item_and_action_its_own_key(self) -> None:
        more = "      after: [{kind: task, settings: {title: a}}, {kind: task, settings: {title: b}}]\n"
        file, _lines = parse_process_file((SMALL + more).encode())
        assert len(file.process.transitions[0].after) == 2

    @settings(max_examples=300, deadline=None)
    @given(place=st.integers(0, len(SMALL)), cut=st.integers(0, 20), more=st.binary(max_size=12))
    def test_refuses_whatever_else_there_may_be(self, place: int, cut: int, more: bytes) -> None:
        content = SMALL.encode()
        try:
            file, _lines = parse_process_file(content[:place] + more + content[place + cut :])
        except ProcessFileError:
            return
        assert parse_process_file(write_process_file(file))[0] == file

    def test_tidies_texts(self) -> None:
        file, _lines = parse_process_file(SMALL.replace("name: Win", 'name: "  e\u0301t\\te  "').encode())
        assert file.process.transitions[0].name == "\u00e9t e"


class TestWriteProcessFile:
    @pytest.mark.parametrize("name", ["deal_closing.en.yaml", "deal_closing.fr.yaml"])
    def test_gives_the_bytes_of_the_demo(self, name: str) -> None:
        content = (DEMO / name).read_bytes()
        assert write_process_file(parse_process_file(content)[0]) == content

    def test_leaves_defaults_out_and_keeps_lines_whole(self) -> None:
        text = write_process_file(parse_process_file(SMALL.encode())[0]).decode()
        assert text == SMALL

    @settings(max_examples=150, deadline=None)
    @given(file=files())
    def test_is_the_contrary_of_reading(self, file: ProcessFile) -> None:
        written = write_process_file(file)
        again, _lines = parse_process_file(written)
        assert again == file
        assert write_process_file(again) == written
        # Other tools read the same file: nothing in it means something else to them.
        assert yaml.safe_load(written)["process"]["name"] == file.process.name
