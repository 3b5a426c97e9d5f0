"""Teams, as administrators manage them: people, rights in modules, out of use and back."""

from collections.abc import Iterable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team, User
from processes.choices import ModuleRight
from processes.models import Module
from processes.permissions import replace_rights, rights_of_team
from processes.services.rights import team_set_rights
from tests.factories import draw_deal_closing, make_deals, make_person, make_team


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in page.select(selector)]


def boxes(module: Module, rights: Iterable[ModuleRight]) -> dict[str, list[str]]:
    return {f"module-{module.pk}": [right.value for right in rights]}


@pytest.fixture
def admin(client: Client, emma: User) -> Client:
    client.force_login(emma)
    return client


@pytest.fixture
def sales(alice: User) -> Team:
    return make_team("Sales", [alice])


@pytest.fixture
def deals(organisation: Any) -> Module:
    return make_deals()


class TestList:
    def test_names_the_people(self, admin: Client, sales: Team, claire: User) -> None:
        sales.user_set.add(claire, make_person("left"))
        User.objects.filter(username="left").update(is_active=False)
        assert texts(parsed(admin.get(reverse("teams"))), "[data-team]") == [
            "Sales 2 people Alice, Claire Active"
        ]

    def test_says_what_a_team_is_for_where_there_is_none(self, admin: Client) -> None:
        page = parsed(admin.get(reverse("teams")))
        assert page.select(f'.empty-state a[href="{reverse("team_new")}"]')

    def test_costs_the_same_for_many(self, admin: Client, sales: Team, alice: User) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                admin.get(reverse("teams"))
            return len(queries)

        cost()
        few = cost()
        for number in range(20):
            make_team(f"Team {number}", [make_person(f"person{number}"), alice])
        assert cost() == few


class TestNew:
    def test_leads_to_the_teams_rights(self, admin: Client, alice: User) -> None:
        response = admin.post(reverse("team_new"), {"name": "Sales", "people": [alice.pk]})
        team = Team.objects.get()
        assert response.headers["Location"] == reverse("team_edit", args=[team.pk])
        assert list(team.user_set.all()) == [alice]

    @pytest.mark.parametrize("name", ["", "Sales", "x" * 151, "a\0b"])
    def test_refuses(self, admin: Client, sales: Team, name: str) -> None:
        page = parsed(admin.post(reverse("team_new"), {"name": name}), 422)
        assert page.select('[data-error-for="name"]')
        assert Team.objects.count() == 1


class TestEdit:
    def test_shows_what_is_given(self, admin: Client, sales: Team, deals: Module) -> None:
        legal = make_team("Legal")
        replace_rights(sales, {deals.pk: [ModuleRight.CHANGE]})
        replace_rights(legal, {deals.pk: [ModuleRight.VIEW]})
        page = parsed(admin.get(reverse("team_edit", args=[sales.pk])))
        ticked = [tag["value"] for tag in page.select('[data-module="deals"] [checked]')]
        assert ticked == ["view_records", "change_records"]
        assert texts(page, '[data-module="deals"] .sub') == ["Legal, Sales"]
        assert texts(page, '[data-module="deals"] label .visually-hidden')[3] == "Deals: Delete"

    def test_says_that_a_module_is_open(self, admin: Client, sales: Team, deals: Module) -> None:
        page = parsed(admin.get(reverse("team_edit", args=[sales.pk])))
        assert texts(page, '[data-module="deals"] .sub') == ["Open to everybody"]

    def test_gives_rights_and_tells_what_that_closes(
        self, admin: Client, sales: Team, deals: Module, claire: User
    ) -> None:
        url = reverse("team_edit", args=[sales.pk])
        data = {"name": "Sales", "people": [claire.pk], **boxes(deals, [ModuleRight.ADD])}
        page = parsed(admin.post(url, data, follow=True))
        assert rights_of_team(sales) == {deals.pk: {ModuleRight.VIEW, ModuleRight.ADD}}
        assert list(sales.user_set.all()) == [claire]
        assert any("Deals was open to everybody until now" in text for text in texts(page, ".toast"))
        again = parsed(admin.post(url, data, follow=True))
        assert not any("until now" in text for text in texts(again, ".toast"))

    def test_takes_rights_back(self, admin: Client, sales: Team, deals: Module) -> None:
        replace_rights(sales, {deals.pk: list(ModuleRight)})
        admin.post(reverse("team_edit", args=[sales.pk]), {"name": "Sales"})
        assert rights_of_team(sales) == {}

    def test_keeps_those_who_left(self, admin: Client, sales: Team, alice: User) -> None:
        User.objects.filter(pk=alice.pk).update(is_active=False)
        admin.post(reverse("team_edit", args=[sales.pk]), {"name": "Sellers"})
        sales.refresh_from_db()
        assert (sales.name, list(sales.user_set.all())) == ("Sellers", [alice])

    @pytest.mark.parametrize(
        "typed", [{"name": "Legal"}, {"name": ""}, {"people": ["999999"]}, {"module-{pk}": ["own_records"]}]
    )
    def test_writes_nothing_where_something_is_wrong(
        self, admin: Client, sales: Team, deals: Module, typed: dict[str, Any]
    ) -> None:
        make_team("Legal")
        wrong = {name.format(pk=deals.pk): value for name, value in typed.items()}
        data = {"name": "Sellers", **boxes(deals, [ModuleRight.VIEW]), **wrong}
        parsed(admin.post(reverse("team_edit", args=[sales.pk]), data), 422)
        sales.refresh_from_db()
        assert (sales.name, rights_of_team(sales)) == ("Sales", {})


class TestDeactivation:
    def test_says_what_is_lost(self, admin: Client, alice: User, deals: Module) -> None:
        legal = make_team("Legal", [alice])
        draw_deal_closing(deals, legal).publish()
        replace_rights(legal, {deals.pk: [ModuleRight.VIEW]})
        page = parsed(admin.get(reverse("team_deactivate", args=[legal.pk])))
        said = texts(page, "main li")
        assert said[0] == "1 person is in it without any effect."
        assert said[1] == "1 step of a process loses this owner."
        assert "Deals" in said[2]
        assert legal.is_active

    def test_keeps_all_for_the_return(self, admin: Client, sales: Team, deals: Module, alice: User) -> None:
        replace_rights(sales, {deals.pk: [ModuleRight.VIEW]})
        admin.post(reverse("team_deactivate", args=[sales.pk]))
        assert not Team.objects.get(pk=sales.pk).is_active
        page = parsed(admin.get(reverse("team_edit", args=[sales.pk])))
        url = reverse("team_reactivate", args=[sales.pk])
        assert page.select(f'form[action="{url}"]')
        assert admin.get(url).status_code == 405
        admin.post(url)
        assert Team.objects.get(pk=sales.pk).is_active
        assert list(sales.user_set.all()) == [alice]
        assert rights_of_team(sales)


def test_rights_are_given_by_administrators_only(sales: Team, deals: Module, claire: User) -> None:
    with pytest.raises(PermissionDenied):
        team_set_rights(team=sales, rights={deals.pk: [ModuleRight.VIEW]}, actor=claire)
    assert team_set_rights(team=sales, rights={deals.pk: [ModuleRight.VIEW]}, actor=None) == {deals.pk}
