"""What the sidebar of every page shows."""

from functools import cached_property
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import find_organisation
from blueprint_project.htmx import wants_fragment
from processes.models import Module
from records.engine.person import person_for
from records.models import Task


class Link(NamedTuple):
    url: str
    icon: str
    label: str
    is_current: bool


class Navigation:
    """Read only when a template asks for it, one query for each of its parts and one for the person's rights:
    fragments, error pages and the pages of strangers, which have no sidebar, pay nothing."""

    def __init__(self, user: User | None, module: str, page: str) -> None:
        """`module` is the key of the module that the page is about, `page` the first word of its name."""
        self.user = user
        self.module = module
        self.page = page

    @cached_property
    def modules(self) -> list[Link]:
        """The modules that the person may open."""
        if self.user is None:
            return []
        rows = Module.objects.order_by("position", "label_plural", "pk").only("key", "label_plural", "icon")
        hidden = person_for(self.user).rights.hidden
        return [
            Link(
                url=reverse("record_list", args=[module.key]),
                icon=module.icon,
                label=module.label_plural,
                is_current=module.key == self.module,
            )
            for module in rows
            if module.pk not in hidden
        ]

    @cached_property
    def build(self) -> list[Link]:
        """What administrators build the product from."""
        if self.user is None or not self.user.is_administrator:
            return []
        is_current = self.page in {"module", "section", "field"}
        return [Link(reverse("module_list"), "table-properties", _("Modules"), is_current)]

    @cached_property
    def company(self) -> list[Link]:
        """What administrators look after beside the processes."""
        if self.user is None or not self.user.is_administrator:
            return []
        return [
            Link(reverse("people"), "users", _("People"), self.page in {"people", "person"}),
            Link(reverse("teams"), "users-round", _("Teams"), self.page in {"teams", "team"}),
        ]

    @cached_property
    def links(self) -> list[Link]:
        """What only the demo company has."""
        organisation = find_organisation()
        if self.user is None or organisation is None or not organisation.is_demo:
            return []
        return [Link(reverse("mailbox"), "mails", _("Mailbox"), self.page == "mailbox")]

    @cached_property
    def my_work_count(self) -> int:
        """How many tasks wait for the person."""
        return 0 if self.user is None else Task.objects.open().filter(assignee=self.user).count()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation` for templates. A page about one record names its module in `request.module_key`."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    module = getattr(request, "module_key", "") or (match.kwargs.get("module", "") if match else "")
    page = (match.url_name or "").partition("_")[0] if match else ""
    # An error may come before htmx's middleware has seen the request.
    is_page = not (hasattr(request, "htmx") and wants_fragment(request))
    reader = user if is_page and isinstance(user, User) else None
    return {"navigation": Navigation(reader, module, page)}
