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
