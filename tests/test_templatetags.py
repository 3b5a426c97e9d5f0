"""Tags and filters of every template."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation
from lucide import IconDoesNotExist

from accounts.models import User
from blueprint_project.moments import length_of_time, moment_in_words

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def rendered(source, **context):
    return Template(source).render(Context(context))


@dataclass
class State:
    label: str = "Closed <won>"
    colour: str = "green"
    step: str = "exit"


@dataclass
class Transition:
    key: str = "win"
    name: str = "Submit documents"
    to_state: State = None  # type: ignore[assignment]


class DealForm(forms.Form):
    amount = forms.DecimalField(label="Amount", help_text="Without <tax>.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], required=False)
    agreed = forms.BooleanField(label="Agreed")
    places = forms.MultipleChoiceField(
        label="Places", choices=[("p", "Paris"), ("l", "Lyon")], widget=forms.CheckboxSelectMultiple
    )
    stood = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("As a whole it doesn’t hold.")


class TestIcon:
    def test_is_drawn_inline_and_hidden_from_screen_readers(self):
        html = rendered('{% icon "x" "is-bad" %}')
        assert html.startswith('<svg class="icon is-bad" viewBox="0 0 24 24" aria-hidden="true"><path')
        assert "style=" not in html

    def test_is_refused_when_unknown(self):
        with pytest.raises(IconDoesNotExist):
            rendered('{% icon "no-such-icon" %}')

    def test_takes_no_markup_as_class(self):
        with pytest.raises(ValueError, match="can't be drawn"):
            rendered("{% icon 'x' css %}", css='"><script>')


class TestStatePill:
    def test_shows_colour_and_step(self):
        assert rendered("{% state_pill state large=True %}", state=State()) == (
            '<span class="state-pill is-large" data-colour="green" data-step="exit">Closed &lt;won&gt;</span>'
        )


class TestTransitionButton:
    def test_works_without_script_and_is_named_by_the_transition(self):
        html = rendered(
            '{% transition_button transition "/r/1/t/win/" forward=True %}',
            transition=Transition(to_state=State()),
        )
        assert 'type="submit"' in html
        assert 'formaction="/r/1/t/win/"' in html
        assert 'data-transition="win"' in html
        assert 'aria-label="Submit documents"' in html
        assert 'class="transition-button is-forward"' in html
        assert 'aria-hidden="true">Closed &lt;won&gt;</span>' in html

    def test_leaves_the_target_out_where_it_is_small(self):
        html = rendered(
            '{% transition_button transition "/x/" small=True %}', transition=Transition(to_state=State())
        )
        assert "is-small" in html
        assert "transition-to" not in html


class TestPerson:
    def test_tints_the_reader(self):
        alice, bruno = User(pk=1, username="alice"), User(pk=2, first_name="Bruno", last_name="Keller")
        assert 'class="avatar is-me"' in rendered("{% person p %}", p=alice, user=alice)
        html = rendered("{% person p %}", p=bruno, user=alice)
        assert html == (
            '<span class="person"><span class="avatar" aria-hidden="true">BK</span>Bruno Keller</span>'
        )


class TestDuration:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0, "under 1 min"),
            (59, "under 1 min"),
            (60, "1 min"),
            (3599, "59 min"),
            (3600, "1 h"),
            (22_320, "6 h 12 min"),
            (86_400, "1 d"),
            (367_200, "4 d 6 h"),
            (-5, "under 1 min"),
        ],
    )
    def test_says_two_units_at_most(self, seconds, words):
        with translation.override("en"):
            assert length_of_time(seconds).replace("\xa0", " ") == words

    def test_keeps_number_and_unit_together(self):
        assert rendered("{{ 367200|duration }}") == "4\xa0d 6\xa0h"

    def test_of_nothing_is_nothing(self):
        assert rendered("{{ x|duration }}{{ x|when }}{{ x|day }}{{ x|since }}", x=None) == ""


class TestWhen:
    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            (datetime(2026, 11, 24, 8, 14, tzinfo=UTC), "Today, 09:14"),
            (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Today, 00:30"),
            (datetime(2026, 11, 23, 16, 20, tzinfo=UTC), "Yesterday, 17:20"),
            (datetime(2026, 11, 25, 16, 20, tzinfo=UTC), "Tomorrow, 17:20"),
            (datetime(2026, 11, 20, 8, 52, tzinfo=UTC), "20 Nov, 09:52"),
            (datetime(2025, 11, 20, 8, 52, tzinfo=UTC), "20 Nov 2025, 09:52"),
        ],
    )
    def test_says_it_in_the_readers_zone(self, moment, words):
        with translation.override("en"), timezone.override("Europe/Paris"):
            assert moment_in_words(moment, NOW) == words

    def test_shortens_the_month_as_french_does(self):
        moment = datetime(2026, 11, 20, 8, 52, tzinfo=UTC)
        with translation.override("fr"), timezone.override("Europe/Paris"):
            assert moment_in_words(moment, NOW) == "20 nov., 09:52"

    def test_has_the_exact_time_for_machines(self, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: NOW)
        with translation.override("en"), timezone.override("Europe/Paris"):
            html = rendered("{% moment x %} {{ x|day }} {{ d|day }}", x=NOW, d=date(2026, 12, 11))
        assert '<time datetime="2026-11-24T10:30:00+01:00"' in html
        assert html.endswith(">Today, 10:30</time> Today 11 Dec")


class TestField:
    @pytest.fixture
    def form(self):
        return DealForm({"amount": "much", "stood": "1"})

    def test_ties_label_help_and_error_to_the_control(self, form):
        html = rendered("{% field form.amount %}", form=form)
        assert '<label for="id_amount">Amount' in html
        assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="id_amount_error" data-error-for="amount"' in html
        assert "Without &lt;tax&gt;." in html
        assert 'class="required"' in html

    def test_says_optional_in_words(self, form):
        html = rendered("{% field form.note %}", form=form)
        assert 'class="optional">optional<' in html
        assert 'class="textarea"' in html

    def test_shows_the_unit(self, form):
        form.fields["amount"].affix = "EUR"
        assert '<span class="affix" aria-hidden="true">EUR</span>' in rendered(
            "{% field form.amount %}", form=form
        )

    def test_dresses_each_control_by_its_kind(self, form):
        assert 'class="select"' in rendered("{% field form.kind %}", form=form)
        assert 'class="check"' in rendered("{% field form.agreed %}", form=form)
        html = rendered("{% field form.places %}", form=form)
        assert html.count('class="check"') == 2
        assert "<fieldset" in html
        assert "<legend>Places" in html

    def test_prints_a_hidden_one_bare(self, form):
        html = rendered("{% field form.stood %}", form=form).strip()
        assert html.startswith('<input type="hidden"')
        assert "label" not in html

    def test_is_dressed_once(self, form):
        rendered("{% field form.note %}", form=form)
        assert 'class="textarea"' in rendered("{% field form.note %}", form=form)


class TestErrorSummary:
    def test_leads_to_each_field(self):
        form = DealForm({"amount": "much"})
        html = rendered('{% error_summary form "Nothing has been moved yet." %}', form=form)
        assert 'role="alert"' in html
        assert "4 answers need your attention. Nothing has been moved yet." in html
        assert '<a href="#id_amount">Amount: Enter a number.</a>' in html
        assert 'href="#id_places_0"' in html
        assert "<li>As a whole it doesn’t hold.</li>" in html

    def test_is_silent_without_errors(self):
        assert rendered("{% error_summary form %}", form=DealForm()).strip() == ""
