"""Changes of definitions: what is written, what is refused, and that published versions stay as they are."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from processes import services
from processes.choices import VersionStatus
from processes.files import write_process_file
from processes.files.exporting import process_file
from processes.models import Field, Module, Process, ProcessVersion
from processes.permissions import owners_of
from processes.selectors import published_version_of
from tests.factories import make_person
from tests.processes.demo_file import NOW, demo, field_spec, module_spec, spec_of, take

pytestmark = pytest.mark.django_db


class TestModuleCreate:
    def test_puts_modules_behind_one_another(self, emma: User) -> None:
        first = services.module_create(spec=module_spec(), actor=emma)
        second = services.module_create(spec=module_spec(key="cases"), actor=emma)
        assert (first.position, second.position) == (0, 1)

    def test_refuses_a_key_that_is_taken(self, emma: User) -> None:
        services.module_create(spec=module_spec(), actor=emma)
        with pytest.raises(services.SpecificationError, match="already"):
            services.module_create(spec=module_spec(), actor=emma)

    def test_refuses_people_who_do_not_design(self) -> None:
        with pytest.raises(PermissionDenied):
            services.module_create(spec=module_spec(), actor=make_person("alice"))
        assert not Module.objects.exists()


class TestFieldChanges:
    @pytest.fixture
    def module(self, emma: User) -> Module:
        return services.module_create(spec=module_spec(), actor=emma)

    def test_each_raises_the_revision(self, module: Module, emma: User) -> None:
        field = services.field_add(module=module, spec=field_spec(), actor=emma)
        assert module.revision == 2
        assert services.field_change(field=field, spec=field_spec(label="Seats"), actor=emma)
        assert Module.objects.get().revision == 3
        assert Field.objects.get().label == "Seats"

    def test_nothing_new_raises_nothing(self, module: Module, emma: User) -> None:
        field = services.field_add(module=module, spec=field_spec(), actor=emma)
        assert not services.field_change(field=field, spec=field_spec(), actor=emma)
        assert not services.module_change(module=module, spec=module_spec(), actor=emma)
        assert Module.objects.get().revision == 2

    def test_keeps_options_that_are_not_named(self, module: Module, emma: User) -> None:
        kind = {"kind": "picklist"}
        spec = field_spec(**kind, options=({"key": "a", "label": "A"}, {"key": "b", "label": "B"}))
        field = services.field_add(module=module, spec=spec, actor=emma)
        spec = field_spec(**kind, options=({"key": "b", "label": "Big", "colour": "red"},))
        assert services.field_change(field=field, spec=spec, actor=emma)
        options = [(option["key"], option["label"]) for option in Field.objects.get().options]
        assert options == [("b", "Big"), ("a", "A")]

    @pytest.mark.parametrize(
        ("before", "after", "reason"),
        [
            ({}, {"kind": "text"}, "kind of a field can’t change"),
            (
                {"kind": "decimal"},
                {"kind": "decimal", "settings": {"decimals": 4}},
                "decimals of a field can’t",
            ),
            ({}, {"unique": True}, "can’t become unique"),
            (
                {"kind": "lookup", "settings": {"module": "leads"}},
                {"kind": "lookup", "settings": {"module": "cases"}},
                "module of a lookup can’t change",
            ),
        ],
    )
    def test_refuses_what_stored_values_depend_on(
        self, module: Module, emma: User, before: dict[str, Any], after: dict[str, Any], reason: str
    ) -> None:
        field = services.field_add(module=module, spec=field_spec(**before), actor=emma)
        with pytest.raises(services.SpecificationError, match=reason):
            services.field_change(field=field, spec=field_spec(**after), actor=emma)

    def test_the_usual_number_of_decimals_may_be_written_out(self, module: Module, emma: User) -> None:
        field = services.field_add(module=module, spec=field_spec(kind="decimal"), actor=emma)
        spec = field_spec(kind="decimal", settings={"decimals": 2})
        assert services.field_change(field=field, spec=spec, actor=emma)

    def test_refuses_a_second_field_of_a_key(self, module: Module, emma: User) -> None:
        services.field_add(module=module, spec=field_spec(), actor=emma)
        with pytest.raises(services.SpecificationError, match="already"):
            services.field_add(module=module, spec=field_spec(), actor=emma)

    def test_refuses_a_lookup_into_nothing(self, module: Module, emma: User) -> None:
        with pytest.raises(services.SpecificationError, match="no module “cases”"):
            services.field_add(
                module=module, spec=field_spec(kind="lookup", settings={"module": "cases"}), actor=emma
            )


@pytest.mark.usefixtures("people")
class TestVersionPublish:
    def test_retires_the_version_before(self) -> None:
        process = take(demo(), publish=True).process
        take(demo().replace("name: Reopen", "name: Open again"))
        version = services.version_publish(process=process, actor=None, now=NOW)
        assert version.number == 2
        statuses = process.versions.order_by("number").values_list("status", flat=True)
        assert list(statuses) == [VersionStatus.RETIRED, VersionStatus.PUBLISHED]

    def test_refuses_without_a_draft(self) -> None:
        process = take(demo(), publish=True).process
        with pytest.raises(services.NothingToPublishError):
            services.version_publish(process=process, actor=None, now=NOW)

    def test_refuses_people_who_do_not_design(self, people: dict[str, User]) -> None:
        process = take(demo()).process
        with pytest.raises(PermissionDenied):
            services.version_publish(process=process, actor=people["driss"], now=NOW)

    def test_tells_every_finding(self) -> None:
        text = (
            demo()
            .replace("start: true}", "start: false}")
            .replace("people: [fatou]\n        dynamic", "dynamic")
        )
        process = take(text).process
        User.objects.filter(username="driss").update(is_active=False)
        with pytest.raises(services.VerificationFailedError, match="There is no start state") as caught:
            services.version_publish(process=process, actor=None, now=NOW)
        codes = [(finding.level.value, finding.code, finding.key) for finding in caught.value.findings]
        assert codes == [
            ("error", "no_start", ""),
            ("error", "action", "send_to_legal"),
            ("warning", "nobody", "submit_documents"),
        ]
        assert published_version_of(process) is None

    def test_refuses_a_draft_that_changed_while_it_was_verified(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        process = take(demo()).process

        def verify_slowly(*args: Any) -> list[Any]:
            ProcessVersion.objects.update(revision=9)
            return []

        monkeypatch.setattr("processes.services.processes.verify", verify_slowly)
        with pytest.raises(services.DraftChangedError):
            services.version_publish(process=process, actor=None, now=NOW)
        assert published_version_of(process) is None


@pytest.mark.usefixtures("people")
class TestAPublishedVersion:
    def test_stays_as_it_is_whatever_the_services_do(self) -> None:
        process = take(demo(), publish=True, activate=True).process
        version = published_version_of(process)
        assert version is not None
        before = write_process_file(process_file(version))
        owners = owners_of(list(version.transitions.values_list("pk", flat=True)))
        services.draft_replace(
            process=process, spec=spec_of(demo().replace("name: Reopen", "name: Again")), actor=None
        )
        services.process_deactivate(process=process, actor=None)
        assert write_process_file(process_file(version)) == before
        assert owners_of(list(version.transitions.values_list("pk", flat=True))) == owners
        version.refresh_from_db()
        assert (version.status, version.revision) == (VersionStatus.PUBLISHED, 1)


@pytest.mark.usefixtures("people")
class TestProcessActivate:
    def test_and_deactivate(self) -> None:
        process = take(demo(), publish=True).process
        services.process_activate(process=process, actor=None)
        assert Process.objects.get().is_active
        services.process_deactivate(process=process, actor=None)
        assert not Process.objects.get().is_active

    def test_refuses_what_was_never_published(self) -> None:
        process = take(demo()).process
        with pytest.raises(services.NothingPublishedError):
            services.process_activate(process=process, actor=None)

    def test_refuses_people_who_do_not_design(self, people: dict[str, User]) -> None:
        process = take(demo(), publish=True).process
        for verb in (services.process_activate, services.process_deactivate):
            with pytest.raises(PermissionDenied):
                verb(process=process, actor=people["driss"])
