"""A company with three people: alice reports to claire, emma administers."""

from collections.abc import Iterator

import pytest

from accounts.models import Organisation, User
from accounts.selectors import clear_organisation_cache
from tests.factories import make_organisation, make_person


@pytest.fixture(autouse=True)
def _no_cached_organisation() -> Iterator[None]:
    clear_organisation_cache()
    yield
    clear_organisation_cache()


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation()


@pytest.fixture
def claire(organisation: Organisation) -> User:
    return make_person("claire")


@pytest.fixture
def alice(claire: User) -> User:
    return make_person("alice", manager=claire)


@pytest.fixture
def emma(organisation: Organisation) -> User:
    return make_person("emma", is_administrator=True)
