"""Writes to organisation, people and teams."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation, Team, User
from accounts.services import (
    OrganisationExists,
    organisation_set_up,
    person_create,
    preferences_update,
    team_add_people,
    team_create,
)

COMPANY: dict[str, Any] = {
    "name": "Acme",
    "language": "fr",
    "time_zone": "Europe/Paris",
    "currency": "EUR",
    "sender": "crm@acme.example",
}
PERSON: dict[str, Any] = {
    "username": "alice",
    "first_name": "Alice",
    "last_name": "Marchand",
    "email": "Alice@EXAMPLE.com",
    "password": "secret",
}


@pytest.mark.django_db
class TestOrganisationSetUp:
    def test_makes_the_one_row(self):
        organisation = organisation_set_up(**COMPANY)
        assert (organisation.pk, organisation.is_demo) == (1, False)

    def test_happens_once(self):
        organisation_set_up(**COMPANY)
        with pytest.raises(OrganisationExists, match="Acme"):
            organisation_set_up(**{**COMPANY, "name": "Halden"})
        assert Organisation.objects.get().name == "Acme"

    @pytest.mark.parametrize(("name", "value"), [("language", "xx"), ("time_zone", "Mars/X"), ("name", "")])
    def test_refuses_what_is_not_known(self, name, value):
        with pytest.raises(ValidationError) as caught:
            organisation_set_up(**{**COMPANY, name: value})
        assert name in caught.value.message_dict
        assert not Organisation.objects.exists()


@pytest.mark.django_db
class TestPersonCreate:
    def test_makes_somebody_who_can_sign_in(self):
        claire = person_create(**{**PERSON, "username": "claire"})
        alice = person_create(**PERSON, manager=claire)
        alice.refresh_from_db()
        assert alice.check_password("secret")
        assert alice.email == "Alice@example.com"
        assert (alice.manager, alice.is_administrator, alice.is_staff) == (claire, False, False)

    def test_makes_an_administrator(self):
        assert person_create(**PERSON, is_administrator=True).is_administrator

    def test_makes_somebody_without_a_password(self):
        assert not person_create(**{**PERSON, "password": None}).has_usable_password()

    def test_refuses_a_name_that_is_taken(self):
        person_create(**PERSON)
        with pytest.raises(ValidationError) as caught:
            person_create(**PERSON)
        assert "username" in caught.value.message_dict
        assert User.objects.count() == 1

    def test_refuses_an_unknown_zone(self):
        with pytest.raises(ValidationError):
            person_create(**PERSON, time_zone="Mars/X")


class TestTeams:
    def test_hold_their_people(self, alice, claire):
        team = team_create(name="Legal team", people=[alice])
        team_add_people(team=team, people=[alice, claire])
        assert set(team.user_set.all()) == {alice, claire}

    def test_have_different_names(self, alice):
        team_create(name="Legal team")
        with pytest.raises(ValidationError):
            team_create(name="Legal team", people=[alice])
        assert Team.objects.count() == 1


class TestPreferencesUpdate:
    def test_writes_nothing_else(self, alice):
        stale = User.objects.get(pk=alice.pk)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        preferences_update(
            person=stale,
            first_name="Al",
            last_name="",
            email="",
            language="",
            time_zone="",
            theme="light",
        )
        alice.refresh_from_db()
        assert (alice.first_name, alice.theme, alice.is_active) == ("Al", "light", False)

    def test_refuses_an_unknown_theme(self, alice):
        with pytest.raises(ValidationError):
            preferences_update(
                person=alice,
                first_name="",
                last_name="",
                email="",
                language="",
                time_zone="",
                theme="pink",
            )
