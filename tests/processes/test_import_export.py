"""Process files into the database and back: all or nothing, and the same bytes again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import Team, User
from processes import services
from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.loading import version_def
from processes.models import Field, Module, Process, ProcessVersion, State, Transition
from processes.selectors import draft_of, published_version_of
from tests.processes.demo_file import DEMO, NOW, demo, field_spec, refused, spec_of, take

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("people")
class TestProcessImport:
    def test_brings_modules_fields_and_a_draft(self) -> None:
        imported = take(demo())
        assert imported.changed_modules == ("accounts", "contacts", "deals")
        assert imported.is_new_draft
        assert not imported.process.is_active
        assert Field.objects.filter(module__key="deals").count() == 16
        draft = draft_of(imported.process)
        assert draft is not None
        assert (draft.number, draft.states.count(), draft.transitions.count()) == (1, 6, 8)

    def test_publishes_and_activates(self, people: dict[str, User]) -> None:
        imported = take(demo(), people["emma"], publish=True, activate=True)
        version = ProcessVersion.objects.get()
        assert (version.status, version.published_at, version.published_by) == (
            "published",
            NOW,
            people["emma"],
        )
        assert Process.objects.get().is_active
        assert (imported.is_published, imported.is_activated) == (True, True)

    def test_grants_owners_and_keeps_rules(self, people: dict[str, User]) -> None:
        process = take(demo(), publish=True).process
        version = version_def(ProcessVersion.objects.get().pk, process.module)
        submit = version.transitions_by_key["submit_documents"]
        assert submit.owners.teams == {Team.objects.get().pk}
        assert version.transitions_by_key["plan_demo"].owners.users == {people["fatou"].pk}
        assert [item.field_key for item in submit.items] == [
            None, "contract_reference", "amount", "discount", "contact_email"
        ]  # fmt: skip
        assert [action.kind for action in submit.actions] == ["field_update", "task", "email"]

    def test_the_same_file_again_changes_nothing(self) -> None:
        take(demo(), publish=True, activate=True)
        revisions = list(Module.objects.order_by("pk").values_list("revision", flat=True))
        imported = take(demo(), publish=True, activate=True)
        assert (imported.changed_modules, imported.is_new_draft, imported.is_published) == ((), False, False)
        assert ProcessVersion.objects.count() == 1
        assert list(Module.objects.order_by("pk").values_list("revision", flat=True)) == revisions

    def test_a_changed_file_makes_a_draft_beside_the_version_in_force(self) -> None:
        process = take(demo(), publish=True).process
        published = published_version_of(process)
        assert published is not None
        take(demo().replace("name: Reopen", "name: Open again"))
        draft = draft_of(process)
        assert draft is not None
        assert draft.number == 2
        assert draft.transitions.get(key="reopen").name == "Open again"
        assert published.transitions.get(key="reopen").name == "Reopen"

    def test_what_keeps_its_key_keeps_its_origin(self) -> None:
        process = take(demo(), publish=True).process
        first = {row.key: row.pk for row in Transition.objects.all()}
        take(demo().replace("key: reopen", "key: open_again").replace("name: Reopen", "name: Again"))
        take(demo().replace("key: reopen", "key: open_again").replace("name: Reopen", "name: Open again"))
        draft = draft_of(process)
        assert draft is not None
        origins = {row.key: row.origin_id for row in draft.transitions.all()}
        assert origins.pop("open_again") not in {None, first.pop("reopen")}
        assert origins == first
        assert set(State.objects.filter(version=draft).values_list("origin_id", flat=True)) == set(
            State.objects.exclude(version=draft).values_list("pk", flat=True)
        )

    def test_a_second_import_replaces_the_draft(self) -> None:
        process = take(demo()).process
        take(demo().replace("name: Reopen", "name: Open again"))
        draft = ProcessVersion.objects.get()
        assert (draft.number, draft.revision) == (1, 2)
        assert set(process.versions.get().transitions.values_list("name", flat=True)) >= {"Open again"}
        assert Transition.objects.filter(key="reopen").count() == 1

    def test_a_file_without_places_leaves_the_drawing(self) -> None:
        process = take(
            demo().replace("{key: qualification, start", "{key: qualification, x: 40, y: 80, start")
        ).process
        take(demo().replace("name: Reopen", "name: Open again"))
        state = State.objects.get(version=process.versions.get(), key="qualification")
        assert (state.x, state.y) == (40, 80)

    def test_leaves_fields_that_are_not_named(self) -> None:
        take(demo())
        services.field_add(module=Module.objects.get(key="deals"), spec=field_spec(), actor=None)
        take(demo())
        assert Field.objects.filter(module__key="deals", key="size", is_archived=False).exists()

    def test_needs_no_more_queries_for_more_transitions(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        process = take(demo()).process
        spec = spec_of(demo())
        reopen = spec.transitions[-1]
        many = [reopen.model_copy(update={"key": f"reopen_{n}", "name": f"Reopen {n}"}) for n in range(30)]
        with django_assert_max_num_queries(60):
            services.draft_replace(
                process=process, spec=spec.model_copy(update={"transitions": tuple(many)}), actor=None
            )


@pytest.mark.usefixtures("people")
class TestProcessImportRefuses:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (
                "people: [fatou]",
                "people: [fatou, nobody]",
                "owners.people.1: There is nobody with the sign-in",
            ),
            ("teams: [Legal]", "teams: [Juridique]", "owners.teams.0: There is no team “Juridique”."),
            (
                "{field: product, required",
                "{field: price, required",
                "during.1.field: There is no field “price”.",
            ),
            ("state_field: stage", "state_field: amount", "process.state_field: “amount” is not a picklist"),
            ("module: deals", "module: leads", "process.module: There is no module “leads”."),
            ("settings: {module: contacts}", "settings: {module: people}", "There is no module “people”."),
        ],
    )
    def test_with_its_line_and_changes_nothing(self, old: str, new: str, expected: str) -> None:
        problems = refused(demo().replace(old, new), publish=True)
        line = demo()[: demo().index(old)].count("\n") + 1
        assert problems[0].startswith(f"Line {line}, ")
        assert expected in problems[0]
        assert not Module.objects.exists()
        assert not Process.objects.exists()

    def test_another_kind_for_a_field_that_exists(self) -> None:
        take(demo())
        (problem,) = refused(
            demo()
            .replace(
                "key: amount\n        label: Amount\n        kind: currency",
                "key: amount\n        label: Amount\n        kind: decimal",
            )
            .replace("settings: {currency: EUR, minimum: '0'}", "settings: {minimum: '0'}")
        )
        assert "modules.2.fields.4.kind: The kind of a field can’t change" in problem
        assert Field.objects.get(key="amount").kind == "currency"

    def test_another_module_or_state_field_for_a_process_that_exists(self) -> None:
        take(demo(), publish=True)
        text = demo().replace("state_field: stage", "state_field: loss_reason")
        assert "can’t change once a version was published" in refused(text)[0]
        text = (
            demo()
            .replace("  module: deals", "  module: contacts")
            .replace("state_field: stage", "state_field: x")
        )
        assert "The module of a process can’t change" in refused(text)[0]

    def test_a_process_that_was_deleted(self) -> None:
        process = take(demo()).process
        Process.objects.filter(pk=process.pk).update(archived_at=NOW)
        assert "was deleted" in refused(demo())[0]

    def test_to_publish_what_has_errors_and_says_where(self) -> None:
        text = demo().replace("      owners:\n        teams: [Legal]\n      criteria", "      criteria")
        problems = refused(text, publish=True)
        line = text[: text.index("- key: submit_documents")].count("\n") + 1
        assert problems == [
            f"Line {line}, process.transitions.4: Submit documents: "
            "Nobody owns the transition, so nobody could perform it."
        ]
        assert not Process.objects.exists()

    def test_to_activate_what_was_never_published(self) -> None:
        assert refused(demo(), activate=True) == ["Publish the process before it is activated."]
        assert not Process.objects.exists()


@pytest.mark.usefixtures("people")
class TestExport:
    def test_gives_back_the_bytes_of_the_file(self) -> None:
        version = draft_of(take(demo()).process)
        assert version is not None
        assert write_process_file(process_file(version)).decode() == demo()

    def test_import_and_export_again_give_the_same_bytes(self) -> None:
        text = (
            demo()
            .replace("{key: qualification, start: true}", "{key: qualification, start: true, x: 10, y: -20}")
            .replace(
                "to: closed_lost\n", "to: closed_lost\n      no_self_approval: true\n      colour: red\n", 1
            )
            .replace("{field: loss_reason, required: true}", "{message: '  two\\n  lines ', key: zulu}")
            .replace("value: done}\n      during", "value: 2.50}\n      during")
            .replace("  state_field: stage\n", "  state_field: stage\n  priority: 7\n")
        )
        version = draft_of(take(text).process)
        assert version is not None
        first = write_process_file(process_file(version)).decode()
        take(first)
        assert ProcessVersion.objects.get().revision == 1
        Process.objects.get().versions.get().transitions.all().delete()
        ProcessVersion.objects.all().delete()
        Process.objects.all().delete()
        Field.objects.all().delete()
        Module.objects.all().delete()
        version = draft_of(take(first).process)
        assert version is not None
        assert write_process_file(process_file(version)).decode() == first

    def test_needs_no_query_per_transition(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        version = draft_of(take(demo()).process)
        assert version is not None
        with django_assert_max_num_queries(14):
            process_file(version)


@pytest.mark.usefixtures("people")
class TestCommands:
    def test_import_says_what_it_did(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("import_process", str(DEMO), "--publish", "--activate")
        assert capsys.readouterr().out.splitlines() == [
            "Module changed: accounts.",
            "Module changed: contacts.",
            "Module changed: deals.",
            "“Deal closing” has a new draft.",
            "“Deal closing” is published.",
            "“Deal closing” is active.",
        ]
        call_command("import_process", str(DEMO))
        assert capsys.readouterr().out == "“Deal closing” is as in the file already.\n"

    def test_import_refuses_with_line_and_reason(self, tmp_path: Path) -> None:
        file = tmp_path / "process.yaml"
        file.write_text(demo().replace("to: legal_review", "to: legal", 1))
        with pytest.raises(
            CommandError, match=r"Line \d+, process.transitions.3.to: There is no state “legal”"
        ):
            call_command("import_process", str(file))
        with pytest.raises(CommandError, match="can’t be read"):
            call_command("import_process", str(tmp_path / "nothing.yaml"))

    def test_export_writes_to_the_screen_or_a_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        take(demo())
        call_command("export_process", "deal_closing")
        assert capsys.readouterr().out == demo()
        call_command("export_process", "deal_closing", "--output", str(tmp_path / "out.yaml"))
        assert (tmp_path / "out.yaml").read_text() == demo()

    def test_export_takes_the_draft_unless_told_otherwise(self, capsys: pytest.CaptureFixture[str]) -> None:
        take(demo(), publish=True)
        take(demo().replace("name: Reopen", "name: Open again"))
        call_command("export_process", "deal_closing")
        assert "name: Open again" in capsys.readouterr().out
        call_command("export_process", "deal_closing", "--published")
        assert "name: Reopen" in capsys.readouterr().out

    def test_export_refuses(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no process “nothing”"):
            call_command("export_process", "nothing")
        take(demo())
        with pytest.raises(CommandError, match="no version to export"):
            call_command("export_process", "deal_closing", "--published")
        with pytest.raises(CommandError, match="No such file"):
            call_command("export_process", "deal_closing", "--output", str(tmp_path / "no" / "out.yaml"))
