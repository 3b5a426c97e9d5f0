"""Whatever is typed, sent or put into an address is refused or shown as text: nothing runs or breaks."""

from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from processes.choices import FieldKind
from processes.models import Module
from records.models import Record
from tests.factories import make_record
from tests.records.engine.conftest import World
from tests.records.kinds import make_things

HOSTILE = {
    "script": "<script>document.title='owned'</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "handler": "' onmouseover='alert(1)",
    "template": "{{7919*7919}}{% csrf_token %}${7919*7919}<%= 7919*7919 %>",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "sql": "'; DROP TABLE records_record; --",
    "percent": "%s%n%d%(name)s%",
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "path": "../../../../etc/passwd",
    "nul": "a\0b",
    "bell": "a\x07\x1b[31mb",
    "line break": "a\r\nSet-Cookie: b=c",
    "long": "x" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "right to left": "\u202egnp.exe\u202c مرحبا שלום",
    "marks": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L" * 10,
    "spaces": "\u00a0\u2003\u200b\ufeff",
    "huge": "9" * 400,
    "huger": "9" * 5_000,
    "huge negative": "-" + "9" * 40,
    "exponent": "1e999999",
    "tiny": "0." + "0" * 300 + "1",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "other digits": "٣٤٥",
    "day": "2026-02-30",
    "year": "99999-01-01",
    "year nought": "0000-00-00",
    "last moment": "9999-12-31T23:59",
    "first moment": "0001-01-01T00:00",
    "json": '{"a": [1, null]}',
    "null": "null",
    "true": "true",
    "negative id": "-1",
    "lookup": "x #999999999999999999999999",
}
KEYS = [
    "name",
    "owner",
    *(kind.value for kind in FieldKind),
    "drawn",
    "request_key",
    "id",
    "module",
    "values",
]


def parsed(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def check_harmless(page: BeautifulSoup, text: str) -> None:
    """Nothing of the text became markup, and no template in it was evaluated."""
    assert not page.select("img, [onerror], [onmouseover], [onload], iframe, base, object")
    assert all(script.has_attr("src") and not script.text.strip() for script in page.select("script"))
    links = [str(link["href"]) for link in page.select("[href]")]
    assert not [link for link in links if link.lower().startswith(("javascript:", "data:text"))]
    if "{{7919*7919}}" in text:
        assert "62710561" not in page.text.replace(text, "")


@pytest.fixture
def things(world: World) -> Module:
    return make_things()


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    return client


class TestCreate:
    @pytest.mark.parametrize("key", KEYS)
    def test_takes_or_refuses_any_value_of_one_field(
        self, world: World, things: Module, alice: Client, key: str
    ) -> None:
        for text in HOSTILE.values():
            before = Record.objects.count()
            data = {"name": "One", "owner": str(world.alice.pk), key: text}
            answer = alice.post("/m/things/new/", data)
            assert answer.status_code in {303, 422}, text[:60]
            page = parsed(answer)
            if answer.status_code == 422:
                assert Record.objects.count() == before
                assert page.select(f'[data-error-for="{key}"]') or key == "drawn"
            else:
                record = Record.objects.latest("pk")
                page = parsed(alice.get(f"/r/{record.pk}/"))
                stored = record.name if key == "name" else record.values.get(key)
                if isinstance(stored, str) and stored == text.strip():
                    assert "".join(stored.split()) in "".join(page.text.split())
            check_harmless(page, text)
        check_harmless(parsed(alice.get("/m/things/")), "")

    def test_refuses_what_is_endless(self, things: Module, alice: Client) -> None:
        make_record(things, User.objects.get(username="alice"), "One")
        for key in KEYS:
            assert alice.post("/m/things/new/", {key: "é" * 100_000}).status_code == 422

    def test_refuses_it_in_every_field_at_once(self, things: Module, alice: Client) -> None:
        for text in HOSTILE.values():
            answer = alice.post("/m/things/new/", dict.fromkeys(KEYS, text))
            # Beyond two and a half megabytes nothing is read at all.
            assert answer.status_code in {400, 422}, text[:60]
            check_harmless(parsed(answer), text)
        assert not Record.objects.exists()

    def test_takes_several_values_where_one_is_asked_for(
        self, world: World, things: Module, alice: Client
    ) -> None:
        for text in HOSTILE.values():
            data = {key: [text, "a", text] for key in KEYS} | {"owner": [str(world.alice.pk)]}
            assert alice.post("/m/things/new/", data).status_code in {303, 400, 422}, text[:60]

    @pytest.mark.parametrize(
        "body", [b"name=%ED%A0%80", b"name=%FF%FE", b"%00=%00", b"name=a&name=b;c", b"=", b"&&&%"]
    )
    def test_stands_bytes_that_are_no_text(
        self, world: World, things: Module, alice: Client, body: bytes
    ) -> None:
        kind = "application/x-www-form-urlencoded"
        body += b"&owner=%d" % world.alice.pk
        answer = alice.post("/m/things/new/", body, content_type=kind)
        assert answer.status_code in {303, 400, 422}
        if answer.status_code == 303:
            assert alice.get(answer.headers["Location"]).status_code == 200

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", "x"])
    def test_refuses_other_shapes(self, things: Module, alice: Client, content_type: str) -> None:
        answer = alice.post("/m/things/new/", b'{"name": "One"}', content_type=content_type)
        assert answer.status_code in {400, 422}
        assert not Record.objects.exists()


class TestEdit:
    @pytest.mark.parametrize("key", KEYS)
    def test_takes_or_refuses_any_value_of_one_field(
        self, world: World, things: Module, alice: Client, key: str
    ) -> None:
        for text in HOSTILE.values():
            record = make_record(things, world.alice, "One", text="kept")
            data = {"name": "One", "owner": str(world.alice.pk), "text": "kept", key: text}
            answer = alice.post(f"/r/{record.pk}/edit/", data)
            assert answer.status_code in {303, 422}, text[:60]
            now = Record.objects.get(pk=record.pk)
            if answer.status_code == 422:
                assert (now.name, now.values, now.revision) == ("One", record.values, record.revision)
                check_harmless(parsed(answer), text)
            else:
                check_harmless(parsed(alice.get(f"/r/{record.pk}/")), text)

    def test_keeps_a_record_that_came_in_by_another_way(
        self, world: World, things: Module, alice: Client
    ) -> None:
        values = {kind.value: "<script>alert(1)</script>{{7919*7919}}" for kind in (
            FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.EMAIL, FieldKind.PHONE, FieldKind.URL,
            FieldKind.FILE, FieldKind.PICKLIST,
        )}  # fmt: skip
        record = make_record(things, world.alice, "<b>One</b>", **values)
        for address in (f"/r/{record.pk}/", f"/r/{record.pk}/edit/", "/m/things/?sort=url", "/"):
            answer = alice.get(address)
            assert answer.status_code == 200
            page = parsed(answer)
            check_harmless(page, "{{7919*7919}}")
            assert not page.select("main b script, h1 b")


class TestList:
    @pytest.mark.parametrize("name", ["q", "sort", "after", "before", "deleted", "page", "kind", "back"])
    def test_reads_any_address(self, world: World, things: Module, alice: Client, name: str) -> None:
        make_record(things, world.alice, "One")
        for text in HOSTILE.values():
            for headers in ({}, {"HX-Request": "true"}):
                answer = alice.get("/m/things/", {name: text[:2_000]}, headers=headers)
                assert answer.status_code == 200, text[:60]
                assert "\n" not in answer.headers.get("HX-Push-Url", "")
                check_harmless(parsed(answer), text)

    def test_finds_it_by_name(self, world: World, things: Module, alice: Client) -> None:
        for label, text in HOSTILE.items():
            if label in {"nul", "bell", "line break", "spaces"}:
                continue
            record = make_record(things, world.alice, text.strip()[:150].strip())
            page = parsed(alice.get("/m/things/", {"q": record.name}))
            assert str(record.pk) in [row["data-record"] for row in page.select("[data-record]")], label
            check_harmless(page, text)

    def test_knows_no_posts(self, things: Module, alice: Client) -> None:
        assert alice.post("/m/things/", {"q": "x"}).status_code == 405

    @pytest.mark.parametrize(
        "address",
        ["/r/{}/", "/r/{}/edit/", "/r/{}/delete/", "/r/{}/restore/", "/r/{}/why/", "/r/{}/t/x/", "/m/{}/"],
    )
    @pytest.mark.parametrize(
        "key", ["0", "-1", "9" * 30, "9" * 5_000, "<script>", "%00", "%ED%A0%80", "../x"]
    )
    def test_knows_no_such_address(self, things: Module, alice: Client, address: str, key: str) -> None:
        safe = key if "%" in key else quote(key, safe="")
        for method in (alice.get, alice.post):
            assert method(address.format(safe)).status_code in {400, 404, 405}


class TestOtherForms:
    def test_stand_it_too(self, world: World, alice: Client) -> None:
        for text in HOSTILE.values():
            self.post_everywhere(world, alice, text)

    def post_everywhere(self, world: World, alice: Client, text: str) -> None:
        record = world.deal()
        posts: dict[str, dict[str, str]] = {
            f"/r/{record.pk}/t/plan_demo/": {
                "closing": text,
                "stood": text,
                "request_key": text,
                "drawn": text,
            },
            f"/r/{record.pk}/notes/": {"note": text, "request_key": text},
            f"/r/{record.pk}/restore/": {"back": text},
            f"/r/{record.pk}/delete/": {"back": text},
        }
        for address, data in posts.items():
            answer = alice.post(address, data)
            assert answer.status_code in {303, 404, 409, 422}, address
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/")
                assert not answer.headers["Location"].startswith("//")
            else:
                check_harmless(parsed(answer), text)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_form_is_answered(data: st.DataObject, world: World, client: Client) -> None:
    """Arbitrary text in every field at once; the record, if it is taken, can be read everywhere."""
    module = Module.objects.filter(key="things").first() or make_things()
    client.force_login(world.alice)
    anything = st.one_of(st.text(max_size=40), st.sampled_from(list(HOSTILE.values())))
    typed = data.draw(st.dictionaries(st.sampled_from(KEYS), anything, max_size=6))
    owner = {"owner": str(world.alice.pk)}
    text = {key: value.encode(errors="replace").decode() for key, value in typed.items()}
    answer = client.post("/m/things/new/", {"name": "One", **text, **owner})
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        record = Record.objects.filter(module=module).latest("pk")
        for address in (answer.headers["Location"], f"/r/{record.pk}/edit/", "/m/things/"):
            page = client.get(address)
            assert page.status_code == 200
            check_harmless(parsed(page), "")
