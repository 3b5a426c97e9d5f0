"""Typed values: what each kind stores, accepts, refuses and shows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from processes.choices import FieldKind
from processes.definition import FieldDef, FieldSettings, Option
from processes.fields import Stored, decimals_of, kind_of
from tests.processes.criteria.sample import STORED, make_field

NBSP = "\u00a0"
K = FieldKind
TEXT = make_field("t", K.TEXT)
LONG = make_field("t", K.LONG_TEXT)
INTEGER = make_field("n", K.INTEGER)
DECIMAL = make_field("n", K.DECIMAL)
MONEY = make_field("n", K.CURRENCY)
PERCENT = make_field("n", K.PERCENT)
BOOLEAN = make_field("b", K.BOOLEAN)
DATE = make_field("d", K.DATE)
DATETIME = make_field("d", K.DATETIME)
PICKLIST = make_field("p", K.PICKLIST)
MULTI = make_field("p", K.MULTI_SELECT)
USER = make_field("u", K.USER)
LOOKUP = make_field("r", K.LOOKUP)
LIMITED = make_field("n", K.PERCENT, settings=FieldSettings(minimum="0", maximum="25"))
NEXT_YEAR = make_field("d", K.DATE, settings=FieldSettings(minimum="2027-01-01", maximum="2027-12-31"))
NAMES = {("user", 7): "Alice Martin", ("record", 9): "Northwind"}


def typed(field: FieldDef, text: Any, *, required: bool = False, stored: Stored | None = None) -> Any:
    """What is stored when somebody types `text` into the field's input."""
    kind = kind_of(field)
    return kind.clean(field, kind.form_field(field, required=required, stored=stored).clean(text))


class TestFromPlain:
    @pytest.mark.parametrize(
        ("field", "plain", "stored"),
        [
            (TEXT, "  Café ", "Caf\u00e9"),
            (TEXT, "Cafe\u0301", "Caf\u00e9"),
            (TEXT, 42, "42"),
            (TEXT, "   ", None),
            (LONG, "a\r\nb\tc", "a\nb\tc"),
            (INTEGER, 12, 12),
            (INTEGER, "-3", -3),
            (INTEGER, "12.00", 12),
            (INTEGER, 0, 0),
            (DECIMAL, "25.5", 2550),
            (DECIMAL, 0.1, 10),
            (MONEY, "48000", 4_800_000),
            (MONEY, "9999999999999.99", 999_999_999_999_999),
            (PERCENT, "25", 2500),
            (PERCENT, "", None),
            (BOOLEAN, True, True),
            (BOOLEAN, "false", False),
            (BOOLEAN, "", None),
            (DATE, "2026-12-31", "2026-12-31"),
            (DATE, date(2026, 12, 31), "2026-12-31"),
            (DATETIME, "2026-12-31T16:30:00+01:00", "2026-12-31T15:30:00Z"),
            (DATETIME, "2026-12-31T16:30", "2026-12-31T16:30:00Z"),
            (PICKLIST, "a", "a"),
            (PICKLIST, "c", "c"),
            (MULTI, ["b", "a", "b"], ["a", "b"]),
            (MULTI, "b", ["b"]),
            (MULTI, [], None),
            (make_field("e", K.EMAIL), "a@example.com", "a@example.com"),
            (make_field("e", K.PHONE), "+33 (0)1 23-45 ext. 6", "+33 (0)1 23-45 ext. 6"),
            (make_field("e", K.URL), "example.com/a?b=c", "https://example.com/a?b=c"),
            (USER, 7, 7),
            (LOOKUP, "9", 9),
            (make_field("f", K.FILE), "0f3c", "0f3c"),
        ],
    )
    def test_stores(self, field: FieldDef, plain: Any, stored: Stored | None) -> None:
        assert kind_of(field).from_plain(field, plain) == stored

    @pytest.mark.parametrize(
        ("field", "plain", "message"),
        [
            (TEXT, "a\x00b", "can’t be shown"),
            (TEXT, "a\nb", "can’t be shown"),
            (TEXT, "a\ud800b", "can’t be shown"),
            (LONG, "a\x07b", "can’t be shown"),
            (TEXT, "x" * 256, "at most 255 characters"),
            (LONG, "x" * 10_001, "at most 10000 characters"),
            (TEXT, True, "does not fit"),
            (TEXT, ["a"], "does not fit"),
            (INTEGER, "1.5", "whole number"),
            (INTEGER, "1e3", "not a number"),
            (INTEGER, True, "does not fit"),
            (INTEGER, "1" * 16, "at most 15 digits"),
            (DECIMAL, float("inf"), "does not fit"),
            (DECIMAL, "1.234", "at most 2 decimals"),
            (DECIMAL, "1.000000000000000000000000000000001", "at most 2 decimals"),
            (MONEY, "10000000000000", "at most 13 digits"),
            (MONEY, "10,5", "not a number"),
            (LIMITED, "25.5", f"at most 25{NBSP}%"),
            (LIMITED, "-1", f"at least 0{NBSP}%"),
            (BOOLEAN, "maybe", "does not fit"),
            (BOOLEAN, 1, "does not fit"),
            (DATE, "31/12/2026", "not a date"),
            (DATE, "2026-02-30", "not a date"),
            (DATE, "20261231", "not a date"),
            (NEXT_YEAR, "2026-12-31", "must not be before"),
            (NEXT_YEAR, "2028-01-01", "must not be after"),
            (DATETIME, "2026-12-31", "with a time"),
            (DATETIME, "0001-01-01T00:00:00+10:00", "does not fit"),
            (PICKLIST, "z", "none of the choices"),
            (PICKLIST, 3, "does not fit"),
            (MULTI, ["a", "z"], "none of the choices"),
            (make_field("e", K.EMAIL), "nobody", "e-mail address"),
            (make_field("e", K.PHONE), "<script>123", "phone number"),
            (make_field("e", K.PHONE), "12", "phone number"),
            (make_field("e", K.URL), "javascript:alert(1)", "web address"),
            (make_field("e", K.URL), "ftp://example.com", "web address"),
            (USER, "alice", "does not fit"),
            (USER, 0, "does not fit"),
            (LOOKUP, 2**63, "does not fit"),
            (LOOKUP, "٣", "does not fit"),
        ],
    )
    def test_refuses_with_a_sentence(self, field: FieldDef, plain: Any, message: str) -> None:
        with pytest.raises(ValidationError) as refused:
            kind_of(field).from_plain(field, plain)
        assert message in " ".join(refused.value.messages)

    def test_takes_no_more_than_the_settings_say(self) -> None:
        short = make_field("t", K.TEXT, settings=FieldSettings(max_length=3))
        unique = make_field("t", K.URL, is_unique=True)
        assert kind_of(short).from_plain(short, "abc") == "abc"
        for field, text in ((short, "abcd"), (unique, "https://example.com/" + "x" * 240)):
            with pytest.raises(ValidationError):
                kind_of(field).from_plain(field, text)

    def test_scales_by_the_decimals_of_the_field(self) -> None:
        yen = make_field("n", K.CURRENCY, settings=FieldSettings(currency="JPY", decimals=0))
        assert (decimals_of(yen), decimals_of(MONEY), decimals_of(INTEGER)) == (0, 2, 0)
        assert kind_of(yen).from_plain(yen, "500") == 500


class TestDisplay:
    @pytest.mark.parametrize(
        ("field", "stored", "english", "french"),
        [
            (TEXT, "Café", "Café", "Café"),
            (INTEGER, 1_234_567, "1,234,567", "1\u202f234\u202f567"),
            (DECIMAL, -123_450, "-1,234.50", "-1\u202f234,50"),
            (MONEY, 4_800_000, f"48,000.00{NBSP}€", f"48\u202f000,00{NBSP}€"),
            (PERCENT, 2500, f"25{NBSP}%", f"25{NBSP}%"),
            (PERCENT, 1250, f"12.5{NBSP}%", f"12,5{NBSP}%"),
            (DATE, "2026-12-03", "3 Dec 2026", "3 déc. 2026"),
            (DATETIME, "2026-12-31T23:30:00Z", "1 Jan 2027, 00:30", "1 jan. 2027, 00:30"),
            (PICKLIST, "c", "Gamma", "Gamma"),
            (PICKLIST, "gone", "gone", "gone"),
            (MULTI, ["a", "b"], "Alpha, Beta", "Alpha, Beta"),
            (USER, 7, "Alice Martin", "Alice Martin"),
            (LOOKUP, 9, "Northwind", "Northwind"),
        ],
    )
    def test_is_in_the_readers_format(
        self, field: FieldDef, stored: Stored, english: str, french: str
    ) -> None:
        for language, expected in (("en", english), ("fr", french)):
            with translation.override(language), timezone.override("Europe/Paris"):
                assert kind_of(field).display(field, stored, NAMES) == expected

    @pytest.mark.parametrize(
        ("code", "shown"), [("USD", "$"), ("GBP", "£"), ("CHF", "CHF"), ("SEK", "SEK"), (None, "")]
    )
    def test_puts_the_currency_behind(self, code: str | None, shown: str) -> None:
        field = make_field("n", K.CURRENCY, settings=FieldSettings(currency=code))
        text = kind_of(field).display(field, 100, {})
        assert text == (f"1.00{NBSP}{shown}" if shown else "1.00")

    def test_says_yes_and_no(self) -> None:
        assert kind_of(BOOLEAN).display(BOOLEAN, True, {}) == "Yes"
        assert kind_of(BOOLEAN).display(BOOLEAN, False, {}) == "No"

    def test_names_what_is_gone(self) -> None:
        assert kind_of(USER).display(USER, 1, {}) == "(deleted)"
        assert kind_of(LOOKUP).display(LOOKUP, 7, NAMES) == "(deleted)"


class TestNumberInput:
    @pytest.mark.parametrize(
        ("language", "text", "stored"),
        [
            ("en", "1,234.5", 123_450),
            ("en", "1234.50", 123_450),
            ("en", " 1 234.5 ", 123_450),
            ("en", "-5", -500),
            ("en", "\u22125", -500),
            ("en", "48,000.00 €", 4_800_000),
            ("en", "EUR 48,000", 4_800_000),
            ("en", "", None),
            ("en", "0", 0),
            ("en", "7.", 700),
            ("fr", "1 234,5", 123_450),
            ("fr", "1\u202f234,5", 123_450),
            ("fr", "1\u00a0234,5", 123_450),
            ("fr", "1\u2009234\u202f567,5", 123_456_750),
            ("fr", "1234.5", 123_450),
            ("fr", "48 000,00 €", 4_800_000),
        ],
    )
    def test_reads_the_readers_format(self, language: str, text: str, stored: int | None) -> None:
        with translation.override(language):
            assert typed(MONEY, text) == stored

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "1,5"), ("en", "1,23,456"), ("en", "12 34"), ("en", "1,234 567"), ("en", "abc"),
            ("en", "1e5"), ("en", "٣"), ("en", "1..2"), ("en", "--1"), ("en", "NaN"), ("en", "Infinity"),
            ("en", "1" * 400), ("en", "€"), ("en", "1 $"), ("fr", "1.234,50"), ("fr", "1,234.50"),
            ("fr", "1,2,3"),
        ],
    )  # fmt: skip
    def test_refuses_garbage(self, language: str, text: str) -> None:
        with (
            translation.override(language),
            pytest.raises(ValidationError),
        ):
            typed(MONEY, text, required=True)

    def test_takes_a_percent_sign(self) -> None:
        assert typed(PERCENT, "25 %") == typed(PERCENT, "25%") == 2500


class TestDatetimeInput:
    @pytest.fixture(autouse=True)
    def in_paris(self) -> Any:
        with timezone.override("Europe/Paris"):
            yield

    def test_reads_the_readers_zone(self) -> None:
        assert typed(DATETIME, "2026-07-01T10:00") == "2026-07-01T08:00:00Z"

    @pytest.mark.parametrize("text", ["2026-03-29T02:30", "2026-13-01T10:00", "tomorrow", "0001-01-01T00:00"])
    def test_refuses_what_is_no_moment(self, text: str) -> None:
        with pytest.raises(ValidationError):
            typed(DATETIME, text)

    def test_takes_the_first_of_an_hour_that_comes_twice(self) -> None:
        assert typed(DATETIME, "2026-10-25T02:30") == "2026-10-25T00:30:00Z"

    def test_keeps_the_second_of_them_when_it_was_left_alone(self) -> None:
        stored = "2026-10-25T01:30:00Z"
        assert typed(DATETIME, "2026-10-25T02:30", stored=stored) == stored


class TestChoices:
    def choices(self, field: FieldDef, **kwargs: Any) -> list[str]:
        made = kind_of(field).form_field(field, **kwargs)
        assert isinstance(made, forms.ChoiceField | forms.MultipleChoiceField)
        return [str(key) for key, _label in made.choices]  # type: ignore[union-attr,misc]

    def test_offers_options_in_use_and_none(self) -> None:
        assert self.choices(PICKLIST, required=False) == ["", "a", "b"]
        assert self.choices(PICKLIST, required=False, stored="c") == ["", "a", "b", "c"]
        assert self.choices(PICKLIST, required=False, stored="gone") == ["", "a", "b", "gone"]
        assert self.choices(MULTI, required=False, stored=["c"]) == ["a", "b", "c"]

    def test_never_preselects_a_required_answer(self) -> None:
        assert self.choices(PICKLIST, required=True) == ["", "a", "b"]
        assert self.choices(PICKLIST, required=True, stored="a") == ["a", "b"]
        assert self.choices(BOOLEAN, required=True) == ["", "true", "false"]
        assert self.choices(BOOLEAN, required=True, stored=False) == ["true", "false"]

    @pytest.mark.parametrize("field", [BOOLEAN, PICKLIST, MULTI, TEXT, MONEY, DATE, DATETIME, LOOKUP])
    def test_refuses_an_empty_answer_that_is_required(self, field: FieldDef) -> None:
        with pytest.raises(ValidationError):
            typed(field, [] if field is MULTI else "", required=True)

    def test_takes_no_and_zero_for_answers(self) -> None:
        assert typed(BOOLEAN, "false", required=True) is False
        assert typed(MONEY, "0", required=True) == 0

    def test_refuses_an_archived_option_that_the_record_does_not_have(self) -> None:
        with pytest.raises(ValidationError):
            typed(PICKLIST, "c")
        assert typed(PICKLIST, "c", stored="c") == "c"

    @pytest.mark.django_db
    def test_offers_active_people_and_the_current_one(self) -> None:
        alice = User.objects.create(username="alice")
        bruno = User.objects.create(username="bruno", is_active=False)
        assert typed(USER, str(alice.pk)) == alice.pk
        assert typed(USER, str(bruno.pk), stored=bruno.pk) == bruno.pk
        with pytest.raises(ValidationError):
            typed(USER, str(bruno.pk))
        html = kind_of(USER).form_field(USER, required=False).widget.render("owner", None)
        assert "-None-" in html
        assert "bruno" not in html


class TestWidgets:
    @pytest.mark.parametrize(
        ("field", "expected"),
        [
            (TEXT, ['class="input"', 'maxlength="255"']),
            (LONG, ["<textarea", 'class="textarea"']),
            (MONEY, ['class="input"', 'inputmode="decimal"', 'type="text"']),
            (DATE, ['type="date"', 'value="2026-12-31"']),
            (DATETIME, ['type="datetime-local"', 'value="2026-12-31T16:30"']),
            (PICKLIST, ["<select", 'class="select"']),
            (MULTI, ['type="checkbox"', 'class="check"']),
            (make_field("e", K.EMAIL), ['type="email"']),
            (make_field("e", K.PHONE), ['type="tel"']),
        ],
    )
    def test_carry_the_looks_classes(self, field: FieldDef, expected: list[str]) -> None:
        values: dict[FieldDef, Stored] = {DATE: "2026-12-31", DATETIME: "2026-12-31T15:30:00Z", MULTI: ["a"]}
        kind = kind_of(field)
        made = kind.form_field(field, required=False)
        with timezone.override("Europe/Paris"):
            initial = kind.initial(field, values[field]) if field in values else None
        html = made.widget.render("x", initial)
        assert all(part in html for part in expected), html


@given(data=st.data(), language=st.sampled_from(["en", "fr"]), zone=st.sampled_from(["Europe/Paris", "UTC"]))
def test_a_value_survives_files_and_forms(data: st.DataObject, language: str, zone: str) -> None:
    """Stored → plain → stored, and stored → shown in the form → sent unchanged → stored."""
    kinds_in_forms = [kind for kind in FieldKind if kind not in {K.EMAIL, K.PHONE, K.URL, K.USER}]
    field = make_field("x", data.draw(st.sampled_from(kinds_in_forms)))
    kind = kind_of(field)
    stored = kind.from_plain(field, kind.to_plain(field, data.draw(STORED[field.kind])))
    assert stored is not None
    with translation.override(language), timezone.override(zone):
        assert kind.from_plain(field, kind.to_plain(field, stored)) == stored
        if field.kind == K.DATETIME and not "0002" < str(stored) < "9999":
            return  # No local time for every zone at the ends of the calendar.
        assert typed(field, kind.initial(field, stored), stored=stored) == stored
        assert kind.display(field, stored, {})


def test_python_values_are_what_their_kind_says() -> None:
    for field, stored, value in (
        (MONEY, 12_345, Decimal("123.45")),
        (INTEGER, 12, 12),
        (DATE, "2026-12-31", date(2026, 12, 31)),
        (DATETIME, "2026-12-31T10:00:00Z", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        (MULTI, ["a"], ["a"]),
        (BOOLEAN, False, False),
    ):
        assert kind_of(field).to_python(field, stored) == value


def test_an_option_that_moved_keeps_the_values_readable() -> None:
    field = make_field("p", K.MULTI_SELECT, options=(Option(key="b", label="B"), Option(key="a", label="A")))
    assert kind_of(field).clean(field, ["a", "b"]) == ["b", "a"]
