"""Preferences and password: a person's own, nobody else's."""

import pytest

PATH = "/accounts/preferences/"
VALUES = {
    "first_name": "Alice",
    "last_name": "Marchand",
    "email": "alice@example.com",
    "language": "fr",
    "time_zone": "America/Montreal",
    "theme": "dark",
}


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


class TestPreferences:
    def test_show_what_the_person_has(self, page, alice):
        html = page.get(PATH).content.decode()
        assert 'value="Alice"' in html
        assert "As the company: Europe/Paris" in html

    def test_are_saved(self, page, alice):
        response = page.post(PATH, VALUES)
        assert response.status_code == 302
        alice.refresh_from_db()
        assert {name: getattr(alice, name) for name in VALUES} == VALUES

    def test_hold_for_the_next_page(self, page):
        response = page.post(PATH, VALUES, follow=True)
        html = response.content.decode()
        assert '<html lang="fr" data-theme="dark">' in html
        assert 'role="status"' in html

    def test_can_go_back_to_the_companys(self, page, alice):
        page.post(PATH, VALUES)
        page.post(PATH, {**VALUES, "language": "", "time_zone": "", "theme": ""})
        assert '<html lang="en">' in page.get(PATH).content.decode()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("language", "xx"),
            ("time_zone", "Mars/Olympus"),
            ("theme", "pink"),
            ("email", "nowhere"),
            ("first_name", "a" * 151),
        ],
    )
    def test_refuse_what_is_not_known(self, page, alice, name, value):
        response = page.post(PATH, {**VALUES, name: value})
        assert response.status_code == 422
        html = response.content.decode()
        assert f'data-error-for="{name}"' in html
        assert f'href="#id_{name}' in html
        alice.refresh_from_db()
        assert alice.last_name == ""

    def test_know_no_other_method(self, page):
        assert page.put(PATH).status_code == 405


class TestPasswordChange:
    path = "/accounts/password/"

    def test_keeps_the_person_signed_in(self, page, alice):
        new = "a long and winding road"
        response = page.post(self.path, {"old_password": "alice", "new_password1": new, "new_password2": new})
        assert response.url == PATH
        alice.refresh_from_db()
        assert alice.check_password(new)
        assert page.get(PATH).status_code == 200

    def test_refuses_a_wrong_old_one(self, page, alice):
        response = page.post(self.path, {"old_password": "x", "new_password1": "y", "new_password2": "z"})
        assert response.status_code == 422
        assert 'data-error-for="old_password"' in response.content.decode()
        alice.refresh_from_db()
        assert alice.check_password("alice")
