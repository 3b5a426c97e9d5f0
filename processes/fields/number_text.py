"""Numbers as people read and type them in their language."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

NO_BREAK_SPACE = "\u00a0"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}

_MAX_TYPED = 60
_PRECISE = Context(prec=_MAX_TYPED)
_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_SPACE_RUNS = re.compile(f"(?<=[0-9])[{_SPACES}](?=[0-9])")
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def parse_plain(text: str) -> Decimal | None:
    """The number that a file wrote, with a point and without grouping; None if it is none."""
    return Decimal(text) if len(text) <= _MAX_TYPED and _PLAIN.fullmatch(text) else None


def parse_number(text: str, units: tuple[str, ...] = ()) -> Decimal | None:
    """The number somebody typed in the format of the active language, None for a blank.

    Groups of three may be set apart by any space or by the language's own separator; one of `units` may stand
    before or behind. A point is a decimal point where the language doesn't group by it.
    Raises ValidationError.
    """
    bare = _without_units(text.strip(), units)
    if not bare:
        return None
    thousand = formats.get_format("THOUSAND_SEPARATOR")
    decimal = formats.get_format("DECIMAL_SEPARATOR")
    points = decimal if thousand == "." else f"{decimal}."
    plain = _SPACE_RUNS.sub("\u0020", bare.replace("\u2212", "-"))
    group = "[ ]" if thousand in _SPACES else f"(?P<sep>[ {re.escape(thousand)}])"
    more = "[ ]" if thousand in _SPACES else "(?P=sep)"
    pattern = (
        rf"(?P<sign>[+-]?) ?(?P<whole>[0-9]+|[0-9]{{1,3}}{group}[0-9]{{3}}(?:{more}[0-9]{{3}})*)"
        rf"(?:[{re.escape(points)}](?P<part>[0-9]*))?"
    )
    match = re.fullmatch(pattern, plain) if len(plain) <= _MAX_TYPED else None
    if match is None:
        raise ValidationError(
            _("“%(value)s” is not a number."), code="invalid", params={"value": bare[:_MAX_TYPED]}
        )
    whole = re.sub(r"[^0-9]", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}.{match['part'] or '0'}")


def _without_units(text: str, units: tuple[str, ...]) -> str:
    for unit in units:
        if text.endswith(unit):
            return text.removesuffix(unit).rstrip()
        if text.startswith(unit):
            return text.removeprefix(unit).lstrip()
    return text


def format_number(value: Decimal | int, decimals: int) -> str:
    """The number in the format of the active language, rounded half up, its thousands grouped."""
    # Django's own formatting cuts decimals off.
    value = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _PRECISE)
    return str(formats.number_format(value, decimals, use_l10n=True, force_grouping=True))


def with_unit(number: str, unit: str) -> str:
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def currency_symbol(code: str) -> str:
    return SYMBOLS.get(code, code)


def significant_decimals(value: Decimal) -> int:
    """How many decimals the number needs: 2 for 1.25, 0 for 10."""
    _sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return 0
    zeros = 0
    while zeros < len(digits) and digits[-1 - zeros] == 0:
        zeros += 1
    return max(0, -exponent - zeros) if zeros < len(digits) else 0
