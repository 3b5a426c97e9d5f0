"""Guessing passwords is slowed down: after some failures nothing is tried for a while."""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.utils import reset
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User

# How many failures from one address are let through, whatever the user names: a whole office may share it.
ADDRESS_LIMIT = 50
TOO_MANY = 429


class FailureHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failures for a name from an address, and for the address alone with a limit of its own.

    Somebody who signs in clears their own name only: a person of the house can't guess a colleague's
    password without end by signing in between.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The count for the name; the address's is brought to the same scale."""
        counts = [
            attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        ]
        by_name, by_address = counts
        return max(by_name, by_address * settings.AXES_FAILURE_LIMIT // ADDRESS_LIMIT)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        by_name, _by_address = self.filter_user_attempts(request, credentials)
        deleted: int = by_name.delete()[0]
        return deleted


def client_address(request: HttpRequest) -> str | None:
    """Where the request comes from; behind our proxy what that one says, which is the last of its list.

    Whoever has one IPv6 address has a whole network of them: its first half is what counts. None for a
    socket without addresses.
    """
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.TRUST_PROXY else ""
    for text in (said, request.META.get("REMOTE_ADDR") or ""):
        try:
            address = ip_address(text.strip())
        except ValueError:
            continue
        if address.version == 4:
            return str(address)
        return str(ip_network((address, 64), strict=False).network_address)
    return None


def forget(person: User) -> None:
    """Whatever failed under this person's name, they may try again at once."""
    reset(username=person.username)


def is_throttled(request: HttpRequest) -> bool:
    """Whether this request's attempt was one too many."""
    return bool(getattr(request, "axes_locked_out", False))


def sentence() -> str:
    """What happens now, and what to do."""
    minutes = int(settings.AXES_COOLOFF_TIME / timedelta(minutes=1))
    return ngettext(
        "Too many attempts: for %(count)d minute nothing more is tried. "
        "Wait, or ask your administrator for a new password.",
        "Too many attempts: for %(count)d minutes nothing more is tried. "
        "Wait, or ask your administrator for a new password.",
        minutes,
    ) % {"count": minutes}


def answer(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429: the sign-in page has said it already; for other doors, such as the admin's, a page of its own."""
    if response is None or response.status_code != TOO_MANY:
        context = {
            "layout": "plain.html",
            "status": TOO_MANY,
            "title": _("Too many attempts to sign in"),
            "text": sentence(),
            "url": reverse("login"),
            "action": _("Sign in"),
        }
        response = render(request, "errors/page.html", context, status=TOO_MANY)
    response.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response
