"""The Django admin mends data; nobody is deleted in it."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize("model", ["user", "team", "organisation"])
class TestAdmin:
    def test_lists(self, client, emma, alice, model):
        client.force_login(emma)
        assert client.get(reverse(f"admin:accounts_{model}_changelist")).status_code == 200

    def test_deletes_nothing(self, client, emma, alice, model):
        client.force_login(emma)
        assert client.get(reverse(f"admin:accounts_{model}_delete", args=[1])).status_code in (302, 403)


def test_changes_a_person(client, emma, alice):
    client.force_login(emma)
    assert client.get(reverse("admin:accounts_user_change", args=[alice.pk])).status_code == 200


def test_is_closed_to_others(client, alice):
    client.force_login(alice)
    assert client.get(reverse("admin:index")).status_code == 302


class TestPersonFixes:
    """What holds on the pages of people holds here."""

    def send(self, client, person, **typed):
        page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
        form = page.context["adminform"].form
        data = {name: form[name].value() for name in form.fields if name != "password"}
        joined = person.date_joined
        data |= {"date_joined_0": joined.date(), "date_joined_1": joined.time()} | typed
        data = {name: value for name, value in data.items() if value not in (None, False)}
        return client.post(reverse("admin:accounts_user_change", args=[person.pk]), data)

    def test_are_written(self, client, emma, alice):
        client.force_login(emma)
        assert self.send(client, alice, last_name="Martin", manager=emma.pk).status_code == 302
        alice.refresh_from_db()
        assert (alice.name, alice.manager) == ("Alice Martin", emma)

    def test_make_no_ring_of_managers(self, client, emma, alice, claire):
        client.force_login(emma)
        response = self.send(client, claire, manager=alice.pk)
        assert response.status_code == 200
        assert "below Claire in the chain" in response.content.decode()

    def test_keep_the_last_administrator(self, client, emma):
        client.force_login(emma)
        response = self.send(client, emma, is_superuser=None)
        assert response.status_code == 200
        assert "last administrator" in response.content.decode()

    def test_deactivate_nobody(self, client, emma, alice):
        client.force_login(emma)
        assert self.send(client, alice, is_active=None).status_code == 302
        alice.refresh_from_db()
        assert alice.is_active
