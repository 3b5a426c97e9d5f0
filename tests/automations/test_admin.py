"""Runs in the admin."""

from django.contrib.admin.models import LogEntry
from django.urls import reverse

from automations.choices import RunStatus

CHANGELIST = reverse("admin:automations_actionrun_changelist")


def act(client, action, *runs):
    data = {"action": action, "_selected_action": [run.pk for run in runs]}
    return client.post(CHANGELIST, data, follow=True)


class TestActionRunAdmin:
    def test_lists_finds_and_filters(self, client, world):
        world.run(status=RunStatus.FAILED, error="The mail server answered 550")
        client.force_login(world.emma)
        for query in ("", "?q=550", "?q=Northwind", "?status__exact=failed", "?kind__exact=fake"):
            assert "Northwind" in client.get(CHANGELIST + query).text

    def test_shows_a_run_for_reading(self, client, world):
        run = world.run(payload={"subject": "Hello"}, prepared=b"bytes")
        client.force_login(world.emma)
        page = client.get(reverse("admin:automations_actionrun_change", args=[run.pk]))
        assert page.status_code == 200
        assert 'name="_save"' not in page.text
        assert client.get(reverse("admin:automations_actionrun_add")).status_code == 403

    def test_tries_again_what_failed_and_logs_who_did_it(self, client, world, fake):
        failed, done = world.run(status=RunStatus.FAILED), world.run(status=RunStatus.DONE)
        client.force_login(world.emma)
        page = act(client, "retry", failed, done)
        failed.refresh_from_db()
        assert failed.status == RunStatus.PENDING
        assert "1 run changed." in page.text
        assert "Only what failed or was cancelled can be tried again." in page.text
        assert LogEntry.objects.get().user == world.emma

    def test_cancels_what_waits(self, client, world):
        run = world.run()
        client.force_login(world.emma)
        act(client, "cancel", run)
        run.refresh_from_db()
        assert run.status == RunStatus.CANCELLED

    def test_is_closed_to_others(self, client, world):
        client.force_login(world.alice)
        assert client.get(CHANGELIST).status_code == 302
