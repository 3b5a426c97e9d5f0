"""The life of one deal, from its first call to its end or to today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from records.demo.seed import OfferSeed, PastWordsFile, RepSeed, Words
from records.demo.story import DealStory, Edit, Happening, Move, Note
from records.demo.working_hours import WorkingHours

MANAGER, ASSISTANT, LAWYER = "claire", "fatou", "driss"
LARGEST_DISCOUNT = 25
# Deals that nobody went on with are this old at most.
FORGOTTEN = timedelta(days=110)
# From ticking off the check of a contract to the decision.
DESK_TIME = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Customer:
    """`contact` is the key of the person to talk to, `person` their name."""

    account: str
    contact: str
    person: str


class Life:
    """Told to its end without regard for today; what lies ahead is cut off.

    Everything drawn is drawn in the same order in every language, so that only the words differ.
    """

    def __init__(
        self,
        words: PastWordsFile,
        rep: RepSeed,
        customer: Customer,
        hours: WorkingHours,
        rng: Random,
        language: str,
    ) -> None:
        self.words = words
        self.rep = rep
        self.customer = customer
        self.hours = hours
        self.rng = rng
        self.language = language
        self.happenings: list[Happening] = []
        self.used: set[Words] = set()

    def tell(self, at: datetime, now: datetime, *, taken: set[str]) -> DealStory:
        """`taken` holds the names that are in use; the deal's is added."""
        self.began_at = self.at = at
        self.offer, count, name = self._offer(taken)
        self.amount = count * self.offer.price
        self.estimate = round(self.amount * self.rng.uniform(0.8, 1.15), -2)
        plain = self._plain()
        self._live()
        return DealStory(
            name=name,
            contact=self.customer.contact,
            owner=self.rep.username,
            at=at,
            plain=plain,
            happenings=self._until(now),
        )

    def _offer(self, taken: set[str]) -> tuple[OfferSeed, int, str]:
        while True:
            offer = self.rng.choice(self.words.offers)
            count = self.rng.randint(offer.least, offer.most)
            count = round(count / 5) * 5 if count > 20 else count
            subject = offer.name.read_in(self.language).format(count=count)
            name = f"{self.customer.account} – {subject}"
            if name not in taken:
                taken.add(name)
                return offer, count, name

    def _plain(self) -> dict[str, Any]:
        knows_product, knows_amount = self.rng.random() < 0.7, self.rng.random() < 0.55
        return {
            "product": self.offer.product if knows_product else None,
            "amount": self.estimate if knows_amount else None,
            "lead_source": self._weighted(self.words.lead_sources),
            "closing_date": self._day_in(self.rng.randrange(45, 100)),
        }

    # The way of a deal.

    def _live(self) -> None:
        wins = self._chance(self.rep.wins)
        for _pass in range(2):
            won = self._pass(wins)
            if won or not self._chance(0.16):
                break
            self._reopen()
            wins = self._chance(0.7)

    def _pass(self, wins: bool) -> bool:
        """From qualification to one of the exits; says whether that was the good one."""
        lost_at = 4 if wins else self._weighted({0: 20, 1: 30, 2: 36, 3: 14})
        self._note("qualification")
        if lost_at == 0:
            return self._lose()
        self._start_analysis()
        if lost_at == 1:
            return self._lose()
        self._demonstrate()
        if self._chance(0.1):
            self._go_back()
            self._demonstrate()
        self._negotiate()
        if lost_at == 2:
            return self._lose()
        decided_at = self._send_to_legal()
        if self._chance(0.15):
            decided_at = self._mend_documents(decided_at)
        if lost_at == 3:
            self.at = decided_at
            return self._lose()
        return self._win(decided_at)

    def _start_analysis(self) -> None:
        self._wait(1, 9)
        typed = {"amount": str(self.estimate), "next_step": self._step("start_analysis")}
        self._move("start_analysis", self._owner_or(MANAGER, 0.06), typed)
        self._note("needs_analysis")
        self._note("manager", MANAGER, 0.0 if self.rep.username == MANAGER else 0.14)

    def _demonstrate(self) -> None:
        self._wait(4, 16)
        demo_day = self._day_in(self.rng.randrange(4, 13))
        by = self._owner_or(ASSISTANT, 0.55)
        is_late = self._chance(0.2)
        done_at = self.hours.later(
            self.at, self.rng.uniform(4, 5) if is_late else self.rng.uniform(0.3, 2), self.rng
        )
        minute = self.rng.randrange(14 * 60 + 30, 17 * 60)
        demo_at = self.hours.at(datetime.fromisoformat(demo_day).date(), minute)
        typed = {"product": self.offer.product, "demo_date": demo_day}
        self._move("plan_demo", by, typed, min(done_at, demo_at - timedelta(minutes=50)))
        self._note("before_demo", limit=demo_at)
        self.at = demo_at
        self._move("record_demo", self._owner(), {"next_step": self._step("record_demo")})
        self._note("after_demo")

    def _go_back(self) -> None:
        self._wait(2, 8)
        self._move(
            "back_to_needs_analysis", self._owner(), {"next_step": self._step("back_to_needs_analysis")}
        )

    def _negotiate(self) -> None:
        """The estimate becomes an offer, often with a discount."""
        self._wait(1, 6)
        discount = min(LARGEST_DISCOUNT, round(self.rep.rebate * self.rng.uniform(0.4, 1.4)))
        changes: dict[str, Any] = {"amount": self.amount}
        if self._chance(0.65):
            changes["discount"] = discount
        self.happenings.append(Edit(self.at, self._owner(), changes))
        self.estimate = self.amount
        self._note("after_demo")

    def _send_to_legal(self) -> datetime:
        """Returns when the legal team will have decided; by then their task is done."""
        self._wait(2, 10)
        typed = {"closing_date": self._day_in(self.rng.randrange(8, 26))}
        comment = self._say(self.words.legal_comments)
        if self._chance(0.3):
            typed["comment"] = comment
        decided_at = self.hours.later(self.at, self.rng.uniform(0.6, 4.6), self.rng)
        self._move("send_to_legal", self._owner_or(MANAGER, 0.1), typed, decided_at)
        self._note("legal_review", limit=decided_at)
        return decided_at

    def _mend_documents(self, decided_at: datetime) -> datetime:
        self.at = decided_at + DESK_TIME
        self._move("back_to_needs_analysis", LAWYER, {"next_step": self._step("missing_documents")})
        return self._send_to_legal()

    def _win(self, decided_at: datetime) -> bool:
        self.at = decided_at + DESK_TIME
        billed_at = self.hours.later(self.at, self.rng.uniform(0.4, 3.5), self.rng)
        self._move("submit_documents", LAWYER, {}, billed_at)
        self._note("closed_won")
        return True

    def _lose(self) -> bool:
        self._wait(5, 20)
        reason = self._weighted(self.words.loss_reasons)
        competitor, comment = (
            self.rng.choice(self.words.competitors),
            self._say(self.words.loss_comments[reason]),
        )
        typed = {"loss_reason": reason, "comment": comment}
        if reason == "competitor":
            typed["competitor"] = competitor
        self._move("close_as_lost", self._owner_or(MANAGER, 0.12), typed)
        self._note("closed_lost")
        return False

    def _reopen(self) -> None:
        self._wait(25, 60)
        typed = {"closing_date": self._day_in(60), "next_step": self._step("reopen")}
        self._move("reopen", self._owner_or(MANAGER, 0.3), typed)

    # Who, when and what.

    def _move(
        self, key: str, by: str, typed: Mapping[str, str], tasks_done_at: datetime | None = None
    ) -> None:
        self.happenings.append(Move(self.at, key, by, typed, tasks_done_at))

    def _note(
        self, about: str, by: str = "", chance: float | None = None, limit: datetime | None = None
    ) -> None:
        """Perhaps a note, within three days and before the `limit`."""
        is_written = self._chance(self.rep.writes if chance is None else chance)
        text = self._say(self.words.notes[about])
        at = self.hours.later(self.at, self.rng.uniform(0, 3), self.rng)
        if is_written and (limit is None or at < limit):
            self.at = at
            self.happenings.append(Note(at, by or self._owner(), text))

    def _owner(self) -> str:
        return self.rep.username

    def _owner_or(self, other: str, chance: float) -> str:
        return other if self._chance(chance) else self._owner()

    def _wait(self, least: int, most: int) -> None:
        self.at = self.hours.later(self.at, self.rng.uniform(least, most) * self.rep.pace, self.rng)

    def _day_in(self, days: int) -> str:
        return self.hours.on_to(self.hours.day_of(self.at) + timedelta(days=days)).isoformat()

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _weighted[Key](self, weights: Mapping[Key, int]) -> Key:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _step(self, key: str) -> str:
        return self._say(self.words.next_steps[key])

    def _say(self, sentences: Sequence[Words]) -> str:
        """One of the sentences, none twice in a deal as long as there are others."""
        fresh = [words for words in sentences if words not in self.used] or list(sentences)
        words = self.rng.choice(fresh)
        self.used.add(words)
        return words.read_in(self.language).format(contact=self.customer.person)

    def _until(self, now: datetime) -> list[Happening]:
        """What has happened by now. Some deals are forgotten on the way, though not for ever; and a deal is
        won only once its invoice is written, so that whoever wins the first one sees the task appear."""
        is_forgotten = self._chance(0.15) and self.began_at > now - FORGOTTEN
        steps = self.rng.randrange(1, 4) if is_forgotten else len(self.happenings)
        found: list[Happening] = []
        for happening in self.happenings:
            done_at = happening.tasks_done_at if isinstance(happening, Move) else None
            is_unbilled = isinstance(happening, Move) and happening.key == "submit_documents"
            if happening.at > now or (is_unbilled and done_at is not None and done_at > now):
                break
            if isinstance(happening, Move):
                steps -= 1
                if steps < 0:
                    break
                if done_at is not None and done_at > now:
                    happening = Move(happening.at, happening.key, happening.by, happening.typed)
            found.append(happening)
        return found
