"""The text of a note, and the form it is written in."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.fields.texts import normal_text

NOTE_MAX_LENGTH = 10_000

_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


def clean_note(text: str) -> str:
    """The text composed and trimmed, its lines ended by line feeds; raises ValidationError."""
    cleaned = normal_text(text.replace("\r\n", "\n").replace("\r", "\n"), "\n\t")
    if not cleaned:
        raise ValidationError(_("Write the note first."), code="required")
    if len(cleaned) > NOTE_MAX_LENGTH:
        raise ValidationError(
            _("Write at most %(limit)d characters; there are %(count)d."),
            code="max_length",
            params={"limit": NOTE_MAX_LENGTH, "count": len(cleaned)},
        )
    return cleaned


class NoteForm(forms.Form):
    """`request_key` is the form's one-time key."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            {
                "class": "textarea",
                "rows": "2",
                "maxlength": str(NOTE_MAX_LENGTH),
                "placeholder": gettext_lazy("Write a note"),
            }
        ),
    )
    request_key = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_request_key(self) -> str:
        """ "" for a word that is no key, which then protects from nothing."""
        key: str = self.cleaned_data["request_key"]
        return key if _KEY.fullmatch(key) else ""

    def clean_note(self) -> str:
        return clean_note(self.cleaned_data["note"])
