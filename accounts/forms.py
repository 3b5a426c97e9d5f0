"""Forms of the sign-in and the preferences pages."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.choices import Language, Theme
from accounts.models import Organisation, User
from accounts.services import PREFERENCES


class SignInForm(AuthenticationForm):
    """User name, password, and whether this computer is to remember it."""

    remember = forms.BooleanField(label=_("Stay signed in on this computer"), required=False, initial=True)

    error_messages = {
        "invalid_login": _(
            "That user name and password don’t match. "
            "Check both, or ask your administrator for a new password."
        ),
        "inactive": _("This account is no longer in use. Ask your administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        for field in self.fields.values():
            _unmark(field)
        if self.is_bound or self.initial.get("username"):
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True

    def get_invalid_login_error(self) -> ValidationError:
        if self.request is not None and throttling.is_throttled(self.request):
            return ValidationError(throttling.sentence(), code="throttled")
        return super().get_invalid_login_error()


class PreferencesForm(forms.Form):
    """How a person is called, and the language, zone and colours they read in."""

    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(
        label=_("Theme"), required=False, choices=Theme.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: QueryDict | None, *, person: User, organisation: Organisation) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in PREFERENCES})
        _unmark(self.fields["theme"])
        offer_reading(self, organisation)


def offer_reading(form: forms.Form, organisation: Organisation) -> None:
    """Fill the form's choices of language and time zone; empty is what the company has."""
    zones = [(name, name) for name in sorted(zoneinfo.available_timezones())]
    languages = [(code, _own_name(code)) for code in Language.values]
    _offer(form.fields["language"], _own_name(organisation.language), languages)
    _offer(form.fields["time_zone"], organisation.time_zone, zones)


def _offer(field: forms.Field, shared: object, choices: list[tuple[str, Any]]) -> None:
    _unmark(field)
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", gettext("As the company: %(value)s") % {"value": shared}), *choices]


def _unmark(field: forms.Field) -> None:
    """Without the word “optional”, where the choices say that already."""
    field.is_marked = False  # type: ignore[attr-defined]


def _own_name(code: str) -> str:
    """The language's name in itself, for those who don't read the one the page is in."""
    return str(get_language_info(code)["name_local"]).capitalize()
