"""What typed models refuse, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from pydantic_core import ErrorDetails


def reason_of(detail: ErrorDetails) -> str:
    """What a typed model refuses, as a sentence in the reader's language."""
    limits: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return _("This is missing.")
        case "extra_forbidden":
            return _("This key is not known here.")
        case "string_type" | "string_sub_type":
            return _("A text is needed; put it in quotes if it looks like a number.")
        case "int_type" | "int_parsing" | "int_from_float":
            return _("A whole number is needed.")
        case "bool_type" | "bool_parsing":
            return _("Write true or false.")
        case "tuple_type" | "list_type":
            return _("A list is needed.")
        case "dict_type" | "model_type" | "model_attributes_type":
            return _("Keys with values are needed.")
        case "enum" | "literal_error":
            return _("One of these is needed: %(choices)s.") % {"choices": limits.get("expected", "")}
        case "string_too_short" | "too_short":
            return _("This must not be empty.")
        case "string_too_long" | "too_long":
            # After a validator of ours, a text that is too long is told like a list.
            is_text = isinstance(detail["input"], str)
            reason = _("At most %(limit)d characters.") if is_text else _("At most %(limit)d entries.")
            return reason % {"limit": limits["max_length"]}
        case "greater_than_equal":
            return _("At least %(limit)s.") % {"limit": limits["ge"]}
        case "less_than_equal":
            return _("At most %(limit)s.") % {"limit": limits["le"]}
        case "string_pattern_mismatch":
            return _("“%(value)s” is not written as it must be.") % {"value": detail["input"]}
    return detail["msg"]
