"""The demo's data files as typed data."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from processes.files.reading import load_yaml, read_bytes

FOLDER = Path(__file__).parent

type Days = Annotated[int, Field(ge=0, le=1000)]


class _Seed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Seed):
    """A text in both languages."""

    en: str
    fr: str

    def read_in(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


class CompanySeed(_Seed):
    name: str
    sender: str
    currency: str


class PersonSeed(_Seed):
    username: str
    last_name: str
    manager: str | None = None
    administrator: bool = False


class TeamSeed(_Seed):
    name: Words
    people: tuple[str, ...]


class PeopleFile(_Seed):
    company: CompanySeed
    people: tuple[PersonSeed, ...]
    teams: tuple[TeamSeed, ...]


class AccountSeed(_Seed):
    key: str
    name: str
    sector: str
    city: str
    employees: int
    owner: str
    phone: str | None = None


class ContactSeed(_Seed):
    key: str
    name: str
    account: str
    role: Words


class MoveSeed(_Seed):
    """A transition and what was typed in its form besides what the record said already."""

    move: str
    by: str
    ago: Days
    next_step: Words | None = None
    demo_in_days: int | None = None
    loss_reason: str | None = None


class NoteSeed(_Seed):
    by: str
    ago: Days
    text: Words


class DealSeed(_Seed):
    name: Words
    contact: str
    owner: str
    ago: Days
    lead_source: str
    closing_in_days: int
    product: str | None = None
    amount: int | None = None
    discount: int | None = None
    moves: tuple[MoveSeed, ...] = ()
    notes: tuple[NoteSeed, ...] = ()


class RecordsFile(_Seed):
    accounts: tuple[AccountSeed, ...]
    contacts: tuple[ContactSeed, ...]
    deals: tuple[DealSeed, ...]


class PlaceSeed(_Seed):
    """An account of the past; `line` begins its phone number."""

    name: str
    country: str
    sector: str
    city: str
    employees: int
    line: str | None = None


class NamesSeed(_Seed):
    women: tuple[str, ...]
    men: tuple[str, ...]
    last: tuple[str, ...]


class RoleSeed(_Seed):
    woman: Words
    man: Words


class PastPeopleFile(_Seed):
    accounts: tuple[PlaceSeed, ...]
    names: dict[str, NamesSeed]
    roles: tuple[RoleSeed, ...]


class RepSeed(_Seed):
    """How somebody sells: `pace` stretches waiting times, `wins` and `writes` are chances, `rebate` is the
    usual discount in percent."""

    username: str
    accounts: int
    deals: int
    pace: float
    wins: float
    writes: float
    rebate: int


class OfferSeed(_Seed):
    """A product in a number of pieces between `least` and `most`, each at `price`."""

    product: str
    price: int
    least: int
    most: int
    name: Words


class PastWordsFile(_Seed):
    reps: tuple[RepSeed, ...]
    offers: tuple[OfferSeed, ...]
    lead_sources: dict[str, int]
    loss_reasons: dict[str, int]
    competitors: tuple[str, ...]
    next_steps: dict[str, tuple[Words, ...]]
    loss_comments: dict[str, tuple[Words, ...]]
    legal_comments: tuple[Words, ...]
    notes: dict[str, tuple[Words, ...]]


def people_file() -> PeopleFile:
    return PeopleFile.model_validate(load_yaml(read_bytes(FOLDER / "people.yaml"))[0])


def records_file() -> RecordsFile:
    return RecordsFile.model_validate(load_yaml(read_bytes(FOLDER / "records.yaml"))[0])


def past_people_file() -> PastPeopleFile:
    return PastPeopleFile.model_validate(load_yaml(read_bytes(FOLDER / "past_people.yaml"))[0])


def past_words_file() -> PastWordsFile:
    return PastWordsFile.model_validate(load_yaml(read_bytes(FOLDER / "past_words.yaml"))[0])


def process_file_path(language: str) -> Path:
    return FOLDER / f"deal_closing.{'fr' if language == 'fr' else 'en'}.yaml"
