"""The demo company, as somebody finds it who opens the product for the first time."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.demo import DEMO_PASSWORD
from accounts.models import Organisation, Team, User
from automations.models import ActionRun
from processes.choices import VersionStatus
from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.loading import version_def
from processes.models import Module, Process, ProcessVersion
from processes.selectors import findings_of
from records.demo import build
from records.demo.seed import process_file_path
from records.engine.person import person_for
from records.engine.refusals import InvalidForm, NotAnOwner, NotAvailable
from records.engine.verdicts import verdicts
from records.models import ProcessRun, Record, Task
from records.services import transition_perform

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    build.build_demo(language="en", time_zone="Europe/Paris", now=NOW)


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
        assert counts == {"accounts": 14, "contacts": 16, "deals": 18}
        standing = Record.objects.filter(module__key="deals").values_list("state__key", flat=True)
        assert set(standing) == {
            "qualification", "needs_analysis", "product_demo", "legal_review", "closed_won", "closed_lost"
        }  # fmt: skip
        assert ProcessRun.objects.filter(finished_at=None).count() == 15

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
        assert ActionRun.objects.count() == 3
        tasks = Task.objects.open().order_by("pk")
        assert {task.assignee.username for task in tasks.select_related("assignee")} == {"driss", "fatou"}
        assert tasks.filter(due_date__lt=NOW.date()).exists()
        assert tasks.filter(due_date__gte=NOW.date()).exists()

    def test_can_be_exported_as_its_own_file(self) -> None:
        assert (
            write_process_file(process_file(ProcessVersion.objects.get()))
            == process_file_path("en").read_bytes()
        )


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


class TestSetupDemo:
    def test_speaks_french_where_the_installation_does(self) -> None:
        call_command("setup_demo", "--language", "fr", stdout=StringIO())
        version = ProcessVersion.objects.get()
        assert findings_of(version) == []
        assert write_process_file(process_file(version)) == process_file_path("fr").read_bytes()
        assert Organisation.objects.get().language == "fr"
        names = [state.label for state in version_def(version.pk, version.process.module).states]
        assert names == [
            "Qualification", "Analyse des besoins", "Démonstration", "Revue juridique", "Gagnée", "Perdue"
        ]  # fmt: skip
        with translation.override("fr"):
            assert "submit_documents" in available(deal("Clinique des Tilleuls – 24 panneaux"), "driss")

    def test_refuses_a_database_with_people(self) -> None:
        User.objects.create_user("somebody")
        with pytest.raises(CommandError, match="people in this installation"):
            call_command("setup_demo")
        assert not Organisation.objects.exists()

    def test_a_failure_leaves_the_database_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise RuntimeError("disk full")

        monkeypatch.setattr(build._Records, "_finish_old_tasks", fail)
        with pytest.raises(RuntimeError):
            call_command("setup_demo")
        assert not User.objects.exists()
        assert not Module.objects.exists()
        assert not Record.objects.exists()
