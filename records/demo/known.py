"""The records of the demo that tours and tests know by name, as their file tells them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from records.demo.seed import AccountSeed, ContactSeed, DealSeed, MoveSeed, RecordsFile
from records.demo.story import AccountStory, ContactStory, DealStory, Move, Note, Story
from records.demo.working_hours import WorkingHours

# A move so long ago left no open task; a younger one may have left one, and that may be late.
FORGOTTEN_DAYS = 10
# The accounts and their contacts were there before the first of these deals.
FIRST_DAYS = 100


class KnownStory:
    def __init__(self, file: RecordsFile, hours: WorkingHours, now: datetime, language: str) -> None:
        self.file = file
        self.hours = hours
        self.now = now
        self.language = language

    def tell(self) -> Story:
        accounts = [self._account(account, number) for number, account in enumerate(self.file.accounts)]
        made = {account.key: account.at for account in accounts}
        return Story(
            accounts,
            [self._contact(contact, made[contact.account]) for contact in self.file.contacts],
            [self._deal(deal, number) for number, deal in enumerate(self.file.deals)],
        )

    def _account(self, account: AccountSeed, number: int) -> AccountStory:
        plain = {
            "sector": account.sector,
            "city": account.city,
            "employees": account.employees,
            "website": f"https://{account.key}.example.com",
            "phone": account.phone,
        }
        at = self.hours.days_ago(self.now, FIRST_DAYS + 7 * number, 13 * number)
        return AccountStory(account.key, account.name, account.owner, at, plain)

    def _contact(self, contact: ContactSeed, account_at: datetime) -> ContactStory:
        at = account_at + timedelta(minutes=4)
        role = contact.role.read_in(self.language)
        return ContactStory(contact.key, contact.name, contact.account, at, role)

    def _deal(self, deal: DealSeed, number: int) -> DealStory:
        minute = 20 + 9 * number
        plain = {
            "product": deal.product,
            "amount": deal.amount,
            "discount": deal.discount,
            "lead_source": deal.lead_source,
            "closing_date": self._day(deal.closing_in_days).isoformat(),
        }
        return DealStory(
            name=deal.name.read_in(self.language),
            contact=deal.contact,
            owner=deal.owner,
            at=self.hours.days_ago(self.now, deal.ago, minute),
            plain=plain,
            happenings=sorted(
                (*self._moves(deal, minute), *self._notes(deal, minute)), key=lambda happening: happening.at
            ),
        )

    def _moves(self, deal: DealSeed, minute: int) -> Iterator[Move]:
        for move, following in zip_longest(deal.moves, deal.moves[1:]):
            at = self.hours.days_ago(self.now, move.ago, minute)
            done_at = self.hours.days_ago(self.now, following.ago, minute - 15) if following else None
            if move.ago > FORGOTTEN_DAYS:
                usual = self.hours.days_ago(self.now, move.ago - 2, minute)
                done_at = min(usual, done_at or usual)
            yield Move(at, move.move, move.by, self._typed(move), done_at)

    def _notes(self, deal: DealSeed, minute: int) -> Iterator[Note]:
        for note in deal.notes:
            at = self.hours.days_ago(self.now, note.ago, minute + 10)
            yield Note(at, note.by, note.text.read_in(self.language))

    def _typed(self, move: MoveSeed) -> dict[str, str]:
        typed: dict[str, Any] = {
            "next_step": move.next_step.read_in(self.language) if move.next_step else None,
            "demo_date": None if move.demo_in_days is None else self._demo_day(move.demo_in_days),
            "loss_reason": move.loss_reason,
        }
        return {key: value for key, value in typed.items() if value is not None}

    def _day(self, days: int) -> date:
        return self.hours.day_of(self.now) + timedelta(days=days)

    def _demo_day(self, days: int) -> str:
        """A working day, before the day that was meant where that is past."""
        day = self._day(days)
        return (self.hours.back_to(day) if days < 0 else self.hours.on_to(day)).isoformat()
