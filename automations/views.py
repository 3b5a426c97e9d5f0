"""Pages of the side effects: what followed a move, and the mailbox of the demo."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthedRequest
from accounts.models import User
from automations.mailbox import Mailbox, UnknownMessage
from automations.selectors import last_move_effects
from blueprint_project.htmx import render_page
from records.permissions import get_record_for

MAILBOX_BACKEND = "automations.mail.MailboxBackend"
PAGE = 50


@require_safe
def record_effects(request: AuthedRequest, record_id: int) -> HttpResponse:
    """What the last move set off; the fragment asks again by itself while something is on its way."""
    record = get_record_for(request.user, record_id)
    context = {"record": record, "effects": last_move_effects(record.pk, now=timezone.now())}
    return render_page(
        request, "automations/record_effects.html", context, fragment="automations/_effects.html"
    )


@require_safe
def mailbox(request: AuthedRequest) -> HttpResponse:
    found = _get_mailbox().heads(
        reader=_reader(request.user), before=request.GET.get("before", ""), limit=PAGE + 1
    )
    has_more = len(found) > PAGE
    heads = found[:PAGE]
    context: dict[str, Any] = {
        "messages_found": heads,
        "sees_all": request.user.is_administrator,
        "next_url": f"?before={heads[-1].name}" if has_more else "",
    }
    return render(request, "automations/mailbox.html", context)


@require_safe
def mailbox_message(request: AuthedRequest, name: str) -> HttpResponse:
    try:
        message = _get_mailbox().read(name, reader=_reader(request.user))
    except UnknownMessage as error:
        raise Http404(_("There is no such message, or it isn’t addressed to you.")) from error
    return render(request, "automations/mailbox_message.html", {"message": message})


def _get_mailbox() -> Mailbox:
    """The mailbox folder; raises Http404 where mail goes to a real server."""
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] != MAILBOX_BACKEND:
        raise Http404(_("Mail goes to a mail server here."))
    return Mailbox(mailer["OPTIONS"]["file_path"])


def _reader(user: User) -> str | None:
    """Administrators read everything, everybody else what is addressed to them."""
    return None if user.is_administrator else user.email
