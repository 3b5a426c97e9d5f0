"""The demo company, as somebody finds it who opens the product for the first time."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Q
from pytest_django import DjangoDbBlocker

from accounts.demo import DEMO_PASSWORD
from accounts.models import Organisation, Team, User
from automations.models import ActionRun
from processes.choices import VersionStatus
from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.models import Module, Process, ProcessVersion
from processes.selectors import findings_of
from records.demo import build
from records.demo.seed import process_file_path
from records.demo.working_hours import WorkingHours
from records.engine.person import person_for
from records.engine.refusals import InvalidForm, NotAnOwner, NotAvailable
from records.engine.verdicts import verdicts
from records.models import ProcessRun, Record, RecordEvent, Task
from records.selectors.work import work_page_for
from records.services import transition_perform

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo in English, built once for the tests of this file: each undoes what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        build.build_demo(language="en", time_zone="Europe/Paris", now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built: None, db: None) -> None:
    """The demo, as it was built."""


def deal(name: str) -> Record:
    return Record.objects.alive().with_standing().get(name__startswith=name, module__key="deals")


def person(name: str) -> User:
    found: User = User.objects.get(username=name)
    return found


def available(record: Record, name: str) -> list[str]:
    found = verdicts(record, person_for(person(name)), now=NOW)
    return [verdict.transition.key for verdict in found if verdict.is_available]


@pytest.mark.usefixtures("demo")
class TestTheDemoCompany:
    def test_has_its_people_and_teams(self) -> None:
        organisation = Organisation.objects.get()
        assert (organisation.is_demo, organisation.language, organisation.currency) == (True, "en", "EUR")
        usernames = set(User.objects.values_list("username", flat=True))
        assert usernames == {"emma", "claire", "alice", "bruno", "hugo", "fatou", "driss", "ines"}
        assert all(user.check_password(DEMO_PASSWORD) for user in User.objects.order_by("pk"))
        assert all(user.email.endswith("@example.com") for user in User.objects.order_by("pk"))
        assert [user.username for user in User.objects.order_by("pk") if user.is_administrator] == ["emma"]
        managed = User.objects.filter(manager__username="claire").values_list("username", flat=True)
        assert set(managed) == {"alice", "bruno", "hugo", "fatou"}
        assert list(Team.objects.get(name="Legal").user_set.values_list("username", flat=True)) == ["driss"]

    def test_has_records_in_every_state(self) -> None:
        counts = {module.key: Record.objects.filter(module=module).count() for module in Module.objects.all()}
        assert counts == {"accounts": 60, "contacts": 90, "deals": 150}
        deals = Record.objects.filter(module__key="deals")
        standing = Counter(deals.order_by("pk").values_list("state__key", flat=True))
        least = {
            "qualification": 6, "needs_analysis": 8, "product_demo": 10, "legal_review": 5,
            "closed_won": 35, "closed_lost": 35,
        }  # fmt: skip
        assert set(standing) == set(least)
        assert all(standing[key] >= count for key, count in least.items()), standing
        open_runs = ProcessRun.objects.filter(finished_at=None).count()
        assert open_runs == 150 - standing["closed_won"] - standing["closed_lost"]

    def test_has_a_process_without_findings(self) -> None:
        process = Process.objects.get()
        version = ProcessVersion.objects.get()
        assert (process.key, process.is_active, version.status) == (
            "deal_closing",
            True,
            VersionStatus.PUBLISHED,
        )
        assert findings_of(version) == []

    def test_opens_with_a_handful_of_mails_and_tasks(self) -> None:
        runs = ActionRun.objects.order_by("pk")
        assert 2 <= len(runs) <= 8
        assert all(run.run_at > NOW - timedelta(days=build.MAIL_DAYS) for run in runs)
        tasks = Task.objects.open().order_by("pk")
        assert {task.assignee.username for task in tasks.select_related("assignee")} == {"driss", "fatou"}
        assert tasks.filter(due_date__lt=NOW.date()).exists()
        assert tasks.filter(due_date__gte=NOW.date()).exists()
        assert tasks.count() <= 15

    def test_keeps_the_work_of_a_rep_on_one_page(self) -> None:
        for name in ("alice", "bruno", "hugo", "fatou", "driss"):
            page = work_page_for(person_for(person(name)), with_common=False, after=None, now=NOW)
            assert 5 <= page.total <= 50, name
            assert page.following is None

    def test_can_be_exported_as_its_own_file(self) -> None:
        assert (
            write_process_file(process_file(ProcessVersion.objects.get()))
            == process_file_path("en").read_bytes()
        )


@pytest.mark.usefixtures("demo")
class TestThePast:
    """Months of moves, notes, edits and tasks, which the records, as they are now, came from."""

    def test_tells_of_every_kind_of_event(self) -> None:
        counts = Counter(RecordEvent.objects.order_by("pk").values_list("kind", flat=True))
        assert counts["create"] == 300
        assert counts["enter"] == 150
        assert counts["transition"] > 450
        assert counts["note"] > 200
        assert counts["edit"] > 50
        assert counts["task"] > 150

    def test_played_again_gives_the_records_as_they_are(self) -> None:
        states: dict[int, str] = {}
        values: dict[int, dict[str, Any]] = defaultdict(dict)
        for event in RecordEvent.objects.order_by("at", "pk").select_related("from_state", "to_state"):
            if event.kind == "transition":
                assert event.from_state is not None
                assert states[event.record_id] == event.from_state.key
            if event.to_state is not None:
                states[event.record_id] = event.to_state.key
            for change in event.changes:
                known = values[event.record_id]
                assert known.get(change["field"], change["before"]) == change["before"]
                known[change["field"]] = change["after"]
        for record in Record.objects.filter(module__key="deals").order_by("pk").select_related("state"):
            assert record.state is not None
            assert record.state.key == states[record.pk] == record.values["stage"]
            for key, value in values[record.pk].items():
                assert record.values.get(key) == value, (record.name, key)

    def test_happened_in_the_order_of_ids(self) -> None:
        for model, moment in ((Record, "created_at"), (RecordEvent, "at")):
            found = list(model._default_manager.order_by("pk").values_list(moment, flat=True))
            assert found == sorted(found)

    def test_happened_before_now_and_in_working_hours(self) -> None:
        hours = WorkingHours("Europe/Paris")
        found = set(RecordEvent.objects.order_by("pk").values_list("at", flat=True))
        found |= {task.done_at for task in Task.objects.order_by("pk") if task.done_at is not None}
        assert max(found) <= NOW
        assert min(found) < NOW - timedelta(days=240)
        assert [at for at in found if not hours.is_open_at(at)] == []
        assert not Record.objects.filter(Q(updated_at__gt=NOW) | Q(entered_state_at__gt=NOW)).exists()

    def test_has_tasks_done_in_time_late_and_open(self) -> None:
        zone = ZoneInfo("Europe/Paris")
        in_time = late = 0
        for task in Task.objects.order_by("pk"):
            assert task.due_date is not None
            assert task.due_date >= task.created_at.astimezone(zone).date()
            if task.done_at is not None:
                assert task.done_at > task.created_at
                is_late = task.done_at.astimezone(zone).date() > task.due_date
                in_time, late = in_time + (not is_late), late + is_late
        assert in_time > 2 * late > 20
        assert 5 <= Task.objects.open().count() <= 15

    def test_was_made_by_those_who_may(self) -> None:
        by: dict[str, set[str]] = defaultdict(set)
        moves = RecordEvent.objects.filter(kind="transition").select_related("actor", "transition")
        for event in moves.order_by("pk"):
            assert event.actor is not None
            assert event.transition is not None
            by[event.transition.key].add(event.actor.username)
        assert by["submit_documents"] == {"driss"}
        assert "fatou" in by["plan_demo"]
        assert {"driss", "alice"} <= by["back_to_needs_analysis"]

    def test_numbers_contracts_as_they_were_signed(self) -> None:
        won = RecordEvent.objects.filter(transition__key="submit_documents").order_by("at", "pk")
        numbers = [record.values["contract_reference"] for record in (event.record for event in won)]
        assert numbers == [f"C-2026-{number:03d}" for number in range(1, len(numbers) + 1)]

    def test_writes_no_placeholder(self) -> None:
        texts = RecordEvent.objects.exclude(comment="").order_by("pk").values_list("comment", flat=True)
        assert [text for text in texts if "{" in text] == []


@pytest.mark.usefixtures("demo")
class TestSubmitDocuments:
    """The main job: the legal team closes a deal once its documents are complete."""

    def test_is_for_the_legal_team_alone(self) -> None:
        record = deal("Clinique des Tilleuls – 24")
        assert "submit_documents" in available(record, "driss")
        assert "submit_documents" not in available(record, "alice")
        with pytest.raises(NotAnOwner):
            self.submit(record, "alice")

    def test_needs_the_demo_to_be_done(self) -> None:
        record = deal("Groupe Mirabel – booths")
        assert "submit_documents" not in available(record, "driss")
        with pytest.raises(NotAvailable):
            self.submit(record, "driss")

    def test_asks_for_the_contract_and_refuses_a_large_discount(self) -> None:
        with pytest.raises(InvalidForm) as caught:
            self.submit(deal("Clinique des Tilleuls – 24"), "driss", contract_reference="")
        assert set(caught.value.plan.form.errors) == {"contract_reference"}
        with pytest.raises(InvalidForm) as caught:
            self.submit(deal("Pharma Altea"), "driss", discount="30")
        assert caught.value.plan.form.errors == {"discount": ["The discount may be at most 25\u00a0%."]}

    def test_closes_the_deal(self) -> None:
        self.submit(deal("Clinique des Tilleuls – 24"), "driss")
        record = deal("Clinique des Tilleuls – 24")
        assert record.state is not None
        assert record.state.key == "closed_won"
        assert record.run is None
        assert record.values["closing_date"] == "2026-11-24"
        assert record.values["contract_reference"] == "C-2026-040"
        task = Task.objects.open().get(assignee__username="ines")
        assert task.title == "Write the first invoice for Clinique des Tilleuls"
        mail = ActionRun.objects.order_by("pk").last()
        assert mail is not None
        assert mail.payload["subject"] == "Closed won: Clinique des Tilleuls – 24 room panels"

    def submit(self, record: Record, by: str, **typed: str) -> None:
        data = {
            "contract_reference": "C-2026-040",
            "amount": "28800",
            "discount": "10",
            "contact_email": "sophie.moreau@example.com",
            **typed,
        }
        transition_perform(
            record_id=record.pk, transition_key="submit_documents", actor=person(by), data=data, now=NOW
        )


@pytest.mark.usefixtures("demo")
class TestTheWayOfADeal:
    @pytest.mark.parametrize(
        ("name", "who", "expected"),
        [
            ("Imprimerie Lacaze", "hugo", ["start_analysis", "send_to_legal", "close_as_lost"]),
            ("Imprimerie Lacaze", "claire", ["start_analysis", "send_to_legal", "close_as_lost"]),
            ("Imprimerie Lacaze", "bruno", []),
            ("Imprimerie Lacaze", "emma", []),
            ("Studio Kessel", "fatou", ["plan_demo"]),
            ("Cartonnerie Vallier – booking", "alice",
             ["record_demo", "send_to_legal", "back_to_needs_analysis", "close_as_lost"]),
            ("Nordvik Shipping – presence", "hugo",
             ["send_to_legal", "back_to_needs_analysis", "close_as_lost"]),
            ("Groupe Mirabel – booths", "bruno", ["back_to_needs_analysis", "close_as_lost"]),
            ("Brasserie Solstice", "bruno", ["reopen"]),
            ("Nordvik Shipping – bridge", "hugo", []),
        ],
    )  # fmt: skip
    def test_offers_each_person_what_is_theirs(self, name: str, who: str, expected: list[str]) -> None:
        assert available(deal(name), who) == expected

    def test_names_the_competitor_where_one_won(self) -> None:
        data = {"loss_reason": "competitor", "competitor": ""}
        with pytest.raises(InvalidForm) as caught:
            transition_perform(
                record_id=deal("Studio Kessel").pk,
                transition_key="close_as_lost",
                actor=person("alice"),
                data=data,
                now=NOW,
            )
        assert caught.value.plan.form.errors == {"competitor": ["Name the competitor who won."]}
