"""Who reads: signed in first, then in their language and time zone for the length of one request."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Organisation, User
from accounts.selectors import find_organisation


class ReaderMiddleware:
    """Activate what the person chose, else the organisation's; strangers keep the browser's language.

    It runs inside LocaleMiddleware, which has read the browser's languages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        organisation = find_organisation()
        language = language_of(request.user, organisation)
        with translation.override(language), timezone.override(zone_of(request.user, organisation)):
            response = self.get_response(request)
            # The view may have switched, as the sign-in page does when asked for another language.
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Nobody gets in without signing in. A form that was sent after the session had ended leads back to the
    page that it stood on: the address that takes the form may have no page of its own."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page_before(request), self.get_login_url(view_func))


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the browser came from, else the one it asks for."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        return request.get_full_path()
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def language_of(person: User | AnonymousUser, organisation: Organisation | None) -> str:
    """The language to show a page in; for somebody unknown the one that is active already."""
    if isinstance(person, AnonymousUser):
        return translation.get_language() or settings.LANGUAGE_CODE
    return person.language or (organisation.language if organisation else settings.LANGUAGE_CODE)


def zone_of(person: User | AnonymousUser, organisation: Organisation | None) -> zoneinfo.ZoneInfo:
    own = "" if isinstance(person, AnonymousUser) else person.time_zone
    return zoneinfo.ZoneInfo(own or (organisation.time_zone if organisation else settings.TIME_ZONE))
