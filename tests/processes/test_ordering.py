"""The order of modules, sections and fields, and fields that are archived and come back."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from processes import services
from processes.loading import module_def
from processes.models import Field, Module
from tests.factories import Drawing, make_deals, make_person
from tests.processes.demo_file import field_spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> Module:
    module = make_deals()
    module.fields.filter(key__in=["closing", "reference"]).update(section="Contract")
    return module


def order(module: Module) -> list[str]:
    """The fields as forms show them."""
    fresh = Module.objects.get(pk=module.pk)
    return [field.key for _title, fields in module_def(fresh).sections for field in fields]


class TestFieldMove:
    def test_swaps_with_the_neighbour_in_its_section(self, module: Module, emma: User) -> None:
        before = order(module)
        assert before == ["amount", "discount", "demo_status", "approver", "stage", "closing", "reference"]
        assert services.field_move(field=module.fields.get(key="demo_status"), by=-1, actor=emma)
        assert order(module)[:3] == ["amount", "demo_status", "discount"]
        assert services.field_move(field=module.fields.get(key="closing"), by=1, actor=emma)
        assert order(module)[-2:] == ["reference", "closing"]

    def test_raises_the_revision(self, module: Module, emma: User) -> None:
        services.field_move(field=module.fields.get(key="amount"), by=1, actor=emma)
        assert Module.objects.get().revision == 2

    @pytest.mark.parametrize(("key", "by"), [("amount", -1), ("stage", 1), ("closing", -1), ("amount", 5)])
    def test_stops_at_the_end(self, module: Module, emma: User, key: str, by: int) -> None:
        before = order(module)
        assert not services.field_move(field=module.fields.get(key=key), by=by, actor=emma)
        assert order(module) == before
        assert Module.objects.get().revision == 1

    def test_refuses_archived_fields_and_strangers(self, module: Module, emma: User) -> None:
        field = module.fields.get(key="discount")
        with pytest.raises(PermissionDenied):
            services.field_move(field=field, by=1, actor=make_person("alice"))
        services.field_archive(field=field, actor=emma)
        with pytest.raises(services.SpecificationError, match="no place"):
            services.field_move(field=field, by=1, actor=emma)


class TestSectionMove:
    def test_moves_all_its_fields(self, module: Module, emma: User) -> None:
        assert services.section_move(module=module, title="Contract", by=-1, actor=emma)
        assert order(module)[:2] == ["closing", "reference"]
        assert Module.objects.get().revision == 2

    @pytest.mark.parametrize(("title", "by"), [("", -1), ("Contract", 1), ("Nowhere", 1)])
    def test_stops_at_the_end(self, module: Module, emma: User, title: str, by: int) -> None:
        assert not services.section_move(module=module, title=title, by=by, actor=emma)


class TestModuleMove:
    def test_swaps_with_the_neighbour(self, module: Module, emma: User) -> None:
        other = Module.objects.create(key="leads", label="Lead", label_plural="Leads")
        assert services.module_move(module=other, by=-1, actor=emma)
        assert [row.key for row in Module.objects.order_by("position", "pk")] == ["leads", "deals"]
        assert not services.module_move(module=other, by=-1, actor=emma)
        assert services.module_move(module=other, by=1, actor=emma)
        assert [row.key for row in Module.objects.order_by("position", "pk")] == ["deals", "leads"]


class TestFieldArchive:
    def test_takes_the_field_out_and_brings_it_back(self, module: Module, emma: User) -> None:
        field = module.fields.get(key="discount")
        assert services.field_archive(field=field, actor=emma)
        assert "discount" not in order(module)
        assert not services.field_archive(field=field, actor=emma)
        assert services.field_restore(field=field, actor=emma)
        assert "discount" in order(module)
        assert Module.objects.get().revision == 3

    def test_refuses_the_state_field_whichever_way_it_is_tried(self, module: Module, emma: User) -> None:
        drawing = Drawing(module)
        field = module.fields.get(key="stage")
        with pytest.raises(services.SpecificationError, match="holds the state of “Deal closing”"):
            services.field_archive(field=field, actor=emma)
        spec = field_spec(key="stage", label="Stage", kind="picklist", archived=True)
        with pytest.raises(services.SpecificationError, match="can’t be archived"):
            services.field_change(field=field, spec=spec, actor=emma)
        drawing.process.archived_at = "2026-11-24T09:00Z"
        drawing.process.save(update_fields=["archived_at"])
        assert services.field_archive(field=field, actor=emma)

    def test_refuses_two_fields_in_use_of_one_name(self, module: Module, emma: User) -> None:
        field = module.fields.get(key="discount")
        services.field_archive(field=field, actor=emma)
        services.field_add(module=module, spec=field_spec(key="rebate", label="DISCOUNT"), actor=emma)
        with pytest.raises(services.SpecificationError, match="rename one of the two"):
            services.field_restore(field=field, actor=emma)
        assert Field.objects.get(key="discount").is_archived

    def test_refuses_people_who_do_not_design(self, module: Module) -> None:
        alice, field = make_person("alice"), module.fields.get(key="discount")
        for service in (services.field_archive, services.field_restore):
            with pytest.raises(PermissionDenied):
                service(field=field, actor=alice)


class TestOptions:
    @pytest.mark.parametrize(
        ("changes", "is_refused"), [({"archived": True}, True), ({"label": "Deal"}, False)]
    )
    def test_that_are_states_are_renamed_but_not_archived(
        self, module: Module, emma: User, changes: dict[str, object], is_refused: bool
    ) -> None:
        Drawing(module).state("closed_won", is_exit=True)
        option = {"key": "closed_won", "label": "Closed won", **changes}
        spec = field_spec(key="stage", label="Stage", kind="picklist", options=(option,))
        field = module.fields.get(key="stage")
        if is_refused:
            with pytest.raises(services.SpecificationError, match="is a state of “Deal closing”") as caught:
                services.field_change(field=field, spec=spec, actor=emma)
            assert caught.value.problems[0][0] == ("options", 0, "archived")
        else:
            assert services.field_change(field=field, spec=spec, actor=emma)

    def test_that_are_no_states_are_archived(self, module: Module, emma: User) -> None:
        Drawing(module).state("closed_won", is_exit=True)
        option = {"key": "closed_lost", "label": "Closed lost", "archived": True}
        spec = field_spec(key="stage", label="Stage", kind="picklist", options=(option,))
        assert services.field_change(field=module.fields.get(key="stage"), spec=spec, actor=emma)

    def test_are_three_hundred_at_most(self, module: Module, emma: User) -> None:
        options = tuple({"key": f"o{n}", "label": f"O {n}"} for n in range(299))
        spec = field_spec(key="stage", label="Stage", kind="picklist", options=options)
        with pytest.raises(services.SpecificationError, match="at most 300 options"):
            services.field_change(field=module.fields.get(key="stage"), spec=spec, actor=emma)
