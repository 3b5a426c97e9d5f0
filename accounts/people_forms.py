"""Forms with which administrators manage people and teams."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import offer_reading
from accounts.models import Organisation, Team, User
from accounts.selectors import people_for_choices, teams_for_choices

LONGEST_ID = 18  # digits; a bigint holds more of them, but no id of ours will


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Boxes to tick; a number too large for any id is refused before the database is asked for it."""

    def clean(self, value: Any) -> Any:
        for word in value or ():
            if len(str(word)) > LONGEST_ID:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": word}
                )
        return super().clean(value)


class PasswordForm(forms.Form):
    """A password for somebody else: typed, or left to the program."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Left empty, one is made, and shown once."),
    )

    def __init__(self, data: QueryDict | None, *, person: User) -> None:
        super().__init__(data)
        self.person = person

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password, self.person)
        return password


class PersonForm(forms.Form):
    """Who somebody is, where they belong in the company, and how they read."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}),
        help_text=_("What they sign in with."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    manager = forms.ModelChoiceField(
        label=_("Manager"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Managers see what everyone below them owns."),
    )
    teams = SeveralField(
        label=_("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_administrator = forms.BooleanField(
        label=_("Administrator"),
        required=False,
        help_text=_("Manages people and teams, designs processes and sees every record."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(
        self, data: QueryDict | None, *, organisation: Organisation, person: User | None = None
    ) -> None:
        super().__init__(data, initial=self._initial_of(person))
        self.person = person
        offer_reading(self, organisation)
        self._choose_from("teams", teams_for_choices())
        others = people_for_choices()
        if person is not None:
            # A manager who has left stays until somebody else is chosen.
            known = Q(is_active=True) | Q(pk=person.manager_id)
            others = User.objects.filter(known).exclude(pk=person.pk).by_name()
        self._choose_from("manager", others)

    @staticmethod
    def _initial_of(person: User | None) -> dict[str, Any]:
        if person is None:
            return {}
        names = ("first_name", "last_name", "username", "email", "manager", "language", "time_zone")
        initial = {name: getattr(person, name) for name in names}
        teams = teams_for_choices().filter(user=person)
        return initial | {"is_administrator": person.is_superuser, "teams": list(teams)}

    def _choose_from(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        field.is_marked = False  # type: ignore[attr-defined]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queryset


class NewPersonForm(PersonForm):
    """Somebody new, with their first password."""

    password = PasswordForm.base_fields["password"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password = data.get("password", "")
        if password:
            names = ("username", "first_name", "last_name", "email")
            try:
                validate_password(password, User(**{name: data.get(name, "") for name in names}))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class TeamForm(forms.Form):
    """A team's name and its people."""

    name = forms.CharField(label=_("Name"), max_length=150)
    people = SeveralField(
        label=_("People"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None, *, team: Team | None = None) -> None:
        people = people_for_choices()
        initial = {"name": team.name, "people": list(people.filter(groups=team))} if team else {}
        super().__init__(data, initial=initial)
        field = self.fields["people"]
        field.is_marked = False  # type: ignore[attr-defined]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = people
