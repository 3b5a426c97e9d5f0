"""Why a move, an edit or a look at a record is refused; each knows its HTTP status."""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from records.engine.plan import Plan
    from records.engine.verdicts import Verdict
    from records.models import RecordEvent


class Refusal(Exception):
    """Nothing was changed. `status` is the answer's HTTP status."""

    status: ClassVar[int] = 409


class UnknownRecord(Refusal):
    """There is no such record, or this person may not know that there is."""

    status = 404


class UnknownTransition(Refusal):
    """The process of this record has no transition of that key."""

    status = 404


class NotAnOwner(Refusal):
    """The person is none of the transition's owners."""

    status = 403

    def __init__(self, verdict: "Verdict") -> None:
        super().__init__(verdict.transition.key)
        self.verdict = verdict


class NotAllowed(Refusal):
    """The person may look at the record, not change it."""

    status = 403


class Moved(Refusal):
    """The record no longer stands where the page said; `event` is the move that took it away, if known."""

    def __init__(self, event: "RecordEvent | None") -> None:
        super().__init__("moved")
        self.event = event


class NotAvailable(Refusal):
    """The transition can't be taken now: the verdict says why."""

    def __init__(self, verdict: "Verdict") -> None:
        super().__init__(verdict.transition.key)
        self.verdict = verdict


class InvalidForm(Refusal):
    """Some input is wrong; the errors are on the plan's form."""

    status = 422

    def __init__(self, plan: "Plan") -> None:
        super().__init__(", ".join(plan.form.errors))
        self.plan = plan


class ActionRefused(Refusal):
    """An action in the move's transaction can't be carried out, so nothing was moved."""

    status = 422

    def __init__(self, plan: "Plan", action: str, reason: str) -> None:
        super().__init__(f"{action}: {reason}")
        self.plan = plan
        self.action = action
        self.reason = reason


class Busy(Refusal):
    """Others changed the record each time the write was tried."""


class StateFieldLocked(Refusal):
    """The state field of a record in a process changes only through a transition."""


class UniqueValueTaken(Refusal):
    """Another record already has this value in a unique field."""

    status = 422

    def __init__(self, field_key: str) -> None:
        super().__init__(field_key)
        self.field_key = field_key
