"""What the rights of a team in a module open and close: a matrix of people, rights and doors."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from processes.choices import ModuleRight
from processes.models import Module
from processes.permissions import replace_rights
from records.engine.person import person_for
from records.engine.refusals import NotAllowed, UnknownRecord
from records.lookups import lookup_targets
from records.models import Record
from records.permissions import get_record_access, get_record_for
from records.services import record_create, record_update, transition_perform
from tests.factories import NOW, make_record, make_team
from tests.records.engine.conftest import World

type Give = Callable[..., None]

VIEW, ADD, CHANGE = ModuleRight.VIEW, ModuleRight.ADD, ModuleRight.CHANGE


@pytest.fixture
def sales(world: World) -> Team:
    """alice's team; claire, her manager, is in none."""
    return make_team("Sales", [world.alice])


@pytest.fixture
def give(world: World, sales: Team) -> Give:
    """Give Sales rights in Deals, so that nobody else has any."""

    def give(*rights: ModuleRight) -> None:
        replace_rights(sales, {world.module.pk: rights})

    return give


@pytest.fixture
def deal(world: World) -> Record:
    return world.deal()


def fresh(user: User) -> User:
    found: User = User.objects.get(pk=user.pk)
    return found


DOORS = {
    "list": lambda deal: reverse("record_list", args=["deals"]),
    "new": lambda deal: reverse("record_new", args=["deals"]),
    "edit": lambda deal: reverse("record_edit", args=[deal.pk]),
}


@pytest.mark.parametrize(
    ("who", "rights", "expected"),
    [
        ("alice", [VIEW], {"list": 200, "new": 403, "edit": 403}),
        ("alice", [VIEW, ADD], {"list": 200, "new": 200, "edit": 403}),
        ("alice", [VIEW, CHANGE], {"list": 200, "new": 403, "edit": 200}),
        ("alice", [VIEW, ADD, CHANGE], {"list": 200, "new": 200, "edit": 200}),
        ("claire", [VIEW, ADD, CHANGE], {"list": 404, "new": 404, "edit": 404}),
        ("emma", [VIEW], {"list": 200, "new": 200, "edit": 200}),
    ],
)
def test_doors(
    client: Client,
    world: World,
    give: Give,
    deal: Record,
    who: str,
    rights: list[ModuleRight],
    expected: dict[str, int],
) -> None:
    give(*rights)
    client.force_login(getattr(world, who))
    answers = {name: client.get(door(deal)).status_code for name, door in DOORS.items()}
    assert answers == expected


class TestWithoutTheRightToSee:
    def test_the_module_is_in_no_sidebar(self, client: Client, world: World, give: Give) -> None:
        give(VIEW)
        for user, is_there in ((world.alice, True), (world.claire, False), (world.emma, True)):
            client.force_login(user)
            html = client.get(reverse("preferences")).content.decode()
            assert (f'href="{reverse("record_list", args=["deals"])}"' in html) is is_there

    def test_even_an_owner_sees_no_record_in_full(self, world: World, give: Give) -> None:
        own = make_record(world.module, world.charlie)
        give(VIEW)
        charlie = fresh(world.charlie)
        assert not Record.objects.visible_to(person_for(charlie)).exists()
        # The process gave the record's owner steps to take, and that stays.
        assert get_record_access(charlie, own.pk).is_limited
        with pytest.raises(Http404):
            get_record_for(charlie, own.pk)

    def test_a_record_without_a_step_for_the_person_is_not_there(
        self, client: Client, world: World, give: Give, deal: Record
    ) -> None:
        Module.objects.filter(pk=world.module.pk).update(sharing="public")
        client.force_login(world.charlie)
        assert client.get(reverse("record", args=[deal.pk])).status_code == 200
        give(VIEW)
        assert client.get(reverse("record", args=[deal.pk])).status_code == 404

    def test_nothing_of_the_module_is_offered_to_point_to(self, world: World, give: Give) -> None:
        make_record(world.module, world.charlie)
        assert lookup_targets("deals", person_for(fresh(world.charlie))).exists()
        give(VIEW)
        assert not lookup_targets("deals", person_for(fresh(world.charlie))).exists()

    def test_a_step_that_somebody_owns_can_be_taken_all_the_same(self, world: World, give: Give) -> None:
        deal = world.deal(stage="legal_review", demo_status="done")
        give(VIEW)
        done = transition_perform(
            record_id=deal.pk,
            transition_key="submit_documents",
            actor=fresh(world.driss),
            data={"reference": "C-1"},
            now=NOW,
        )
        assert not done.is_repeat


class TestServices:
    def test_create_only_with_the_right(self, world: World, give: Give) -> None:
        give(VIEW, CHANGE)
        values: dict[str, Any] = {"module": world.module, "name": "New", "values": {}, "now": NOW}
        with pytest.raises(NotAllowed):
            record_create(**values, owner=world.alice, actor=fresh(world.alice))
        assert not Record.objects.exists()
        record_create(**values, owner=world.alice, actor=fresh(world.emma))

    def test_change_only_with_the_right(self, world: World, give: Give, deal: Record) -> None:
        give(VIEW, ADD)
        change: dict[str, Any] = {"record_id": deal.pk, "changes": {"name": "Other"}, "now": NOW}
        with pytest.raises(NotAllowed):
            record_update(**change, actor=fresh(world.alice))
        with pytest.raises(NotAllowed):
            # claire owns a step of it, as alice's manager, and may do no more.
            record_update(**change, actor=fresh(world.claire))
        with pytest.raises(UnknownRecord):
            record_update(**change, actor=fresh(world.charlie))
        assert Record.objects.get(pk=deal.pk).name == deal.name
        assert record_update(**change, actor=fresh(world.emma)).name == "Other"


class TestPages:
    @pytest.mark.parametrize(("rights", "is_there"), [([VIEW], False), ([VIEW, ADD, CHANGE], True)])
    def test_offer_only_what_the_person_may_do(
        self,
        client: Client,
        world: World,
        give: Give,
        deal: Record,
        rights: list[ModuleRight],
        is_there: bool,
    ) -> None:
        give(*rights)
        client.force_login(world.alice)
        html = client.get(reverse("record_list", args=["deals"])).content.decode()
        assert (f'href="{reverse("record_new", args=["deals"])}"' in html) is is_there
        html = client.get(reverse("record", args=[deal.pk])).content.decode()
        assert (f'href="{reverse("record_edit", args=[deal.pk])}"' in html) is is_there

    def test_offer_no_creation_on_an_empty_list(self, client: Client, world: World, give: Give) -> None:
        give(VIEW)
        client.force_login(world.alice)
        html = client.get(reverse("record_list", args=["deals"])).content.decode()
        assert reverse("record_new", args=["deals"]) not in html

    def test_say_why_something_is_refused(self, client: Client, world: World, give: Give) -> None:
        give(VIEW)
        client.force_login(world.alice)
        response = client.get(reverse("record_new", args=["deals"]))
        assert "not create any" in response.content.decode()
