"""Every address with what each kind of person gets there, and the small company in which it is tried."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from automations.mailbox import Mailbox
from processes.choices import ModuleRight
from processes.models import Module
from processes.permissions import replace_rights
from processes.services.modules import field_archive
from records.deletion import record_delete
from records.models import Record, Task
from tests.factories import (
    NOW,
    draw_deal_closing,
    make_deals,
    make_organisation,
    make_person,
    make_record,
    make_team,
)

PEOPLE = ("anonymous", "stranger", "reader", "owner", "administrator")

# `login` is a redirect to the sign-in. The deals are closed to the stranger; the reader may not change them.
# A new address needs its two lines here; words in <> are in `ids`, forms to send in `FORMS`.
TABLE = """
                                              anonymous  stranger  reader  owner  administrator

GET   /accounts/login/                              200       302     302    302    302
POST  /accounts/login/                              422       302     302    302    302
GET   /accounts/logout/                           login       405     405    405    405
POST  /accounts/logout/                           login       302     302    302    302
GET   /accounts/preferences/                      login       200     200    200    200
POST  /accounts/preferences/                      login       302     302    302    302
GET   /accounts/password/                         login       200     200    200    200
POST  /accounts/password/                         login       422     422    422    422

GET   /accounts/people/                           login       404     404    404    200
POST  /accounts/people/                           login       404     404    404    405
GET   /accounts/people/new/                       login       404     404    404    200
POST  /accounts/people/new/                       login       404     404    404    422
GET   /accounts/people/<person>/                  login       404     404    404    200
POST  /accounts/people/<person>/                  login       404     404    404    422
GET   /accounts/people/<person>/password/         login       404     404    404    200
POST  /accounts/people/<person>/password/         login       404     404    404    200
GET   /accounts/people/<person>/deactivate/       login       404     404    404    200
POST  /accounts/people/<person>/deactivate/       login       404     404    404    303
GET   /accounts/people/<gone>/reactivate/         login       404     404    404    200
POST  /accounts/people/<gone>/reactivate/         login       404     404    404    200
GET   /accounts/teams/                            login       404     404    404    200
POST  /accounts/teams/                            login       404     404    404    405
GET   /accounts/teams/new/                        login       404     404    404    200
POST  /accounts/teams/new/                        login       404     404    404    422
GET   /accounts/teams/<team>/                     login       404     404    404    200
POST  /accounts/teams/<team>/                     login       404     404    404    303
GET   /accounts/teams/<team>/deactivate/          login       404     404    404    200
POST  /accounts/teams/<team>/deactivate/          login       404     404    404    303
GET   /accounts/teams/<team>/reactivate/          login       404     404    404    405
POST  /accounts/teams/<team>/reactivate/          login       404     404    404    303

GET   /                                           login       200     200    200    200
POST  /                                           login       405     405    405    405
GET   /tasks/                                     login       200     200    200    200
POST  /tasks/                                     login       405     405    405    405
GET   /tasks/<task>/done/                         login       405     405    405    405
POST  /tasks/<task>/done/                         login       404     303    303    303

GET   /m/deals/                                   login       404     200    200    200
POST  /m/deals/                                   login       405     405    405    405
GET   /m/deals/new/                               login       404     403    200    200
POST  /m/deals/new/                               login       404     403    303    303
GET   /m/deals/choices/                           login       404     200    200    200
POST  /m/deals/choices/                           login       405     405    405    405
GET   /r/<record>/                                login       404     200    200    200
POST  /r/<record>/                                login       405     405    405    405
GET   /r/<record>/edit/                           login       404     403    200    200
POST  /r/<record>/edit/                           login       404     403    303    303
GET   /r/<record>/owner/                          login       404     403    200    200
POST  /r/<record>/owner/                          login       404     403    303    303
GET   /r/<record>/delete/                         login       404     403    200    200
POST  /r/<record>/delete/                         login       404     403    303    303
GET   /r/<deleted>/restore/                       login       405     405    405    405
POST  /r/<deleted>/restore/                       login       404     403    303    303
GET   /r/<record>/t/plan_demo/                    login       404     403    200    403
POST  /r/<record>/t/plan_demo/                    login       404     403    303    403
GET   /r/<record>/notes/                          login       405     405    405    405
POST  /r/<record>/notes/                          login       404     403    303    303
GET   /r/<record>/why/                            login       404     200    200    200
POST  /r/<record>/why/                            login       405     405    405    405

GET   /modules/                                   login       404     404    404    200
POST  /modules/                                   login       404     404    404    405
GET   /modules/new/                               login       404     404    404    200
POST  /modules/new/                               login       404     404    404    422
GET   /modules/deals/                             login       404     404    404    200
POST  /modules/deals/                             login       404     404    404    422
GET   /modules/deals/move/                        login       404     404    404    405
POST  /modules/deals/move/                        login       404     404    404    303
GET   /modules/deals/sections/move/               login       404     404    404    405
POST  /modules/deals/sections/move/               login       404     404    404    303
GET   /modules/deals/fields/new/                  login       404     404    404    200
POST  /modules/deals/fields/new/                  login       404     404    404    422
GET   /modules/deals/fields/amount/               login       404     404    404    200
POST  /modules/deals/fields/amount/               login       404     404    404    422
GET   /modules/deals/fields/amount/move/          login       404     404    404    405
POST  /modules/deals/fields/amount/move/          login       404     404    404    303
GET   /modules/deals/fields/amount/archive/       login       404     404    404    200
POST  /modules/deals/fields/amount/archive/       login       404     404    404    303
GET   /modules/deals/fields/fax/restore/          login       404     404    404    405
POST  /modules/deals/fields/fax/restore/          login       404     404    404    303

GET   /automations/mailbox/                       login       200     200    200    200
POST  /automations/mailbox/                       login       405     405    405    405
GET   /automations/mailbox/<message>/             login       404     404    200    200
POST  /automations/mailbox/<message>/             login       405     405    405    405
GET   /automations/records/<record>/effects/      login       404     200    200    200
POST  /automations/records/<record>/effects/      login       405     405    405    405

GET   /styleguide/                                login       404     404    404    200
POST  /styleguide/                                login       405     405    405    405

"""

FORMS: dict[str, dict[str, str]] = {
    "/accounts/preferences/": {"language": "fr", "time_zone": "", "theme": ""},
    "/accounts/teams/<team>/": {"name": "Sales"},
    "/m/deals/new/": {"name": "Contoso – pilot", "owner": "<alice>"},
    "/r/<record>/edit/": {"name": "Northwind – 60 seats", "owner": "<alice>"},
    "/r/<record>/owner/": {"owner": "<person>"},
    "/r/<record>/t/plan_demo/": {"closing": "2026-12-11"},
    "/r/<record>/notes/": {"note": "They asked for a second demo."},
    "/modules/deals/move/": {"direction": "down"},
    "/modules/deals/sections/move/": {"direction": "down", "section": ""},
    "/modules/deals/fields/amount/move/": {"direction": "down"},
}


@dataclass(frozen=True)
class Row:
    """One line of the table: what each of `PEOPLE` gets, as it is written there."""

    method: str
    path: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines()[1:]:
        if line:
            method, path, *expected = line.split()
            yield Row(method, path, dict(zip(PEOPLE, expected, strict=True)))


@dataclass
class Company:
    """Alice owns a deal, claire manages her and may only read, charlie is a stranger, emma administers."""

    people: dict[str, User]
    ids: dict[str, Any] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client()
        if who != "anonymous":
            client.force_login(self.people[who])
        return client

    def fill(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace(f"<{name}>", str(value))
        return text

    def ask(self, who: str, row: Row, **more: Any) -> Any:
        client, path = self.client(who), self.fill(row.path)
        if row.method == "GET":
            return client.get(path, **more)
        form = {name: self.fill(value) for name, value in FORMS.get(row.path, {}).items()}
        return client.post(path, form, **more)


def make_company(mailbox: Path) -> Company:
    make_organisation(is_demo=True)
    emma = make_person("emma", is_administrator=True)
    claire = make_person("claire")
    alice = make_person("alice", manager=claire)
    dora = make_person("dora")
    gone = make_person("gone")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    module = make_deals()
    draw_deal_closing(module, make_team("Legal")).publish()
    _close(module, alice, claire)
    fax = module.fields.create(key="fax", label="Fax", kind="text", position=99)
    field_archive(field=fax, actor=emma)
    record = make_record(module, alice, stage="qualification", amount=4_800_000)
    deleted = make_record(module, alice, name="Fabrikam – pilot")
    record_delete(record_id=deleted.pk, actor=alice, now=NOW)
    ids = {
        "record": record.pk,
        "deleted": deleted.pk,
        "task": _task(record, alice).pk,
        "alice": alice.pk,
        "person": dora.pk,
        "gone": gone.pk,
        "team": make_team("Sales", [dora]).pk,
        "message": _message(mailbox, alice),
    }
    people = {"stranger": make_person("charlie"), "reader": claire, "owner": alice, "administrator": emma}
    return Company(people, ids)


def _close(module: Module, changes: User, reads: User) -> None:
    """Open the module to two teams only: one that works in it and one that reads."""
    replace_rights(make_team("Reps", [changes]), {module.pk: list(ModuleRight)})
    replace_rights(make_team("Managers", [reads]), {module.pk: [ModuleRight.VIEW]})


def _task(record: Record, assignee: User) -> Task:
    return Task.objects.create(record=record, assignee=assignee, title="Call back", created_at=NOW)


def _message(folder: Path, to: User) -> str:
    mailbox = Mailbox(folder)
    head = f"From: Acme <crm@example.com>\r\nTo: {to.email}\r\nSubject: Offer\r\n"
    mailbox.add(f"{head}Message-ID: <1@example.com>\r\n\r\nGood morning\r\n".encode())
    return str(mailbox.heads(reader=None)[0].name)


def patterns(
    found: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product but Django admin's, with its route."""
    for one in get_resolver().url_patterns if found is None else found:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one
        elif one.namespace != "admin":
            yield from patterns(one.url_patterns, route)
