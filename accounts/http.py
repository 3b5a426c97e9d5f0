"""The request of somebody who has signed in, for typed views."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class AuthedRequest(HttpRequest):
    """What every view behind the sign-in receives; never instantiated."""

    user: User
    htmx: HtmxDetails
    # The module that a page about one record belongs to; the navigation marks it.
    module_key: str
