"""All tasks of a person: those to do, or those done."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from records.engine.person import person_for
from records.pages.tasks import TaskView, own_task_views
from records.selectors.cursor import MomentCursor
from records.selectors.tasks import DueCursor, done_task_page_for, open_task_page_for


@dataclass(frozen=True, slots=True)
class TaskListView:
    """`url` is this page; the others are "" where there is nothing to go to."""

    shows_done: bool
    tasks: list[TaskView]
    url: str
    open_url: str
    done_url: str
    first_url: str
    next_url: str


def task_list_view(user: User, query: QueryDict, *, now: datetime) -> TaskListView:
    shows_done, word = query.get("done") == "1", query.get("after", "")
    page = (
        done_task_page_for(user, MomentCursor.parse(word))
        if shows_done
        else open_task_page_for(user, DueCursor.parse(word))
    )
    return TaskListView(
        shows_done=shows_done,
        tasks=own_task_views(page.tasks, person_for(user), now),
        url=_url(shows_done, word),
        open_url=_url(False),
        done_url=_url(True),
        first_url=_url(shows_done) if word else "",
        next_url=_url(shows_done, str(page.following)) if page.following else "",
    )


def _url(shows_done: bool, after: str = "") -> str:
    query = {"done": "1"} if shows_done else {}
    if after:
        query["after"] = after
    home = reverse("task_list")
    return f"{home}?{urlencode(query)}" if query else home
