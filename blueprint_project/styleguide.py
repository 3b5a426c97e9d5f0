"""The styleguide: every component once, from the product's own templates and styles, filled with samples."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthedRequest
from accounts.models import User
from blueprint_project.htmx import render_page
from processes.choices import Colour
from processes.definition import StateDef
from processes.maps import MapState, MapTransition, Overlay, ProcessMap, process_map
from records.engine.explain import Check
from records.pages.timeline import ChangeView, TimelineEntry
from records.pages.way import WayStep, WayView


@dataclass(frozen=True, slots=True)
class SampleTransition:
    key: str
    name: str
    to_state: StateDef
    source: str = ""


def _state(
    key: str, label: str, colour: Colour, *, is_start: bool = False, is_exit: bool = False
) -> StateDef:
    return StateDef(0, key, label, colour, is_start, is_exit, None, None)


STATES = (
    _state("qualification", "Qualification", Colour.BLUE, is_start=True),
    _state("analysis", "Needs analysis", Colour.TEAL),
    _state("demo", "Product demo", Colour.VIOLET),
    _state("proposal", "Proposal sent", Colour.GOLD),
    _state("negotiation", "Negotiation", Colour.ORANGE),
    _state("hold", "On hold", Colour.GREY),
    _state("won", "Closed won", Colour.GREEN, is_exit=True),
    _state("lost", "Closed lost", Colour.RED, is_exit=True),
)
BY_KEY = {state.key: state for state in STATES}
TRANSITIONS = (
    SampleTransition("qualify", "Qualify", BY_KEY["analysis"], "qualification"),
    SampleTransition("book_demo", "Book demo", BY_KEY["demo"], "analysis"),
    SampleTransition("hold", "Put on hold", BY_KEY["hold"], "analysis"),
    SampleTransition("resume", "Resume", BY_KEY["analysis"], "hold"),
    SampleTransition("send_proposal", "Send proposal", BY_KEY["proposal"], "demo"),
    SampleTransition("negotiate", "Open negotiation", BY_KEY["negotiation"], "proposal"),
    SampleTransition("back", "Back to analysis", BY_KEY["analysis"], "proposal"),
    SampleTransition("sign", "Sign contract", BY_KEY["won"], "negotiation"),
    SampleTransition("lose", "Mark as lost", BY_KEY["lost"]),
)
OFFERED = tuple(item for item in TRANSITIONS if item.source in {"proposal", ""})


class SampleForm(forms.Form):
    """One field for each way in which a field is printed."""

    name = forms.CharField(label="Deal name", initial="Northwind – 40 seats")
    discount = forms.IntegerField(
        label="Discount", max_value=15, error_messages={"max_value": "Enter 15 or less."}, help_text="In %."
    )
    approver = forms.ChoiceField(label="Approver", choices=[("1", "Claire Dubois")], required=False)
    closing = forms.DateField(
        label="Closing", initial="2026-12-11", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    amount = forms.DecimalField(label="Amount", initial="48000.00")
    state = forms.CharField(label="Follows the process", initial="Proposal sent", disabled=True)
    message = forms.CharField(label="Message", widget=forms.Textarea({"rows": 2}), required=False)
    channel = forms.ChoiceField(
        label="Channel", choices=[("mail", "E-mail"), ("call", "Telephone")], widget=forms.RadioSelect
    )
    checked = forms.MultipleChoiceField(
        label="Checklist",
        choices=[("price", "Price agreed"), ("legal", "Read by the legal team")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    urgent = forms.BooleanField(label="Urgent", required=False)

    def __init__(self, identify: str = "id_%s") -> None:
        typed = {"discount": "18", "channel": "mail", "checked": ["price"], "urgent": "on"}
        initial = {name: field.initial for name, field in self.base_fields.items()}
        super().__init__(initial | typed, auto_id=identify)
        self.fields["amount"].affix = "EUR"  # type: ignore[attr-defined]


@require_safe
def styleguide(request: AuthedRequest) -> HttpResponse:
    """For developers: administrators, and everybody where DEBUG is on. A part of it is the dialog."""
    if not (settings.DEBUG or request.user.is_administrator):
        raise Http404
    url = reverse("styleguide")
    context: dict[str, Any] = {
        "form": SampleForm(),
        "asked": SampleForm("asked_%s"),
        "close_url": url,
        "dialog_url": f"{url}?dialog=1",
        "has_dialog": "dialog" in request.GET,
        "transition": TRANSITIONS[4],
        "source": BY_KEY["demo"],
    }
    context |= {name: make() for name, make in _SAMPLES.items()}
    page, part = "styleguide/styleguide.html", "styleguide/_dialog.html"
    return render_page(request, page, context, fragment=part)


def _people() -> list[User]:
    return [User(first_name="Alice", last_name="Martin"), User(first_name="Bruno", last_name="Moreau")]


def _explanations() -> list[dict[str, Any]]:
    return [
        {
            "transition": TRANSITIONS[5],
            "is_available": True,
            "checks": [Check("Owners: the record’s owner", "", passed=True)],
        },
        {
            "transition": TRANSITIONS[7],
            "is_available": False,
            "checks": [
                Check("Amount is greater than 10,000.00 EUR", "Amount is 8,000.00 EUR", passed=False),
                Check("All of these hold", "", passed=True),
                Check("Product demo is Done", "", passed=True, depth=1),
            ],
        },
    ]


def _timeline() -> list[TimelineEntry]:
    def entry(kind: str, icon: str, who: str, what: str, days: int, **more: Any) -> TimelineEntry:
        nothing: dict[str, Any] = {
            "changes": [],
            "comment": "",
            "is_move": False,
            "from_state": None,
            "to_state": None,
            "after": "",
        }
        at = timezone.now() - timedelta(days=days)
        return TimelineEntry(kind=kind, icon=icon, who=who, what=what, at=at, **nothing | more)

    ways = {"from_state": BY_KEY["demo"], "to_state": BY_KEY["proposal"]}
    change = ChangeView("Amount", "45,000.00 EUR", "48,000.00 EUR")
    note = "They asked for a second demo."
    return [
        entry("transition", "arrow-right", "Alice Martin", "Send proposal", 1, is_move=True, **ways),
        entry("edit", "pencil", "Bruno Moreau", "changed", 3, changes=[change]),
        entry("note", "message-square", "Alice Martin", "wrote a note", 5, comment=note),
    ]


def _way() -> WayView:
    done = [
        WayStep(BY_KEY[key], time)
        for key, time in (("qualification", "2 d"), ("analysis", "9 d"), ("demo", "3 d"))
    ]
    return WayView("Deal closing", "Deal closing", done, WayStep(BY_KEY["proposal"], "4 d"), "Negotiation")


def _map() -> ProcessMap:
    states = [MapState(state.key, str(state.label), state.colour, state.step) for state in STATES]
    moves = [
        MapTransition(
            item.key, item.name, (item.source,) if item.source else (), item.to_state.key, not item.source
        )
        for item in TRANSITIONS
    ]
    dialog = f"{reverse('styleguide')}?dialog=1"
    overlay = Overlay(
        visited={"qualification": 1, "analysis": 1, "demo": 1},
        taken=("qualify", "book_demo", "send_proposal"),
        current="proposal",
        available={item.key: dialog for item in OFFERED},
    )
    return process_map(states, moves, overlay, label=_("A sample process"))


_SAMPLES: dict[str, Callable[[], Any]] = {
    "states": lambda: STATES,
    "colours": lambda: Colour.values,
    "offered": lambda: OFFERED,
    "people": _people,
    "explanations": _explanations,
    "entries": _timeline,
    "way": _way,
    "map": _map,
}
