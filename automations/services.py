"""What a person does with a run: try it again, or cancel it."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from automations.choices import RunStatus
from automations.delivery import delivery_kind
from automations.kinds.base import PermanentError
from automations.models import ActionRun
from automations.outbox import hand_over_on_commit

logger = logging.getLogger(__name__)


class RunRefused(Exception):
    """The run isn't in a state that allows it; the text is a sentence for the person."""


@transaction.atomic
def run_retry(run: ActionRun, *, actor: User, now: datetime) -> None:
    """Do a failed or cancelled run again, as it was: bytes that were prepared are sent unchanged.

    Raises RunRefused for a run that is under way or done, and for one that belonged to the move itself.
    """
    try:
        delivery_kind(run.kind)
    except PermanentError as error:
        raise RunRefused(_("It was a part of the move and can’t be done apart from it.")) from error
    ended = ActionRun.objects.filter(pk=run.pk, status__in=[RunStatus.FAILED, RunStatus.CANCELLED])
    if not ended.update(status=RunStatus.PENDING, attempts=0, run_at=now, error="", finished_at=None):
        raise RunRefused(_("Only what failed or was cancelled can be tried again."))
    logger.info("Run %s is tried again by %s", run.pk, actor.username)
    hand_over_on_commit([run.pk])


@transaction.atomic
def run_cancel(run: ActionRun, *, actor: User, now: datetime) -> None:
    """Cancel a run that waits, for its time or for its next try; raises RunRefused for any other."""
    waiting = ActionRun.objects.filter(pk=run.pk, status=RunStatus.PENDING)
    reason = _("Cancelled by %(name)s.") % {"name": actor.name}
    if not waiting.update(status=RunStatus.CANCELLED, error=reason, finished_at=now):
        raise RunRefused(_("Only what waits can be cancelled."))
    logger.info("Run %s is cancelled by %s", run.pk, actor.username)
