"""Answers to what went wrong: a page in the look, or a dialog where a part of a page had asked."""

import logging
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from blueprint_project.htmx import wants_fragment

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """What happened, what was kept, and the one next step."""

    status: int
    title: str
    text: str
    url: str
    action: str


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request can't be read; its reason is in the log."""
    text = _("The address or the form can’t be read. Nothing was changed.")
    return answer(request, _homewards(request, 400, _("That didn’t make sense to us"), text))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the exception's own words where it has some."""
    text = str(exception or "") or _("You may read this, but not do that. Nothing was changed.")
    return answer(request, _homewards(request, 403, _("This isn’t yours to do"), text))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; whether something is there stays untold, since a stranger may be asking."""
    text = _("It was deleted, or you don’t have access to it. Links in old e-mails may be out of date.")
    return answer(request, _homewards(request, 404, _("There is nothing at this address"), text))


def conflict(request: HttpRequest, *, title: str, text: str, url: str, action: str) -> HttpResponse:
    """409: what happened meanwhile and who did it, and where to go on."""
    return answer(request, Trouble(409, title, text, url, action))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that isn't ours or was opened under another sign-in; nothing of it was done."""
    text = _(
        "You signed in or out after it was opened. Nothing was changed; load the page again and send it anew."
    )
    return answer(
        request, Trouble(403, _("This form is out of date"), text, request.path, _("Load it again"))
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: asks neither the database nor the session, since either may be what broke."""
    incident = secrets.token_hex(3).upper()
    logger.error("Incident %s: %s %s", incident, request.method, request.path)
    language = translation.get_language() or settings.LANGUAGE_CODE
    # A form can't be sent again by a link.
    url = request.get_full_path() if request.method == "GET" else ""
    with translation.override(language):
        html = render_to_string("errors/500.html", {"incident": incident, "url": url})
    return HttpResponse(html, status=500, headers={"Content-Language": language})


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The trouble as a page, or in the page's dialog where a fragment was asked for."""
    if hasattr(request, "htmx") and wants_fragment(request):
        context = asdict(trouble) | {"close_url": request.htmx.current_url_abs_path or "/"}
        response = render(request, "errors/_dialog.html", context, status=trouble.status)
        reswap(retarget(response, "#dialog"), "innerHTML")
    else:
        layout = "base.html" if _is_signed_in(request) else "plain.html"
        context = asdict(trouble) | {"layout": layout}
        response = render(request, "errors/page.html", context, status=trouble.status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _homewards(request: HttpRequest, status: int, title: str, text: str) -> Trouble:
    if _is_signed_in(request):
        return Trouble(status, title, text, reverse("my_work"), _("Go to My work"))
    return Trouble(status, title, text, redirect_to_login(request.get_full_path()).url, _("Sign in"))


def _is_signed_in(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated
