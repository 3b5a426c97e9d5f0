"""The reader's language and time zone for the length of one request."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

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


def language_of(person: User | AnonymousUser, organisation: Organisation | None) -> str:
    """The language to show a page in; for somebody unknown the one that is active already."""
    if isinstance(person, AnonymousUser):
        return translation.get_language() or settings.LANGUAGE_CODE
    return person.language or (organisation.language if organisation else settings.LANGUAGE_CODE)


def zone_of(person: User | AnonymousUser, organisation: Organisation | None) -> zoneinfo.ZoneInfo:
    own = "" if isinstance(person, AnonymousUser) else person.time_zone
    return zoneinfo.ZoneInfo(own or (organisation.time_zone if organisation else settings.TIME_ZONE))
