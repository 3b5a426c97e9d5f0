"""The kinds of action that workers carry out, one module each."""

from automations.kinds.email import EmailKind
from processes.actions import register


def register_kinds() -> None:
    register(EmailKind())
