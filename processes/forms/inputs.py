"""Inputs that the forms of definitions share."""

import unicodedata
from hashlib import sha256
from typing import Any

import pydantic
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.fields.texts import normal_text

SEEN = "seen"


class LineField(forms.CharField):
    """One line of text: blanks run together, and what can't be shown is refused."""

    def to_python(self, value: Any) -> str:
        text = " ".join(normal_text(str(value or "")).split())
        if text and all(unicodedata.category(char)[0] in "CZ" for char in text):
            raise ValidationError(_("Write at least one letter or digit."), code="invisible")
        return text


def text_input(**attrs: str | Promise) -> forms.TextInput:
    return forms.TextInput({"class": "input", "autocomplete": "off", **attrs})


def fingerprint(spec: pydantic.BaseModel) -> str:
    """A short text that is another one as soon as anything in `spec` is."""
    return sha256(spec.model_dump_json().encode()).hexdigest()[:16]


class SeenForm(forms.Form):
    """A form that knows the edition its page was drawn from, so that nobody overwrites unseen changes."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def is_stale(self, now: pydantic.BaseModel) -> bool:
        """Whether somebody else has changed it since the page was drawn. Scripts may leave `seen` out."""
        seen = str(self.data.get(SEEN, "")) if self.is_bound else ""
        return bool(seen) and seen != fingerprint(now)
