"""Those whom tests of definitions need."""

import pytest

from accounts.models import User
from tests.factories import make_organisation, make_person, make_team


@pytest.fixture
def emma() -> User:
    return make_person("emma", is_administrator=True)


@pytest.fixture
def people(emma: User) -> dict[str, User]:
    """Those whom the demo's file names."""
    make_organisation()
    named = {name: make_person(name) for name in ("driss", "fatou", "ines")}
    make_team("Legal", [named["driss"]])
    return named | {"emma": emma}
