"""The real use cases on a real database: what people do goes in, what is kept is read back."""

import datetime as dtm
from collections.abc import Awaitable, Callable
from typing import Any

from models.enums import EvidenceKind, Language, ReviewRule, Role
from services import sql
from services.audit import Deed
from services.core.access import Actor
from services.core.drafts import Answered, Draft
from services.core.errors import UserError
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.reviewing import Part, read_part
from services.evidence.evidence_intake import EvidenceIntake, Sending
from services.membership import members
from services.office.organisations import get_unit
from services.reporting import reopenings
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions
from services.reviewing import review_batches, review_queue, review_rules, reviews
from services.reviewing.review_batches import Batched
from services.reviewing.review_queue import Card, Queue
from services.reviewing.reviews import Decision
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.prove.reviews.office import (
    LI,
    NOTICES,
    OUTSIDER,
    PEOPLE,
    QIAN,
    REPORTS_FOR,
    UNITS,
    WANG,
    ZHOU,
    Office,
)
from tests.prove.reviews.sending import file_of, words_of, words_of_page
from tests.prove.reviews.values import Answer, Call, Name, Place, Shown, Terms

CERTAIN = frozenset({Answered.IS_ANOTHER, Answered.IS_SO_MANY})
ROLES = {
    LI: Role.REPORTER,
    WANG: Role.REPORTER,
    QIAN: Role.REVIEWER,
    ZHOU: Role.ADMINISTRATOR,
    OUTSIDER: Role.REVIEWER,
}
ALIKE = {"UnitOfAnother": "NotPermitted"}


class World:
    """One organisation with its people; another one, whose reviewer has nothing to say here."""

    def __init__(self, number: int, now: dtm.datetime) -> None:
        self._number = number
        self.now = now
        self.organisation_id = 0
        self.units: dict[str, int] = {}
        self.categories: dict[str, int] = {}
        self.actors: dict[str, Actor] = {}
        self._reports = Reports()
        self._revisions = Revisions(self._reports)
        self._intake = EvidenceIntake(self._reports, self._revisions)
        self._drafts: dict[int, Draft] = {}
        self._albums: dict[Name, int] = {}
        self.review_ids: dict[Place, int] = {}

    async def found(self) -> None:
        """Add the organisation, its units, categories and people."""
        self.organisation_id = await an_organisation(f"县{self._number}")
        elsewhere = await an_organisation(f"邻县{self._number}")
        self.units = await units_of(self.organisation_id, UNITS)
        self.categories = await categories_of(self.organisation_id, Office().rules)
        await a_quota(next(iter(self.units.values())), self.categories[NOTICES], 2)
        for name, rule in Office().rules.items():
            await sql.execute(
                "UPDATE category SET review_rule = $1 WHERE id = $2", rule, self.categories[name]
            )
        for at, person in enumerate(PEOPLE):
            await self._let_in(person, 10_000 + 10 * self._number + at, elsewhere)

    async def _let_in(self, person: str, telegram_id: int, elsewhere: int) -> None:
        role = ROLES[person]
        organisation_id = elsewhere if person == OUTSIDER else self.organisation_id
        units = sorted(REPORTS_FOR[person]) if role is Role.REPORTER else [""]
        for unit in units:
            await members.bind(telegram_id, organisation_id, self.units.get(unit), role, self.now)
        self.actors[person] = await members.get_actor(
            telegram_id, person, Language.CHINESE, is_deployment_administrator=False
        )

    def occasion(self, person: str, number: int) -> Occasion:
        """Make the occasion of a message or press, each of a number of its own."""
        return Occasion(self.source((person, number)), self.now, self.now.date())

    def source(self, name: Name) -> str:
        """Name a message as the bot does."""
        return f"message/m{self.actors[name[0]].member_id}/{name[1]}"

    async def perform(self, call: Call) -> Answer:
        """Do what a call says; an error is answered by its name."""
        try:
            answer: Answer = await getattr(self, f"_{call.kind}")(call.person, **call.given)
        except UserError as error:
            name = type(error).__name__
            return ("refused", ALIKE.get(name, name))
        return answer

    async def prepare(self, call: Call) -> Answer | None:
        """Show an edit, to be agreed to later; None where it would change something."""
        report: Name = call.given["report"]
        occasion = self.occasion(*report) if report[0] == call.person else self.occasion(call.person, 999_999)
        try:
            revision = await self._revisions.find_revision(
                self.actors[call.person], words_of(call.given["new"]), occasion
            )
        except UserError as error:
            return ("refused", type(error).__name__)
        if revision is None:
            return ("nothing",)
        self._drafts[call.given["number"]] = revision.draft
        return None

    async def _submit(self, person: str, number: int, terms: Terms, file: str) -> Answer:
        occasion = self.occasion(person, number)
        draft = Draft(occasion.source, occasion.today, words_of(terms))
        if file != "none":
            self._albums[person, number] = number
            sending = Sending(self.actors[person].telegram_id, None, str(number), is_command=False)
            taken = await self._intake.receive(
                self.actors[person], file_of(file, number), draft.text, sending, occasion
            )
            draft = getattr(getattr(taken, "outcome", None), "draft", draft)
            if type(getattr(taken, "outcome", None)).__name__ == "Received":
                return ("done",)
        return await self._advance(person, draft, occasion)

    async def _advance(self, person: str, draft: Draft, occasion: Occasion) -> Answer:
        for each in CERTAIN:
            draft = draft.answering(each)
        outcome = await self._reports.advance(self.actors[person], draft, occasion)
        name = type(outcome).__name__
        return ("done",) if name == "Received" else (name,)

    async def _correct(self, person: str, number: int, **_: Any) -> Answer:
        return await self._advance(person, self._drafts[number], self.occasion(person, number))

    async def _move(self, person: str, number: int, report: Name, unit: str) -> Answer:
        outcome = await self._revisions.move(
            self.actors[person], self.source(report), self.units[unit], self.occasion(person, number)
        )
        name = type(outcome).__name__
        return ("done",) if name == "Received" else (name,)

    async def _withdraw(self, person: str, number: int, report: Name) -> Answer:
        await self._revisions.withdraw(
            self.actors[person], self.source(report), self.occasion(person, number)
        )
        return ("done",)

    async def _send(self, person: str, number: int, report: Name, file: str) -> Answer:
        to = report[1] if report[0] == person else 999_999
        sending = Sending(self.actors[person].telegram_id, to, "", is_command=False)
        taken = await self._intake.receive(
            self.actors[person], file_of(file, number), "", sending, self.occasion(person, number)
        )
        return (TAKEN[type(taken).__name__],)

    async def _link(self, person: str, number: int, report: Name, page: int) -> Answer:
        words = words_of_page(page)
        linked = await self._intake.take_links(
            self.actors[person], self.source(report), words, self.occasion(person, number)
        )
        return ("linked", "new" if linked.new else "again")

    async def _piece(self, person: str, number: int, album: Name, file: str) -> Answer:
        self._albums[person, number] = album[1]
        sending = Sending(self.actors[person].telegram_id, None, str(album[1]), is_command=False)
        taken = await self._intake.receive(
            self.actors[person], file_of(file, number), "", sending, self.occasion(person, number)
        )
        return (TAKEN[type(taken).__name__],)

    def _parcel(self, name: Name) -> str:
        """Name what a file was sent together with."""
        album = self._albums.get(name)
        return self.source(name) if album is None else f"album/m{self.actors[name[0]].member_id}/{album}"

    async def _place(self, person: str, number: int, parcel: Name, report: Name) -> Answer:
        taken = await self._intake.attach(
            self.actors[person], self._parcel(parcel), self.source(report), self.occasion(person, number)
        )
        return (TAKEN[type(taken).__name__],)

    async def _accept(self, person: str, number: int, shown: Shown, part: tuple[int, int] | None) -> Answer:
        read: Callable[[int], Part] | None = None
        if part is not None:
            words = "{} {}".format(*part)
            read = lambda most: read_part(words, most)  # noqa: E731
        decision = await reviews.accept(
            self.actors[person], self._at(shown), self.occasion(person, number), read
        )
        return _told(decision)

    async def _accept_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        return await self._each(review_batches.accept_each, person, number, shown)

    async def _return_each(self, person: str, number: int, shown: tuple[Shown, ...], reason: str) -> Answer:
        return await self._each(review_batches.return_each, person, number, shown, reason)

    async def _undo_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        return await self._each(review_batches.undo_each, person, number, shown)

    async def _resubmit_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        return await self._each(review_batches.resubmit_each, person, number, shown)

    async def _each(
        self,
        decide: Callable[..., Awaitable[Batched]],
        person: str,
        number: int,
        shown: tuple[Shown, ...],
        *how: str,
    ) -> Answer:
        at = [self._at(each) for each in shown]
        batched = await decide(self.actors[person], at, *how, self.occasion(person, number))
        told = {each.review.id: _told(each) for each in (*batched.made, *batched.overtaken)}
        told |= {each.review.id: ("left", type(why).__name__, *_told(each)[1:]) for each, why in batched.left}
        return tuple(told[each.review_id] for each in at)

    async def _send_back(self, person: str, number: int, shown: Shown, reason: str) -> Answer:
        decided = reviews.send_back(
            self.actors[person], self._at(shown), reason, self.occasion(person, number)
        )
        return await _telling(decided)

    async def _undo(self, person: str, number: int, shown: Shown) -> Answer:
        return await _telling(
            reviews.undo(self.actors[person], self._at(shown), self.occasion(person, number))
        )

    async def _resubmit(self, person: str, number: int, shown: Shown) -> Answer:
        return await _telling(
            reviews.resubmit(self.actors[person], self._at(shown), self.occasion(person, number))
        )

    def _at(self, shown: Shown) -> reviews.Shown:
        return reviews.Shown(self.review_ids[shown.place], shown.version)

    async def _set_rule(self, person: str, number: int, category: str, rule: str) -> Answer:
        occasion = self.occasion(person, number)
        actor, deed = self.actors[person], Deed(self.actors[person].member_id, occasion.source, self.now)
        shown = await review_rules.read_rules(actor, self.organisation_id)
        found = await review_rules.set_rule(actor, shown, self.categories[category], ReviewRule(rule), deed)
        return ("outdated",) if found.is_outdated else ("done",)

    async def _require(self, person: str, number: int, category: str, kinds: tuple[str, ...]) -> Answer:
        actor = self.actors[person]
        deed = Deed(actor.member_id, self.occasion(person, number).source, self.now)
        shown = await review_rules.read_rules(actor, self.organisation_id)
        found = await review_rules.require_evidence(
            actor,
            shown,
            self.categories[category],
            [EvidenceKind(each) for each in kinds],
            deed,
            self.now.date(),
        )
        return ("outdated",) if found.is_outdated else ("done",)

    async def _set_four_eyes(self, person: str, number: int, is_on: bool) -> Answer:
        del person, number
        await sql.execute("UPDATE organisation SET four_eyes = $1 WHERE id = $2", is_on, self.organisation_id)
        return ("done",)

    async def _reopen(self, person: str, number: int, unit: str, month: dtm.date, until: dtm.date) -> Answer:
        await reopenings.reopen(
            self.actors[person],
            await get_unit(self.units[unit]),
            Period.of_month(month.year, month.month),
            until,
            "补报",
            self.occasion(person, number),
        )
        return ("done",)

    async def find_card(self, person: str) -> Card | None:
        """Show a reviewer what waits first."""
        wanted, occasion = Queue(self.organisation_id), self.occasion(person, 0)
        return await review_queue.find_card(self.actors[person], wanted, occasion)

    def note(self, review_ids: dict[Place, int]) -> None:
        """Know which row is whose."""
        self.review_ids = review_ids


TAKEN = {"WhichReport": "asked", "Attached": "attached", "AlreadyPlaced": "placed", "Joined": "joined"}


async def _telling(decided: Awaitable[Decision]) -> Answer:
    return _told(await decided)


def _told(decision: Decision) -> Answer:
    review = decision.review
    said = (review.version, review.state.value, review.count, review.accepted, review.errors, review.reason)
    return ("overtaken" if decision.is_overtaken else "done", *said)
