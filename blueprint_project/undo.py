"""A message that says what has been done and offers to undo it."""

from django.contrib import messages
from django.http import HttpRequest


def success_with_undo(request: HttpRequest, text: str, undo_url: str) -> None:
    """The message floats with an Undo button, which posts to `undo_url`. No other message has extra tags."""
    messages.success(request, text, extra_tags=undo_url)
