"""The mailbox folder and its pages."""

from pathlib import Path

import pytest
from django.urls import reverse

from automations.mailbox import Mailbox, UnknownMessage


def raw(number: int, *, to: str = "alice@example.com", subject: str = "Hello", body: str = "Body") -> bytes:
    return (
        f"From: Acme <crm@example.com>\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Date: Tue, 24 Nov 2026 09:{number:02}:00 +0000\r\nMessage-ID: <{number}@example.com>\r\n"
        f"\r\n{body}\r\n"
    ).encode()


class TestMailbox:
    def test_lists_the_newest_first(self, tmp_path):
        box = Mailbox(tmp_path)
        for number in (1, 3, 2):
            box.add(raw(number, subject=f"Message {number}"))
        assert [head.subject for head in box.heads(reader=None)] == ["Message 3", "Message 2", "Message 1"]

    def test_goes_on_after_a_message(self, tmp_path):
        box = Mailbox(tmp_path)
        for number in range(5):
            box.add(raw(number))
        first = box.heads(reader=None, limit=2)
        rest = box.heads(reader=None, before=first[-1].name)
        assert len(first) == 2
        assert len(rest) == 3
        assert not {head.name for head in first} & {head.name for head in rest}

    def test_holds_the_same_message_once(self, tmp_path):
        box = Mailbox(tmp_path)
        box.add(raw(1))
        box.add(raw(1))
        assert len(box.heads(reader=None)) == 1
        assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]

    def test_is_empty_before_the_first_message(self, tmp_path):
        assert Mailbox(tmp_path / "not there yet").heads(reader=None) == []

    def test_reads_encoded_headers_and_bodies(self, tmp_path):
        box = Mailbox(tmp_path)
        encoded = raw(1, subject="=?utf-8?q?Votre_offre_=C3=A0_25_=25?=", body="=C3=A0 demain").replace(
            b"\r\n\r\n",
            b"\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            1,
        )
        box.add(encoded)
        (head,) = box.heads(reader=None)
        message = box.read(head.name, reader=None)
        assert message.subject == "Votre offre à 25 %"
        assert message.body.strip() == "à demain"

    def test_reads_a_message_without_date_or_subject(self, tmp_path):
        box = Mailbox(tmp_path)
        box.add(b"To: alice@example.com\r\n\r\nBody\r\n")
        (head,) = box.heads(reader=None)
        assert (head.subject, head.at) == ("", None)

    def test_shows_a_reader_what_is_addressed_to_them(self, tmp_path):
        box = Mailbox(tmp_path)
        box.add(raw(1, to="Claire <claire@example.com>, Alice <ALICE@example.com>"))
        box.add(raw(2, to="malice@example.com"))
        (head,) = box.heads(reader="alice@example.com")
        assert head.to.startswith("Claire")
        other = box.heads(reader="malice@example.com")[0]
        with pytest.raises(UnknownMessage):
            box.read(other.name, reader="alice@example.com")

    def test_shows_nothing_to_a_reader_without_an_address(self, tmp_path):
        box = Mailbox(tmp_path)
        box.add(raw(1, to=""))
        assert box.heads(reader="") == []

    @pytest.mark.parametrize(
        "name", ["../secret_key", "..", "20261124T090000Z-0000000000000000", "a/b", "", "x\x00y"]
    )
    def test_reads_nothing_outside_the_folder(self, tmp_path: Path, name: str):
        (tmp_path / "secret_key.eml").write_bytes(raw(1))
        folder = tmp_path / "mailbox"
        folder.mkdir()
        with pytest.raises(UnknownMessage):
            Mailbox(folder).read(name, reader=None)


class TestMailboxPage:
    def test_asks_for_a_sign_in(self, client, world, mail_folder):
        response = client.get(reverse("mailbox"))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))

    def test_says_when_it_is_empty(self, client, world, mail_folder):
        client.force_login(world.alice)
        assert "No e-mail yet" in client.get(reverse("mailbox")).text

    def test_lists_a_person_their_own_messages(self, client, world, mail_folder):
        Mailbox(mail_folder).add(raw(1, subject="For alice"))
        Mailbox(mail_folder).add(raw(2, to="claire@example.com", subject="For claire"))
        client.force_login(world.alice)
        page = client.get(reverse("mailbox")).text
        assert "For alice" in page
        assert "For claire" not in page

    def test_lists_an_administrator_everything_in_pages(self, client, world, mail_folder):
        for number in range(51):
            Mailbox(mail_folder).add(raw(number % 60, to="x@y.example", subject=f"Number {number}"))
        client.force_login(world.emma)
        first = client.get(reverse("mailbox"))
        assert "Number 50" in first.text
        assert "Number 0<" not in first.text
        second = client.get(reverse("mailbox") + first.context["next_url"])
        assert "Number 0<" in second.text

    def test_is_not_there_where_mail_goes_to_a_server(self, client, world, settings):
        settings.MAILERS = {
            "default": {"BACKEND": "automations.mail.SmtpBackend", "OPTIONS": {"host": "mail.example"}}
        }
        client.force_login(world.emma)
        assert client.get(reverse("mailbox")).status_code == 404
        assert client.get(reverse("mailbox_message", args=["x"])).status_code == 404

    def test_takes_no_post(self, client, world, mail_folder):
        client.force_login(world.alice)
        assert client.post(reverse("mailbox")).status_code == 405


class TestMailboxMessage:
    def url(self, mail_folder: Path, **values) -> str:
        box = Mailbox(mail_folder)
        box.add(raw(1, **values))
        return reverse("mailbox_message", args=[box.heads(reader=None)[0].name])

    def test_shows_the_text_escaped(self, client, world, mail_folder):
        url = self.url(mail_folder, body="Hello <script>alert(1)</script>")
        client.force_login(world.alice)
        page = client.get(url).text
        assert "Hello &lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page

    def test_is_unknown_to_somebody_else(self, client, world, mail_folder):
        url = self.url(mail_folder)
        client.force_login(world.charlie)
        assert client.get(url).status_code == 404
        client.force_login(world.emma)
        assert client.get(url).status_code == 200

    def test_takes_no_post(self, client, world, mail_folder):
        url = self.url(mail_folder)
        client.force_login(world.alice)
        assert client.post(url).status_code == 405
