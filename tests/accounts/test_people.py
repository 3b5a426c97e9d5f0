"""People, as administrators manage them: who may, what is refused, what a password is worth."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import services
from accounts.models import User
from accounts.selectors import PEOPLE_PER_PAGE
from accounts.services import LastAdministrator, ManagerCycle, OwnAccount
from tests.factories import make_person, make_team

STRONG = "correct-horse-battery"


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def text_of(tag: BeautifulSoup | Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def filled(page: BeautifulSoup, **typed: Any) -> dict[str, Any]:
    """What a browser would send for the page's form, with some inputs typed over."""
    form = page.select("main form[method=post]")[-1]
    data: dict[str, Any] = {}
    for tag in form.select("input[name]"):
        if tag.get("type") not in {"checkbox", "radio"}:
            data[str(tag["name"])] = str(tag.get("value", ""))
        elif tag.has_attr("checked"):
            data.setdefault(str(tag["name"]), []).append(str(tag.get("value", "on")))
    for select in form.select("select[name]"):
        chosen = select.select("option[selected]") or select.select("option")[:1]
        data[str(select["name"])] = str(chosen[0]["value"])
    return {name: value for name, value in {**data, **typed}.items() if value is not None}


def person_values(person: User, **changed: Any) -> dict[str, Any]:
    names = ("username", "first_name", "last_name", "email", "manager", "language", "time_zone")
    values = {name: getattr(person, name) for name in names}
    return {**values, "is_administrator": person.is_superuser, "teams": [], **changed}


@pytest.fixture
def admin(client: Client, emma: User) -> Client:
    client.force_login(emma)
    return client


PAGES = ("people", "person_new", "person_edit", "person_password", "person_reactivate", "person_deactivate",
         "teams", "team_new", "team_edit", "team_deactivate", "team_reactivate")  # fmt: skip


def address(name: str, pk: int) -> str:
    return (
        reverse(name) if name in {"people", "person_new", "teams", "team_new"} else reverse(name, args=[pk])
    )


class TestPages:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_are_not_there_for_others(
        self, client: Client, alice: User, claire: User, name: str, method: str
    ) -> None:
        team = make_team("Sales", [alice])
        client.force_login(claire)
        url = address(name, team.pk if name.startswith("team") else alice.pk)
        assert getattr(client, method)(url).status_code == 404
        alice.refresh_from_db()
        assert alice.is_active

    @pytest.mark.parametrize("name", PAGES)
    def test_ask_strangers_to_sign_in(self, client: Client, alice: User, name: str) -> None:
        assert client.get(address(name, alice.pk)).status_code == 302

    @pytest.mark.parametrize("name", PAGES[2:6])
    def test_know_nobody_of_that_id(self, admin: Client, name: str) -> None:
        assert admin.get(reverse(name, args=[999_999])).status_code == 404

    def test_are_in_the_sidebar_of_administrators_only(self, client: Client, emma: User, alice: User) -> None:
        for person, count in ((emma, 1), (alice, 0)):
            client.force_login(person)
            page = parsed(client.get(reverse("preferences")))
            assert len(page.select(f'.sidebar a[href="{reverse("people")}"]')) == count
            assert len(page.select(f'.sidebar a[href="{reverse("teams")}"]')) == count


class TestList:
    def test_shows_who_belongs_where(self, admin: Client, alice: User) -> None:
        make_team("Sales", [alice])
        make_team("Old", [alice])
        page = parsed(admin.get(reverse("people")))
        row = text_of(page.select_one('[data-person="alice"]') or page)
        for word in ("Alice", "alice@example.com", "Sales", "Claire", "never"):
            assert word in row
        assert "Administrator" in text_of(page.select_one('[data-person="emma"]') or page)

    def test_keeps_those_who_left_apart(self, admin: Client, alice: User) -> None:
        User.objects.filter(pk=alice.pk).update(is_active=False)
        page = parsed(admin.get(reverse("people")))
        assert [tag["data-person"] for tag in page.select("[data-person]")] == ["claire", "emma"]
        assert [text_of(tab) for tab in page.select(".tabs a")] == ["Active 2", "Deactivated 1"]
        page = parsed(admin.get(reverse("people"), {"show": "deactivated"}))
        assert [tag["data-person"] for tag in page.select("[data-person]")] == ["alice"]

    @pytest.mark.parametrize(
        ("text", "found"), [("ali", ["alice"]), ("EXAMPLE cla", ["claire"]), ("zzz", [])]
    )
    def test_finds_by_parts_of_names_and_addresses(
        self, admin: Client, alice: User, text: str, found: list[str]
    ) -> None:
        page = parsed(admin.get(reverse("people"), {"q": text}))
        assert [tag["data-person"] for tag in page.select("[data-person]")] == found
        assert bool(page.select(".empty-state a")) is not bool(found)

    @pytest.mark.parametrize("query", [{"page": "x"}, {"page": "99"}, {"show": "\0"}, {"q": "\0'\"<b>%"}])
    def test_takes_any_address(self, admin: Client, alice: User, query: dict[str, str]) -> None:
        assert admin.get(reverse("people"), query).status_code == 200

    def test_costs_the_same_for_many(self, admin: Client, alice: User) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                admin.get(reverse("people"))
            return len(queries)

        cost()  # The company is read once in a while.
        few = cost()
        for number in range(PEOPLE_PER_PAGE):
            make_team(f"Team {number}", [make_person(f"person{number}", manager=alice)])
        assert cost() == few
        page = parsed(admin.get(reverse("people"), {"page": "2", "q": ""}))
        assert len(page.select("[data-person]")) == 3
        assert page.select('a[rel="prev"]')

    def test_leads_to_the_next_page_within_the_search(self, admin: Client, alice: User) -> None:
        for number in range(PEOPLE_PER_PAGE + 1):
            make_person(f"person{number:02}")
        page = parsed(admin.get(reverse("people"), {"q": "person"}))
        following = page.select_one('a[rel="next"]')
        assert following is not None
        assert len(parsed(admin.get(reverse("people") + str(following["href"]))).select("[data-person]")) == 1


class TestNew:
    def test_makes_a_password_and_shows_it_once(self, admin: Client, claire: User) -> None:
        sales = make_team("Sales")
        form = parsed(admin.get(reverse("person_new")))
        data = filled(
            form, first_name="Nina", username="nina", manager=claire.pk, teams=[sales.pk], language="fr"
        )
        response = admin.post(reverse("person_new"), data)
        page = parsed(response)
        made = str((page.select_one("#made-password") or page)["value"])
        assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", made)
        assert "no-store" in response.headers["Cache-Control"]
        nina = User.objects.get(username="nina")
        assert nina.check_password(made)
        assert (nina.manager, nina.language, nina.is_administrator) == (claire, "fr", False)
        assert [group.pk for group in nina.groups.all()] == [sales.pk]
        assert made not in admin.get(reverse("person_edit", args=[nina.pk])).content.decode()

    def test_takes_a_password_that_was_typed(self, admin: Client) -> None:
        data = {"first_name": "Nina", "username": "nina", "password": STRONG}
        response = admin.post(reverse("person_new"), data)
        assert (response.status_code, response.headers["Location"]) == (303, reverse("people"))
        assert User.objects.get(username="nina").check_password(STRONG)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"password": "12345678"}, "password"),
            ({"username": "ninamartin", "password": "ninamartin1"}, "password"),
            ({"username": "alice"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": "x" * 151}, "username"),
            ({"first_name": ""}, "first_name"),
            ({"first_name": "a\0b"}, "first_name"),
            ({"email": "nobody"}, "email"),
            ({"time_zone": "Mars/X"}, "time_zone"),
            ({"language": "xx"}, "language"),
            ({"manager": "999999"}, "manager"),
            ({"teams": ["999999"]}, "teams"),
        ],
    )
    def test_refuses(self, admin: Client, alice: User, typed: dict[str, Any], field: str) -> None:
        before = User.objects.count()
        data = {"first_name": "Nina", "username": "nina", "password": STRONG, **typed}
        page = parsed(admin.post(reverse("person_new"), data), 422)
        assert page.select(f'[data-error-for="{field}"]')
        assert User.objects.count() == before


class TestEdit:
    def test_writes_what_is_said(self, admin: Client, alice: User, emma: User) -> None:
        sales, legal, old = make_team("Sales", [alice]), make_team("Legal"), make_team("Old", [alice])
        old.is_active = False
        old.save(update_fields=["is_active"])
        form = parsed(admin.get(reverse("person_edit", args=[alice.pk])))
        assert [tag["value"] for tag in form.select('[name="teams"][checked]')] == [str(sales.pk)]
        data = filled(form, last_name="Martin", manager=emma.pk, teams=[legal.pk], is_administrator="on")
        assert admin.post(reverse("person_edit", args=[alice.pk]), data).status_code == 303
        alice.refresh_from_db()
        assert (alice.name, alice.manager, alice.is_administrator) == ("Alice Martin", emma, True)
        assert alice.is_staff
        # A deactivated team isn't offered, so it isn't taken away either.
        assert {group.name for group in alice.groups.all()} == {"Legal", "Old"}

    def test_sent_as_it_is_changes_nothing(self, admin: Client, alice: User, claire: User) -> None:
        User.objects.filter(pk=claire.pk).update(is_active=False)
        before = User.objects.filter(pk=alice.pk).values().get()
        url = reverse("person_edit", args=[alice.pk])
        assert admin.post(url, filled(parsed(admin.get(url)))).status_code == 303
        assert User.objects.filter(pk=alice.pk).values().get() == before

    def test_refuses_a_ring_of_managers_with_a_sentence(
        self, admin: Client, alice: User, claire: User
    ) -> None:
        url = reverse("person_edit", args=[claire.pk])
        page = parsed(admin.post(url, filled(parsed(admin.get(url)), manager=alice.pk)), 422)
        error = page.select_one('[data-error-for="manager"]')
        assert "Alice is below Claire in the chain of managers" in text_of(error or page)
        claire.refresh_from_db()
        assert claire.manager is None

    def test_refuses_to_demote_the_last_administrator(self, admin: Client, emma: User) -> None:
        url = reverse("person_edit", args=[emma.pk])
        page = parsed(admin.post(url, filled(parsed(admin.get(url)), is_administrator=None)), 422)
        error = page.select_one('[data-error-for="is_administrator"]')
        assert "last administrator" in text_of(error or page)

    def test_leads_out_whoever_gives_up_the_role(self, admin: Client, emma: User) -> None:
        make_person("frank", is_administrator=True)
        url = reverse("person_edit", args=[emma.pk])
        response = admin.post(url, filled(parsed(admin.get(url)), is_administrator=None))
        assert response.headers["Location"] == reverse("my_work")


class TestPersonChange:
    @pytest.mark.parametrize("length", [1, 2, 3])
    def test_refuses_a_ring_of_any_length(self, emma: User, length: int) -> None:
        top = last = make_person("top")
        for number in range(length):
            last = make_person(f"below{number}", manager=last)
        with pytest.raises(ManagerCycle):
            services.person_change(person=top, actor=emma, **person_values(top, manager=last))

    def test_refuses_oneself_as_manager(self, emma: User, alice: User) -> None:
        with pytest.raises(ManagerCycle, match="own manager"):
            services.person_change(person=alice, actor=emma, **person_values(alice, manager=alice))

    def test_ends_in_a_ring_that_is_there_already(self, emma: User, alice: User, claire: User) -> None:
        User.objects.filter(pk=claire.pk).update(manager=alice)
        assert services.chain_above(alice) == [alice.pk, claire.pk]

    def test_counts_only_active_administrators(self, emma: User) -> None:
        frank = make_person("frank", is_administrator=True)
        User.objects.filter(pk=frank.pk).update(is_active=False)
        with pytest.raises(LastAdministrator):
            services.person_change(person=emma, actor=emma, **person_values(emma, is_administrator=False))

    @pytest.mark.parametrize(
        "call",
        [
            lambda p, a: services.person_change(person=p, actor=a, **person_values(p)),
            lambda p, a: services.person_set_password(person=p, password=STRONG, actor=a),
            lambda p, a: services.person_deactivate(person=p, actor=a),
            lambda p, a: services.person_reactivate(person=p, password=STRONG, actor=a),
            lambda p, a: services.reports_hand_over(person=p, manager=None, actor=a),
            lambda p, a: services.person_create(
                username="new", first_name="", last_name="", email="", password=None, actor=a
            ),
            lambda p, a: services.team_create(name="New", actor=a),
            lambda p, a: services.team_change(team=make_team("T"), name="U", people=[], actor=a),
            lambda p, a: services.team_set_active(team=make_team("T"), is_active=False, actor=a),
        ],
    )
    def test_is_for_administrators(self, alice: User, claire: User, call: Any) -> None:
        with pytest.raises(PermissionDenied):
            call(alice, claire)


class TestPassword:
    def test_ends_the_persons_sessions(self, admin: Client, alice: User) -> None:
        theirs = Client()
        theirs.force_login(alice)
        assert theirs.get(reverse("preferences")).status_code == 200
        page = parsed(admin.post(reverse("person_password", args=[alice.pk]), {"password": ""}))
        made = str((page.select_one("#made-password") or page)["value"])
        assert theirs.get(reverse("preferences")).status_code == 302
        alice.refresh_from_db()
        assert alice.check_password(made)

    def test_is_checked(self, admin: Client, alice: User) -> None:
        page = parsed(admin.post(reverse("person_password", args=[alice.pk]), {"password": "alice1"}), 422)
        assert page.select('[data-error-for="password"]')
        with pytest.raises(ValidationError):
            services.person_set_password(person=alice, password="12345678", actor=None)

    def test_of_oneself_is_changed_where_the_old_one_is_asked_for(self, admin: Client, emma: User) -> None:
        response = admin.post(reverse("person_password", args=[emma.pk]), {"password": STRONG})
        assert response.headers["Location"] == reverse("password_change")
        assert User.objects.get(pk=emma.pk).check_password("emma")

    def test_made_ones_differ(self) -> None:
        assert len({services.password_make() for _time in range(50)}) == 50


class TestDeactivation:
    def test_ends_sessions_at_once_and_for_good(self, admin: Client, emma: User, alice: User) -> None:
        theirs = Client()
        theirs.force_login(alice)
        services.person_deactivate(person=alice, actor=emma)
        assert theirs.get(reverse("preferences")).status_code == 302
        page = parsed(admin.get(reverse("person_edit", args=[alice.pk])))
        assert page.select(f'a[href="{reverse("person_reactivate", args=[alice.pk])}"]')
        response = admin.post(reverse("person_reactivate", args=[alice.pk]), {"password": STRONG})
        assert response.status_code == 303
        assert theirs.get(reverse("preferences")).status_code == 302
        assert theirs.post(reverse("login"), {"username": "alice", "password": "alice"}).status_code == 422
        assert theirs.post(reverse("login"), {"username": "alice", "password": STRONG}).status_code == 302

    def test_is_not_for_oneself(self, emma: User) -> None:
        make_person("frank", is_administrator=True)
        with pytest.raises(OwnAccount):
            services.person_deactivate(person=emma, actor=emma)

    def test_keeps_the_last_administrator(self, emma: User) -> None:
        with pytest.raises(LastAdministrator):
            services.person_deactivate(person=emma, actor=None)
        assert User.objects.get(pk=emma.pk).is_active

    def test_leads_from_a_password_to_the_reactivation(self, admin: Client, alice: User) -> None:
        services.person_deactivate(person=alice, actor=None)
        response = admin.get(reverse("person_password", args=[alice.pk]))
        assert response.headers["Location"] == reverse("person_reactivate", args=[alice.pk])

    def test_back_needs_a_person_who_left(self, admin: Client, alice: User) -> None:
        response = admin.post(reverse("person_reactivate", args=[alice.pk]), {"password": STRONG})
        assert response.headers["Location"] == reverse("person_edit", args=[alice.pk])
        assert not User.objects.get(pk=alice.pk).check_password(STRONG)


class TestReportsHandOver:
    def test_gives_them_a_new_manager(self, alice: User, claire: User, emma: User) -> None:
        assert services.reports_hand_over(person=claire, manager=emma, actor=emma) == 1
        assert User.objects.get(pk=alice.pk).manager == emma

    @pytest.mark.parametrize("depth", [1, 2])
    def test_raises_somebody_from_below_without_a_ring(
        self, alice: User, claire: User, emma: User, depth: int
    ) -> None:
        User.objects.filter(pk=claire.pk).update(manager=emma)
        bruno = make_person("bruno", manager=claire)
        heir = bruno if depth == 1 else make_person("heir", manager=bruno)
        services.reports_hand_over(person=User.objects.get(pk=claire.pk), manager=heir, actor=None)
        assert services.chain_above(alice) == [alice.pk, heir.pk, emma.pk]
        assert services.chain_above(bruno)[-1] == emma.pk

    def test_leaves_those_who_left(self, alice: User, claire: User, emma: User) -> None:
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert services.reports_hand_over(person=claire, manager=emma, actor=None) == 0
