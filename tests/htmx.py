"""What htmx does with an answer, on pages parsed without a browser: so that a part equals a fresh page."""

from typing import Any

from bs4 import BeautifulSoup, Tag

HTMX = {"HX-Request": "true"}

# Different each time a page is drawn, or said once only.
_VOLATILE = '[name="csrfmiddlewaretoken"], [name="request_key"], #messages > *, script'


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{len(found)} × {selector}"
    return found[0]


def texts(page: BeautifulSoup | Tag, selector: str) -> list[str]:
    return [text_of(found) for found in page.select(selector)]


def text_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def apply(page: BeautifulSoup, answer: BeautifulSoup, target: str = "", swap: str = "innerHTML") -> None:
    """Swap `answer` into `page`: what is out of band by its own word, the rest into `target`."""
    for part in answer.select("[hx-swap-oob]"):
        part.extract()
        _swap_out_of_band(page, part)
    if not target:
        return
    place = one(page, target)
    if swap == "innerHTML":
        place.clear()
    for node in list(answer.contents):
        place.append(node.extract())


def _swap_out_of_band(page: BeautifulSoup, part: Tag) -> None:
    how, _colon, selector = str(part.attrs.pop("hx-swap-oob")).partition(":")
    place = one(page, selector or f"#{part['id']}")
    if how == "true":
        place.replace_with(part)
        return
    if how == "innerHTML":
        place.clear()
    for node in list(part.contents):
        place.append(node.extract())


def look(page: BeautifulSoup, selector: str = "body") -> str:
    """The page as it is compared: without what differs at each drawing."""
    copy = BeautifulSoup(str(page), "html.parser")
    for volatile in copy.select(_VOLATILE):
        volatile.decompose()
    for button in copy.select("body[hx-headers]"):
        del button["hx-headers"]
    shown = one(copy, selector)
    lines = (line.strip() for line in shown.prettify().splitlines())
    return "\n".join(line for line in lines if line)
