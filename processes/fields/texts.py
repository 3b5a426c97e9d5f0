"""Text, long text, e-mail addresses, phone numbers and web addresses."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from processes.fields.base import Kind, Names, Stored, as_text, wrong_type
from processes.fields.operators import EMPTINESS_OPERATORS, TEXT_OPERATORS

if TYPE_CHECKING:
    from processes.definition import FieldDef

# A unique field's value also stands in a column of this width.
UNIQUE_MAX_LENGTH = 255

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_PHONE = re.compile(r"[\w +()./*#,;:‐‑–\u00a0\u202f\-]*")


def has_control_characters(text: str, allowed: str = "") -> bool:
    """Whether the text holds control characters (or halves of characters) other than those allowed."""
    return any(unicodedata.category(char) in {"Cc", "Cs"} and char not in allowed for char in text)


def normal_text(value: Any, allowed_controls: str = "") -> str:
    """The text composed (NFC) and trimmed, "" for none; raises ValidationError."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(value)
    text = unicodedata.normalize("NFC", value).strip()
    if has_control_characters(text, allowed_controls):
        raise ValidationError(_("The text holds a character that can’t be shown."), code="control")
    return text


def _number_as_text(plain: Any) -> Any:
    # YAML reads an unquoted 0123 or 42 as a number.
    return str(plain) if isinstance(plain, int) and not isinstance(plain, bool) else plain


class TextKind(Kind):
    """One line of text."""

    operators = TEXT_OPERATORS
    default_max_length = 255
    allowed_controls = ""

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        text = normal_text(self.prepare(value) if isinstance(value, str) else value, self.allowed_controls)
        if not text:
            return None
        limit = self.max_length(field)
        if len(text) > limit:
            raise ValidationError(
                _("Write at most %(limit)d characters; there are %(count)d."),
                code="max_length",
                params={"limit": limit, "count": len(text)},
            )
        self.validate(text)
        return text

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        return self.clean(field, _number_as_text(plain))

    def from_criterion(self, field: "FieldDef", plain: Any) -> Stored | None:
        return normal_text(_number_as_text(plain), self.allowed_controls) or None

    def to_python(self, field: "FieldDef", stored: Stored) -> str:
        return as_text(stored)

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return as_text(stored)

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        widget = self.widget({"maxlength": str(self.max_length(field))})
        return forms.CharField(required=required, widget=widget)

    def max_length(self, field: "FieldDef") -> int:
        limit = field.settings.max_length or self.default_max_length
        return min(limit, UNIQUE_MAX_LENGTH) if field.is_unique else limit

    def prepare(self, value: str) -> str:
        return value

    def validate(self, text: str) -> None:
        """Raises ValidationError where the text isn't of this kind."""

    def widget(self, attrs: dict[str, str]) -> forms.Widget:
        return forms.TextInput({"class": "input", **attrs})


class LongTextKind(TextKind):
    """Several lines; line breaks are kept as line feeds."""

    default_max_length = 10_000
    allowed_controls = "\n\t"

    def prepare(self, value: str) -> str:
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def widget(self, attrs: dict[str, str]) -> forms.Widget:
        return forms.Textarea({"class": "textarea", "rows": "4", **attrs})


class EmailKind(TextKind):
    default_max_length = 254
    validator = EmailValidator(message=_("Enter an e-mail address, like name@example.com."))

    def validate(self, text: str) -> None:
        self.validator(text)

    def widget(self, attrs: dict[str, str]) -> forms.Widget:
        return forms.EmailInput({"class": "input", "autocomplete": "off", **attrs})


class PhoneKind(TextKind):
    """Numbers as people write them, extensions included."""

    default_max_length = 40

    def validate(self, text: str) -> None:
        if not _PHONE.fullmatch(text) or sum(char.isdigit() for char in text) < 3:
            raise ValidationError(_("Enter a phone number, like +33 1 23 45 67 89."), code="invalid")

    def widget(self, attrs: dict[str, str]) -> forms.Widget:
        return forms.TextInput({"class": "input", "type": "tel", "autocomplete": "off", **attrs})


class UrlKind(TextKind):
    """Web addresses; without a scheme they are taken for https."""

    default_max_length = 2000
    validator = URLValidator(
        schemes=["http", "https"], message=_("Enter a web address, like https://example.com.")
    )

    def prepare(self, value: str) -> str:
        text = value.strip()
        return text if not text or _SCHEME.match(text) else f"https://{text}"

    def validate(self, text: str) -> None:
        self.validator(text)

    def widget(self, attrs: dict[str, str]) -> forms.Widget:
        # Not type=url: browsers would refuse an address without its scheme.
        return forms.TextInput({"class": "input", "inputmode": "url", "autocomplete": "off", **attrs})


class FileKind(TextKind):
    """A file by its opaque id."""

    operators = EMPTINESS_OPERATORS
