"""The journeys' own alarm: a page that complains makes its test fail."""

SIGN_IN = "/accounts/login/"


class TestComplaints:
    def test_name_errors_on_the_console(self, page) -> None:
        page.goto(SIGN_IN)
        page.evaluate("console.error('a broken promise')")
        assert "a broken promise" in page.complaints.pop()

    def test_name_scripts_that_fail(self, page) -> None:
        page.goto(SIGN_IN)
        page.evaluate("setTimeout(() => { throw new Error('a bad script') })")
        page.wait_for_timeout(100)
        assert "a bad script" in page.complaints.pop()

    def test_name_what_the_security_policy_refuses(self, page) -> None:
        page.goto(SIGN_IN)
        page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
        page.wait_for_timeout(100)
        assert "Content Security Policy" in page.complaints.pop()
