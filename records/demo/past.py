"""Nine months of deals that nobody wrote down by name: the same ones for the same day, told by chance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, cycle
from random import Random

from django.utils.text import slugify

from records.demo.life import Customer, Life
from records.demo.seed import PastPeopleFile, PastWordsFile, PlaceSeed, RepSeed
from records.demo.story import AccountStory, ContactStory, DealStory, Story
from records.demo.working_hours import WorkingHours

SEED = 2511
# So many days before today the first deals came in, and the last ones.
FIRST_DAYS, LAST_DAYS = 270, 2
CONTACTS = 74


@dataclass(frozen=True, slots=True)
class _Account:
    key: str
    place: PlaceSeed
    rep: RepSeed


class PastStory:
    def __init__(
        self, people: PastPeopleFile, words: PastWordsFile, hours: WorkingHours, now: datetime, language: str
    ) -> None:
        self.people = people
        self.words = words
        self.hours = hours
        self.now = now
        self.language = language
        self.rng = Random(SEED)  # noqa: S311
        self.people_named: set[str] = set()
        self.deals_named: set[str] = set()

    def tell(self) -> Story:
        accounts = self._accounts()
        starts = self._starts(accounts)
        first = {account.key: min(at for owner, at in starts if owner is account) for account in accounts}
        known = {account.key: self._account(account, first[account.key]) for account in accounts}
        contacts = self._contacts(known)
        deals = [self._deal(account, contacts[account.key], at) for account, at in starts]
        return Story(list(known.values()), list(chain.from_iterable(contacts.values())), deals)

    def _accounts(self) -> list[_Account]:
        """Who looks after which account."""
        places = list(self.people.accounts)
        self.rng.shuffle(places)
        owners = [rep for rep in self.words.reps for _number in range(rep.accounts)]
        return [_Account(slugify(place.name), place, rep) for place, rep in zip(places, owners, strict=True)]

    def _starts(self, accounts: list[_Account]) -> list[tuple[_Account, datetime]]:
        """When which account had a deal: each at least once, and more of late."""
        found = []
        today = self.hours.day_of(self.now)
        for rep in self.words.reps:
            own = cycle(account for account in accounts if account.rep is rep)
            for _number, account in zip(range(rep.deals), own, strict=False):
                days = LAST_DAYS + (FIRST_DAYS - LAST_DAYS) * self.rng.random() ** 1.15
                day = self.hours.back_to(today - timedelta(days=int(days)))
                found.append((account, self.hours.some_time_on(day, self.rng)))
        return sorted(found, key=lambda start: start[1])

    def _account(self, account: _Account, first_deal: datetime) -> AccountStory:
        place = account.place
        digits = f"{self.rng.randrange(2000, 9000):04d}"
        plain = {
            "sector": place.sector,
            "city": place.city,
            "employees": place.employees,
            "website": f"https://{account.key}.example.com",
            "phone": f"{place.line} {digits[:2]} {digits[2:]}" if place.line else None,
        }
        day = self.hours.back_to(self.hours.day_of(first_deal) - timedelta(days=self.rng.randrange(1, 9)))
        at = self.hours.some_time_on(day, self.rng)
        return AccountStory(account.key, place.name, account.rep.username, at, plain)

    def _contacts(self, accounts: Mapping[str, AccountStory]) -> dict[str, list[ContactStory]]:
        """One or two people at each account, known since the account is."""
        countries = {slugify(place.name): place.country for place in self.people.accounts}
        found = {}
        two = CONTACTS - len(accounts)
        for number, (key, account) in enumerate(accounts.items()):
            people = list(self._people(countries[key], 2 if number < two else 1))
            found[key] = [
                ContactStory(slugify(name), name, key, account.at + timedelta(minutes=3 + 2 * place), role)
                for place, (name, role) in enumerate(people)
            ]
        return found

    def _people(self, country: str, count: int) -> Iterator[tuple[str, str]]:
        names = self.people.names[country]
        for role in self.rng.sample(self.people.roles, count):
            is_woman = self.rng.random() < 0.5
            name = ""
            while not name or name in self.people_named:
                first = self.rng.choice(names.women if is_woman else names.men)
                name = f"{first} {self.rng.choice(names.last)}"
            self.people_named.add(name)
            yield name, (role.woman if is_woman else role.man).read_in(self.language)

    def _deal(self, account: _Account, contacts: list[ContactStory], at: datetime) -> DealStory:
        contact = self.rng.choice(contacts)
        customer = Customer(account.place.name, contact.key, contact.name)
        life = Life(self.words, account.rep, customer, self.hours, self.rng, self.language)
        return life.tell(at, self.now, taken=self.deals_named)
