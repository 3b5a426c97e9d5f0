"""The organisation is read once in a while; people are read by name."""

import pytest

from accounts import selectors
from accounts.models import Organisation
from accounts.selectors import OrganisationMissing, demo_people, get_organisation, people_for_choices
from tests.factories import make_organisation, make_person, make_team


@pytest.mark.django_db
class TestGetOrganisation:
    def test_says_what_to_do_when_there_is_none(self):
        with pytest.raises(OrganisationMissing, match="setup_company"):
            get_organisation()

    def test_is_found_as_soon_as_it_is_set_up(self):
        with pytest.raises(OrganisationMissing):
            get_organisation()
        make_organisation(name="Acme")
        assert get_organisation().name == "Acme"

    def test_costs_no_query_the_second_time(self, django_assert_num_queries):
        make_organisation()
        get_organisation()
        with django_assert_num_queries(0):
            get_organisation()

    def test_shows_a_change_of_this_process_at_once(self):
        organisation = make_organisation(name="Acme")
        get_organisation()
        organisation.name = "Halden"
        organisation.save(update_fields=["name"])
        assert get_organisation().name == "Halden"

    def test_shows_a_change_of_another_process_after_a_while(self, monkeypatch):
        make_organisation(name="Acme")
        get_organisation()
        Organisation.objects.update(name="Halden")
        assert get_organisation().name == "Acme"
        monkeypatch.setattr(selectors, "CACHE_SECONDS", 0.0)
        assert get_organisation().name == "Halden"


class TestPeopleForChoices:
    def test_are_the_active_ones_by_name(self, alice, claire, emma):
        claire.is_active = False
        claire.save(update_fields=["is_active"])
        assert list(people_for_choices()) == [alice, emma]


class TestDemoPeople:
    def test_say_what_each_person_is_there_for(self, alice, claire, emma):
        driss = make_person("driss")
        make_team("Legal team", [driss])
        found = {person.username: person for person in demo_people()}
        assert found["emma"].is_administrator
        assert found["claire"].report_names == ["Alice"]
        assert found["alice"].manager_name == "Claire"
        assert found["driss"].team_names == ["Legal team"]
        assert found["driss"].initials == "D"

    def test_cost_the_same_for_many(self, alice, django_assert_num_queries):
        with django_assert_num_queries(2):
            demo_people()
        for number in range(10):
            make_team(f"Team {number}", [make_person(f"person{number}", manager=alice)])
        with django_assert_num_queries(2):
            assert len(demo_people()) == 12
