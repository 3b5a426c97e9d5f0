"""The command that sets up the demo company in an empty installation."""

from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from automations.choices import RunStatus
from automations.demo import DELIVERY_TIME
from automations.mailbox import Mailbox
from automations.models import ActionRun
from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.loading import version_def
from processes.models import Module, ProcessVersion
from processes.selectors import findings_of
from records.demo import build
from records.demo.known import KnownStory
from records.demo.past import PastStory
from records.demo.seed import past_people_file, past_words_file, process_file_path, records_file
from records.demo.story import Move, Note
from records.demo.working_hours import WorkingHours
from records.engine.person import person_for
from records.engine.verdicts import verdicts
from records.models import Record, RecordEvent

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class TestSetupDemo:
    def test_speaks_french_where_the_installation_does(
        self, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Path
    ) -> None:
        backend = "automations.mail.MailboxBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"file_path": str(tmp_path)}}}
        with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
            call_command("setup_demo", "--language", "fr", stdout=StringIO())
        self.check_process()
        self.check_past()
        self.check_mails(Mailbox(tmp_path))

    def check_process(self) -> None:
        version = ProcessVersion.objects.get()
        assert findings_of(version) == []
        assert write_process_file(process_file(version)) == process_file_path("fr").read_bytes()
        assert Organisation.objects.get().language == "fr"
        names = [state.label for state in version_def(version.pk, version.process.module).states]
        assert names == [
            "Qualification", "Analyse des besoins", "Démonstration", "Revue juridique", "Gagnée", "Perdue"
        ]  # fmt: skip
        deal = (
            Record.objects.alive().with_standing().get(name__startswith="Clinique des Tilleuls – 24 panneaux")
        )
        found = verdicts(deal, person_for(User.objects.get(username="driss")), now=NOW)
        assert "submit_documents" in [v.transition.key for v in found if v.is_available]

    def check_past(self) -> None:
        """As much of everything as the English story tells, in French words."""
        hours = WorkingHours("Europe/Paris")
        past = PastStory(past_people_file(), past_words_file(), hours, NOW, "en").tell()
        known = KnownStory(records_file(), hours, NOW, "en").tell()
        told = [happening for story in (past, known) for deal in story.deals for happening in deal.happenings]
        events = Counter(RecordEvent.objects.order_by("pk").values_list("kind", flat=True))
        assert events["transition"] == sum(isinstance(happening, Move) for happening in told)
        assert events["note"] == sum(isinstance(happening, Note) for happening in told)
        english = {happening.text for happening in told if isinstance(happening, Note)}
        notes = RecordEvent.objects.filter(kind="note").order_by("pk").values_list("comment", flat=True)
        assert english.isdisjoint(notes)
        assert "Offre envoyée." in set(notes)

    def check_mails(self, mailbox: Mailbox) -> None:
        """They are in the mailbox with the dates of their moves."""
        runs = ActionRun.objects.order_by("run_at")
        assert {run.status for run in runs} == {RunStatus.DONE}
        heads = mailbox.heads(reader=None)
        assert [head.at for head in reversed(heads)] == [
            (run.run_at + DELIVERY_TIME).replace(microsecond=0) for run in runs
        ]

    def test_refuses_a_database_with_people(self) -> None:
        User.objects.create_user("somebody")
        with pytest.raises(CommandError, match="people in this installation"):
            call_command("setup_demo")
        assert not Organisation.objects.exists()

    def test_a_failure_leaves_the_database_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(**kwargs: object) -> None:
            raise RuntimeError("disk full")

        monkeypatch.setattr(build, "note_add", fail)
        with pytest.raises(RuntimeError):
            call_command("setup_demo")
        assert not User.objects.exists()
        assert not Module.objects.exists()
        assert not Record.objects.exists()
