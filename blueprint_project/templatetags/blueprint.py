"""Tags and filters of every template: icons, states, people, time, form fields."""

from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from blueprint_project.fields import ErrorLine, FieldView, error_lines, field_view
from blueprint_project.icons import icon_svg
from blueprint_project.moments import day_in_words, length_of_time, moment_in_words, reader_today

register = template.Library()


class StateLike(Protocol):
    """What a state's mark needs to know of it."""

    @property
    def label(self) -> str | Promise: ...
    @property
    def colour(self) -> str: ...
    @property
    def step(self) -> str: ...


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """A lucide icon, hidden from screen readers: the words beside it, or an aria-label, say what it means."""
    # The template engine hands over safe strings; as keys of the cache they must be plain ones.
    return icon_svg(str.__str__(name), str.__str__(css_class))


@register.simple_tag
def state_pill(state: StateLike, large: bool = False) -> SafeString:
    """A state with its colour and the shape of its step."""
    return format_html(
        '<span class="state-pill{}" data-colour="{}" data-step="{}">{}</span>',
        " is-large" if large else "",
        state.colour,
        state.step,
        state.label,
    )


@register.simple_tag(takes_context=True)
def person(context: template.Context, user: User) -> SafeString:
    """A person's initials and name; the reader's own are tinted."""
    return format_html('<span class="person">{}{}</span>', avatar(context, user), user.name)


@register.simple_tag(takes_context=True)
def avatar(context: template.Context, user: User) -> SafeString:
    reader = context.get("user")
    own = " is-me" if isinstance(reader, User) and reader.pk == user.pk else ""
    return format_html('<span class="avatar{}" aria-hidden="true">{}</span>', own, user.initials)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as “4 d 6 h”; nothing for None."""
    return "" if seconds is None else length_of_time(seconds)


@register.filter
def since(moment: datetime | None) -> str:
    """How long ago `moment` was, as `duration` says it; nothing for None."""
    return "" if moment is None else length_of_time((timezone.now() - moment).total_seconds())


@register.filter
def when(moment: datetime | None) -> str:
    """“Today, 09:14” in the reader's zone; nothing for None."""
    return "" if moment is None else moment_in_words(moment, timezone.now())


@register.filter
def day(value: date | datetime | None) -> str:
    """“Today”, “Tomorrow” or the date, as the reader's calendar has it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return day_in_words(value, reader_today(timezone.now()))


@register.simple_tag
def moment(value: datetime) -> SafeString:
    """A <time> element: what `when` says, with the exact time for machines and as a tooltip."""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S %Z"),
        moment_in_words(value, timezone.now()),
    )


@register.inclusion_tag("components/_field.html")
def field(bound: BoundField) -> dict[str, FieldView]:
    """One form field with label, help and error, the control styled by its kind."""
    return {"field": field_view(bound)}


@register.inclusion_tag("components/_error_summary.html")
def error_summary(form: BaseForm, lead: str = "") -> dict[str, list[ErrorLine] | str | int]:
    """All errors of a bound form, each leading to its field; nothing for a form without errors."""
    lines = error_lines(form)
    return {"lines": lines, "lead": lead, "count": len(lines)}


@register.inclusion_tag("components/_transition_button.html")
def transition_button(
    transition: Any, url: str, forward: bool = False, small: bool = False
) -> dict[str, object]:
    """A transition on offer: opens its form at `url` in the page's dialog, or as a page without script."""
    return {"transition": transition, "url": url, "is_forward": forward, "is_small": small}
