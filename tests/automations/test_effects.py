"""What a record's page says about the effects of its last move."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from automations.choices import RunStatus
from automations.selectors import effect_of, effects_of, last_move_effects, runs_for_record
from blueprint_project.icons import icon_svg
from tests.automations.conftest import World
from tests.factories import NOW

LATER = NOW + timedelta(minutes=5)
MAIL = {"to": [{"address": "helene@northwind.example"}], "subject": "Your offer", "body": "Hello"}


def effect(world: World, **values):
    run = world.run(**({"kind": "email", "payload": MAIL} | values))
    return effect_of(run, LATER)


class TestEffectOf:
    def test_says_what_was_sent_when(self, world):
        found = effect(
            world, status=RunStatus.DONE, attempts=1, finished_at=NOW + timedelta(seconds=2), result={}
        )
        assert found.sentence == "E-mail “Your offer” to helene@northwind.example"
        assert (found.icon, found.status, found.verdict) == ("mail", "Sent", "good")
        assert found.note.endswith("2 s after the move")

    def test_says_how_many_tries_it_took(self, world):
        found = effect(world, status=RunStatus.DONE, attempts=3, finished_at=NOW + timedelta(minutes=11))
        assert found.note.replace("\xa0", " ").endswith("11 min after the move · 3 tries")

    def test_says_who_the_server_refused(self, world):
        result = {"refused": {"gone@client.example": "550 Unknown"}}
        found = effect(world, status=RunStatus.DONE, finished_at=NOW, result=result)
        assert (found.status, found.verdict) == ("Sent in part", "warn")
        assert "gone@client.example: 550 Unknown" in found.note

    def test_says_why_it_failed(self, world):
        found = effect(world, status=RunStatus.FAILED, error="The mail server answered 550 Unknown")
        assert (found.verdict, found.note) == ("bad", "The mail server answered 550 Unknown")

    def test_says_when_it_will_be_tried_again(self, world):
        found = effect(world, attempts=2, error="Busy.", run_at=LATER + timedelta(minutes=4))
        assert (found.status, found.verdict) == ("Trying again", "warn")
        assert found.note.startswith("Busy. · next try Today")

    def test_says_when_it_is_planned(self, world):
        found = effect(world, run_at=NOW + timedelta(days=3))
        assert (found.status, found.verdict) == ("Waiting", "")
        assert found.note.startswith("planned for 27 Nov")

    @pytest.mark.parametrize(("kind", "sentence"), [("field_update", "Field update"), ("gone", "gone")])
    def test_names_what_is_not_carried_out_here(self, world, kind, sentence):
        found = effect(world, kind=kind, payload={}, status=RunStatus.FAILED, error="No such field.")
        assert (found.sentence, found.verdict) == (sentence, "bad")
        assert icon_svg(found.icon, "")


class TestLastMoveEffects:
    def test_shows_the_last_move_only(self, world, django_assert_num_queries):
        world.run(kind="email", payload=MAIL, status=RunStatus.DONE, finished_at=NOW)
        last = world.run(kind="email", payload=MAIL, status=RunStatus.DONE, finished_at=NOW)
        with django_assert_num_queries(1):
            found = last_move_effects(world.record.pk, now=LATER)
        assert [effect.run_id for effect in found.effects] == [last.pk]
        assert runs_for_record(world.record.pk).count() == 2

    @pytest.mark.parametrize(
        ("values", "seconds"),
        [
            ({"run_at": LATER - timedelta(seconds=2)}, 1),
            ({"run_at": LATER - timedelta(minutes=2)}, 10),
            ({"run_at": LATER + timedelta(minutes=2)}, None),
            ({"run_at": NOW, "status": RunStatus.DONE}, None),
            ({"run_at": NOW, "status": RunStatus.FAILED}, None),
        ],
    )
    def test_asks_again_while_something_is_on_its_way(self, world, values, seconds):
        run = world.run(**values)
        assert effects_of([run.event_id], now=LATER).poll_seconds == seconds


class TestRecordEffects:
    def url(self, world: World) -> str:
        return reverse("record_effects", args=[world.record.pk])

    def test_is_a_page_without_script(self, client, world):
        world.run(kind="email", payload=MAIL, status=RunStatus.DONE, finished_at=NOW)
        client.force_login(world.alice)
        response = client.get(self.url(world))
        assert response.status_code == 200
        assert "<html" in response.text
        assert "E-mail “Your offer” to helene@northwind.example" in response.text

    def test_is_a_fragment_for_htmx_that_asks_again_until_all_is_done(self, client, world):
        run = world.run(kind="email", payload=MAIL, run_at=timezone.now())
        client.force_login(world.alice)
        waiting = client.get(self.url(world), headers={"HX-Request": "true"}).text
        assert "<html" not in waiting
        assert f'hx-get="{self.url(world)}" hx-trigger="every 1s"' in waiting
        run.status, run.finished_at = RunStatus.DONE, timezone.now()
        run.save(update_fields=["status", "finished_at"])
        done = client.get(self.url(world), headers={"HX-Request": "true"}).text
        assert "Sent" in done
        assert "hx-trigger" not in done

    def test_says_when_there_was_nothing(self, client, world):
        client.force_login(world.alice)
        assert "Nothing was sent after the last move." in client.get(self.url(world)).text

    def test_is_unknown_to_a_stranger(self, client, world):
        client.force_login(world.charlie)
        assert client.get(self.url(world)).status_code == 404

    def test_is_unknown_for_a_record_that_is_not_there(self, client, world):
        client.force_login(world.alice)
        assert client.get(reverse("record_effects", args=[999_999])).status_code == 404

    def test_takes_no_post(self, client, world):
        client.force_login(world.alice)
        assert client.post(self.url(world)).status_code == 405
