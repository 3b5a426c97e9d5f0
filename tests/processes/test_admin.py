"""The admin: data fixes through the services, versions for reading, no query per row."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from processes.models import Field, Module, Process, ProcessVersion, Transition
from tests.processes.demo_file import demo, take

pytestmark = pytest.mark.django_db

PARTS = ["processversion", "transition"]
LISTS = ["module", "field", "process", *PARTS]


@pytest.fixture
def process(people: dict[str, User]) -> Process:
    return take(demo(), publish=True, activate=True).process


@pytest.fixture
def emma_client(client: Client, people: dict[str, User], process: Process) -> Client:
    client.force_login(people["emma"])
    return client


def address(model: str, action: str, pk: int | None = None) -> str:
    return reverse(f"admin:processes_{model}_{action}", args=[] if pk is None else [pk])


def first(model: str) -> int:
    models: dict[str, Any] = {
        "module": Module,
        "field": Field,
        "process": Process,
        "processversion": ProcessVersion,
        "transition": Transition,
    }
    found = models[model].objects.order_by("pk").first()
    return int(found.pk)


class TestPages:
    @pytest.mark.parametrize("model", LISTS)
    def test_open(self, emma_client: Client, model: str) -> None:
        assert emma_client.get(address(model, "changelist")).status_code == 200
        assert emma_client.get(address(model, "change", first(model))).status_code == 200

    @pytest.mark.parametrize("model", LISTS)
    def test_are_for_administrators(
        self, client: Client, people: dict[str, User], process: Process, model: str
    ) -> None:
        client.force_login(people["driss"])
        assert client.get(address(model, "changelist")).status_code in {302, 403}

    @pytest.mark.parametrize("model", LISTS)
    def test_add_and_delete_nothing(self, emma_client: Client, model: str) -> None:
        assert emma_client.get(address(model, "add")).status_code == 403
        assert emma_client.post(address(model, "delete", first(model)), {"post": "yes"}).status_code == 403

    @pytest.mark.parametrize("model", LISTS)
    def test_list_more_rows_with_the_same_queries(self, emma_client: Client, model: str) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert emma_client.get(address(model, "changelist")).status_code == 200
            return len(found)

        queries()
        before = queries()
        for number in range(5):
            text = demo().replace("key: deal_closing", f"key: other_{number}")
            take(
                text.replace("  - key: contacts\n", f"  - key: contacts_{number}\n")
                .replace("{module: contacts}", f"{{module: contacts_{number}}}")
                .replace("key: contact\n", f"key: contact_{number}\n")
            )
        assert queries() == before

    def test_read_a_version_with_the_same_queries_however_large(self, emma_client: Client) -> None:
        def queries(version: ProcessVersion) -> int:
            with CaptureQueriesContext(connection) as found:
                assert emma_client.get(address("processversion", "change", version.pk)).status_code == 200
            return len(found)

        published = ProcessVersion.objects.get()
        queries(published)
        before = queries(published)
        move = "    - {key: more_N, name: More N, common: true, to: closed_lost}\n"
        take(demo() + "".join(move.replace("N", str(number)) for number in range(20)))
        assert queries(ProcessVersion.objects.get(status="draft")) == before


class TestPublishedVersions:
    @pytest.mark.parametrize("model", PARTS)
    def test_cannot_be_changed(self, emma_client: Client, model: str) -> None:
        before = list(Transition.objects.order_by("pk").values())
        response = emma_client.post(
            address(model, "change", first(model)), {"name": "Other", "status": "draft"}
        )
        assert response.status_code == 403
        assert list(Transition.objects.order_by("pk").values()) == before
        assert ProcessVersion.objects.get().status == "published"


class TestModules:
    def post(self, client: Client, module: Module, **values: str) -> Any:
        data = {
            "label": module.label,
            "label_plural": module.label_plural,
            "name_label": module.name_label,
            "icon": module.icon,
            "sharing": module.sharing,
            **values,
        }
        return client.post(address("module", "change", module.pk), data)

    def test_change_through_the_service(self, emma_client: Client) -> None:
        module = Module.objects.get(key="deals")
        assert self.post(emma_client, module, label="Opportunity").status_code == 302
        changed = Module.objects.get(key="deals")
        assert (changed.label, changed.revision) == ("Opportunity", module.revision + 1)

    def test_refuse_an_icon_that_no_menu_could_draw(self, emma_client: Client) -> None:
        module = Module.objects.get(key="deals")
        response = self.post(emma_client, module, icon="no-such-icon")
        assert "There is no icon “no-such-icon”." in response.content.decode()
        assert Module.objects.get(key="deals").icon == module.icon

    def test_refuse_what_a_file_would_refuse(self, emma_client: Client) -> None:
        module = Module.objects.get(key="deals")
        response = self.post(emma_client, module, icon="Not an icon")
        assert response.status_code == 200
        assert "is not written as it must be" in response.content.decode()
        assert Module.objects.get(key="deals").revision == module.revision


class TestFields:
    def test_change_through_the_service(self, emma_client: Client) -> None:
        field = Field.objects.get(module__key="deals", key="amount")
        revision = Module.objects.get(key="deals").revision
        data = {"label": "Value", "section": "", "help_text": "", "is_required": "on", "kind": "text"}
        assert emma_client.post(address("field", "change", field.pk), data).status_code == 302
        changed = Field.objects.get(pk=field.pk)
        assert (changed.label, changed.is_required, changed.kind) == ("Value", True, "currency")
        assert changed.settings == field.settings
        assert Module.objects.get(key="deals").revision == revision + 1

    def test_that_hold_a_state_are_not_archived(self, emma_client: Client) -> None:
        field = Field.objects.get(module__key="deals", key="stage")
        data = {"label": "Stage", "section": "", "help_text": "", "is_archived": "on"}
        response = emma_client.post(address("field", "change", field.pk), data)
        assert response.status_code == 200
        assert "holds the state of" in response.content.decode()
        assert not Field.objects.get(pk=field.pk).is_archived

    def test_keep_their_options(self, emma_client: Client) -> None:
        field = Field.objects.get(module__key="deals", key="stage")
        data = {"label": "Phase", "section": "", "help_text": ""}
        emma_client.post(address("field", "change", field.pk), data)
        assert Field.objects.get(pk=field.pk).options == field.options


class TestProcesses:
    def test_change_through_the_service(self, emma_client: Client, process: Process) -> None:
        data = {"name": "Closing", "description": "", "priority": "7", "is_active": ""}
        assert emma_client.post(address("process", "change", process.pk), data).status_code == 302
        process.refresh_from_db()
        assert (process.name, process.priority, process.is_active) == ("Closing", 7, True)

    def test_are_taken_out_of_use_and_back(self, emma_client: Client, process: Process) -> None:
        for action, is_active in (("deactivate", False), ("activate", True)):
            data = {"action": action, "_selected_action": [process.pk]}
            assert emma_client.post(address("process", "changelist"), data).status_code == 302
            process.refresh_from_db()
            assert process.is_active is is_active

    def test_say_why_they_cannot_be_used(self, emma_client: Client, process: Process) -> None:
        draft = take(demo().replace("key: deal_closing", "key: other")).process
        data = {"action": "activate", "_selected_action": [draft.pk]}
        response = emma_client.post(address("process", "changelist"), data, follow=True)
        assert "Publish the process before it is activated." in response.content.decode()

    def test_cannot_be_changed_once_deleted(self, emma_client: Client, process: Process) -> None:
        Process.objects.filter(pk=process.pk).update(archived_at="2026-11-24T09:00Z")
        data = {"name": "Closing", "description": "", "priority": "7"}
        assert emma_client.post(address("process", "change", process.pk), data).status_code == 403
