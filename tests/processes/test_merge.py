"""Merge fields: what may be written, what is printed, and what hostile texts come to."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from processes.choices import FieldKind
from processes.merge import MergeValue, check_text, header, merge_paths, render, render_report
from tests.processes.criteria.sample import MODULE, make_field, make_module

NBSP = "\u00a0"
PATHS = frozenset({"record.name", "record.amount", "record.owner.name", "actor.name"})
CONTEXT: dict[str, Any] = {
    "record": {
        "name": "Northwind <b>",
        "amount": MergeValue(f"48,000.00{NBSP}€", Decimal("48000.00")),
        "rate": MergeValue("0.125", Decimal("0.125")),
        "count": MergeValue("12", 12),
        "closing": MergeValue("3 Dec 2026", date(2026, 12, 3)),
        "called": MergeValue("3 Dec 2026, 11:00", datetime(2026, 12, 3, 10, tzinfo=UTC)),
        "blank": "",
        "owner": {"name": "Alice Martin", "email": "alice@example.com"},
    },
    "actor": {"name": "Bruno"},
}

HOSTILE = [
    "{{7*7}}", "{{ 7 }}", "{{ 'x' }}", "{{ -record.amount }}", "{{ record.name ~ record.name }}",
    "{{ record.name + 'x' }}", "{{ record.name == 'x' }}", "{{ not record.name }}", "{{ record.name in [] }}",
    "{{ record.name if actor.name }}", "{{ [record.name] }}", "{{ (record.name, 1) }}", "{{ {'a': 1} }}",
    "{{ record['name'] }}", "{{ record.name[0] }}", "{{ record.name.upper() }}", "{{ range(9) }}",
    "{{ record.__class__ }}", "{{ record._private }}", "{{ __import__ }}",
    "{{ record.name.__init__.__globals__ }}",
    "{{ record|attr('name') }}", "{{ record.name|map('upper') }}", "{{ record.name|format(1) }}",
    "{{ record.name|replace('a', 'b') }}", "{{ record.name|safe }}", "{{ record.name|default(actor.name) }}",
    "{{ record.name|default('a' ~ 'b') }}", "{{ record.name|default(value='x') }}",
    "{{ record.name|default(*x) }}",
    "{{ record.name|truncate }}", "{{ record.name|truncate(-1) }}", "{{ record.name|truncate(10**9) }}",
    "{{ record.name|truncate(1000000) }}", "{{ record.name|truncate(true) }}", "{{ record.name|upper('x') }}",
    "{{ record.amount|number(99) }}", "{{ record.name is defined }}", "{{ record.name is string }}",
    "{% for x in record %}{{ x }}{% endfor %}", "{% if record %}{% endif %}", "{% set x = 1 %}",
    "{% include 'x' %}", "{% extends 'x' %}", "{% import 'x' as x %}", "{% macro x() %}{% endmacro %}",
    "{% call x() %}{% endcall %}", "{% filter upper %}x{% endfilter %}", "{% block x %}{% endblock %}",
    "{% raw %}{% endraw %}{{ 1 }}", "{% do x %}", "{% with x = 1 %}{% endwith %}",
    "{% autoescape false %}{% endautoescape %}",
    "{{", "{{ }}", "{{ record. }}", "{{ record.name", "}} {{ %}", "{% ", "{{ " + "1" * 5000 + " }}",
    "{{ record.name|nope }}",

    "{{" + "(" * 3000 + "record" + ")" * 3000 + "}}", "{{ record" + ".a" * 5000 + " }}",
    "{{ record.name" + "|upper" * 3000 + " }}", "{{ 9**99999999 }}", "{{ " + "not " * 4000 + "record }}",
    "x" * 20_001,
]  # fmt: skip


class TestCheckText:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Nothing to fill in, 100 % {sure}.",
            "Dear {{ record.owner.name }}, {{record.name|upper}} costs {{ record.amount | money('USD') }}.",
            "{{ record.name|default('nothing')|truncate(20)|title }}",
            "Room {#5} {{- actor.name -}} ",
            "{% raw %}{{ shown as it is }}{% endraw %}",
        ],
    )
    def test_accepts(self, text: str) -> None:
        assert check_text(text, PATHS) == []

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
    def test_refuses_everything_else(self, text: str) -> None:
        problems = check_text(text, PATHS)
        assert len(problems) == 1
        assert problems[0]

    def test_suggests_the_nearest_name(self) -> None:
        assert check_text("{{ record.amout }} {{ record.amout }}", PATHS) == [
            "There is no merge field “record.amout”. Did you mean “record.amount”?"
        ]
        assert check_text("{{ zzzzzz }}", PATHS) == ["There is no merge field “zzzzzz”."]

    def test_names_the_line(self) -> None:
        assert "Line 3" in check_text("a\n\n{{ 7*7 }}", PATHS)[0]

    def test_names_the_filters_there_are(self) -> None:
        assert "truncate" in check_text("{{ record.name|nope }}", PATHS)[0]


class TestMergePaths:
    def test_are_the_fields_in_use_and_those_of_people(self) -> None:
        old = make_field("old", FieldKind.TEXT, is_archived=True)
        paths = merge_paths(make_module(*MODULE.own_fields, old))
        assert {"record.name", "record.owner.name", "record.owner.email", "record.approver.email"} <= paths
        assert {"record.amount", "record.account.name", "actor.email", "process.name", "state.name"} <= paths
        assert "record.url" in paths
        assert not {"record.old", "record.amount.name", "record.account.email", "actor", "record"} & paths


class TestRender:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{{ record.name }}", "Northwind <b>"),
            ("{{ record.amount }}", f"48,000.00{NBSP}€"),
            ("{{ record.amount|money }}", f"48,000.00{NBSP}€"),
            ("{{ record.amount|money('USD') }}", f"48,000.00{NBSP}$"),
            ("{{ record.rate|money('EUR') }}", f"0.13{NBSP}€"),
            ("{{ record.amount|number }}", "48,000"),
            ("{{ record.rate|number(1) }}", "0.1"),
            ("{{ record.count|number(2) }}", "12.00"),
            ("{{ record.closing }}", "3 Dec 2026"),
            ("{{ record.closing|date('Y-m-d') }}", "2026-12-03"),
            ("{{ record.called|date }}", "3 Dec 2026"),
            ("{{ record.called|datetime }}", "3 Dec 2026, 11:00"),
            ("{{ record.name|date }}", "Northwind <b>"),
            ("{{ record.name|money }}", "Northwind <b>"),
            ("{{ record.name|upper }}", "NORTHWIND <B>"),
            ("{{ record.name|lower|title }}", "Northwind <B>"),
            ("{{ record.name|truncate(6) }}", "North…"),
            ("{{ record.name|truncate(60) }}", "Northwind <b>"),
            ("{{ record.owner.name }}", "Alice Martin"),
            ("{{ record.owner }}", "Alice Martin"),
            ("{{ record.blank|default('nothing') }}", "nothing"),
            ("{{ record.gone|default('nothing')|upper }}", "NOTHING"),
            ("{{ record.gone }}", "—"),
            ("{{ record.gone|upper }}", "—"),
            ("{{ record.gone.deep.down }}", "—"),
            ("{{ record.name.upper }}", "—"),
            ("{{ record }}", "Northwind <b>"),
            ("a\n{{ actor.name }}\n", "a\nBruno\n"),
        ],
    )
    def test_prints(self, text: str, expected: str) -> None:
        with timezone.override("Europe/Paris"):
            assert render(text, CONTEXT) == expected

    def test_prints_in_the_readers_format(self) -> None:
        with translation.override("fr"):
            assert render("{{ record.amount|number(2) }}", CONTEXT) == "48\u202f000,00"

    def test_escapes_html_the_authors_words_too(self) -> None:
        text = render("<i>{{ record.name }}</i> & {{ record.gone }}", CONTEXT, html=True)
        assert text == "&lt;i&gt;Northwind &lt;b&gt;&lt;/i&gt; &amp; —"
        assert isinstance(text, SafeString)

    def test_reports_what_is_missing(self) -> None:
        report = render_report("{{ record.gone }} {{ record.gone }} {{ record.gone|default('x') }}", CONTEXT)
        assert report.missing == ("record.gone",)
        assert render_report("{{ record.name }}", CONTEXT).missing == ()

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
    def test_shows_a_text_that_is_none_as_it_was_written(self, text: str) -> None:
        began = time.perf_counter()
        report = render_report(text, CONTEXT)
        assert (report.text, report.is_valid) == (text, False)
        assert time.perf_counter() - began < 1

    def test_never_asks_an_object_for_anything(self) -> None:
        class Model:
            name = "secret"
            deleted = False

            def delete(self) -> None:
                self.deleted = True

            def __str__(self) -> str:
                return "secret"

        model = Model()
        context = {"record": model, "list": [model], "odd": {"name": model}}
        text = "{{ record }}{{ record.name }}{{ record.delete }}{{ list }}{{ odd }}{{ odd.name|upper }}"
        assert render(text, context) == "—" * 6
        assert not model.deleted

    def test_cuts_off_what_is_too_long(self) -> None:
        context = {"a": "&" * 60_000}
        assert len(render("{{ a }}{{ a }}{{ a }}", context)) == 100_000
        html = render("{{ a }}", context, html=True)
        assert len(html) <= 100_000
        assert html.endswith("&amp;")

    @given(st.text(alphabet="{}%#|.'\"()[] \nrecodnam_0", max_size=60))
    def test_survives_any_text(self, text: str) -> None:
        report = render_report(text, CONTEXT)
        assert report.is_valid == (not [p for p in check_text(text, PATHS) if "no merge field" not in p])


def test_a_header_is_one_line() -> None:
    assert header("  Hello\r\nBcc: x@example.com\u2028\x00there\v ") == "Hello Bcc: x@example.com there"
