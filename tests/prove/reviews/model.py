"""How every report stands, worked out from what people did and from docs/evidence.md alone.

Plain dicts and lists: no database, no service. What ``Model`` holds is what both databases have to hold.
"""

import datetime as dtm

from tests.prove.reviews.books import Books
from tests.prove.reviews.office import UNDO, Refused
from tests.prove.reviews.values import Answer, Exhibit, Line, Name, Place, Report, Shown, Terms

KEPT = {"picture", "document"}


class Model(Books):
    """The one truth."""

    @property
    def today(self) -> dtm.date:
        """The day it is."""
        return self.now.date()

    # What reporters do

    def submit(self, person: str, number: int, terms: Terms, file: str) -> Answer:
        """Report, perhaps with a file: a picture, a document, one that is owed, of no use, or none."""
        self.office.require_reporting(person, terms.unit)
        self.office.require_open(terms.unit, terms.month, self.today)
        name = (person, number)
        self.reports[name] = Report(name, None)
        if file not in {"none", "useless"}:
            self.exhibits[name] = _exhibit(name, name, file)
        return self.restate(self.reports[name], terms)

    def prepare(self, person: str, report: Name, lines: dict[str, Line]) -> Answer | None:
        """Tell what an edit comes to before it is agreed to; None where it would change something."""
        known = self.reports[report]
        if known.terms is None or report[0] != person or known.terms.lines == lines:
            return ("nothing",)
        self.office.require_open(known.terms.unit, known.terms.month, self.today)
        return None

    def correct(self, person: str, number: int, report: Name, new: Terms, old: Terms) -> Answer:
        """Let a report say something else, as was agreed to when it said ``old``; ``number`` is the press."""
        del number
        self.office.require_reporting(person, new.unit)
        self.office.require_open(new.unit, new.month, self.today)
        known = self.reports[report]
        if known.terms != old:
            raise Refused("ReportChanged")
        self.office.require_open(old.unit, old.month, self.today)
        return self.restate(known, new)

    def move(self, person: str, number: int, report: Name, unit: str) -> Answer:
        """Let a report count for another unit."""
        del number
        known = self._own(person, report)
        if not known.left or known.terms is None:
            raise Refused("AlreadyWithdrawn")
        old = known.terms
        self.office.require_reporting(person, unit)
        self.office.require_open(unit, old.month, self.today)
        self.office.require_open(old.unit, old.month, self.today)
        return self.restate(known, Terms(unit, old.month, old.lines))

    def withdraw(self, person: str, number: int, report: Name) -> Answer:
        """Take a report back."""
        del number
        known = self._own(person, report)
        if not known.left:
            raise Refused("AlreadyWithdrawn")
        for place in known.left:
            self.office.require_open(place.unit, place.month, self.today)
        return self.restate(known, None)

    def _own(self, person: str, report: Name) -> Report:
        if report[0] != person:
            raise Refused("NothingToWithdraw")
        return self.reports[report]

    def send(self, person: str, number: int, report: Name, file: str) -> Answer:
        """Send a file in reply to a report."""
        known = self.reports[report]
        if report[0] != person or not known.left:
            if file not in KEPT:
                raise Refused("EvidenceUnsupported" if file == "useless" else "FileUnavailable")
            self.exhibits[person, number] = _exhibit((person, number), (person, number), file)
            return ("asked",)
        self._require_attachable(known)
        if file != "useless":
            self.exhibits[person, number] = _exhibit((person, number), report, file)
        self._attached(known, is_kept=file in KEPT)
        return ("attached",)

    def link(self, person: str, number: int, report: Name, page: int) -> Answer:
        """Send nothing but a link in reply to a report: evidence once, which counts nothing."""
        known = self.reports[report]
        if report[0] != person or not known.left:
            raise Refused("NothingToAttach")
        self._require_attachable(known)
        if page in self.pages_of(known):
            return ("linked", "again")
        self.exhibits[person, number] = Exhibit((person, number), report, "kept", "link", page=page)
        self._attached(known, is_kept=True)
        return ("linked", "new")

    def piece(self, person: str, number: int, album: Name, file: str) -> Answer:
        """Send another piece of the album that a report came with: it belongs there, however late."""
        if file == "useless":
            raise Refused("EvidenceUnsupported")
        known = self.reports[album]
        self.exhibits[person, number] = _exhibit((person, number), album, file)
        if known.left:
            is_open = not any(self.office.is_closed(each.unit, each.month, self.today) for each in known.left)
            self._attached(known, is_kept=file in KEPT and is_open)
        return ("joined",)

    def place(self, person: str, number: int, parcel: Name, report: Name) -> Answer:
        """Press under a file that was sent bare: it belongs to this report."""
        del number
        exhibit, known = self.exhibits.get(parcel), self.reports[report]
        if exhibit is None or parcel[0] != person or report[0] != person or not known.left:
            raise Refused("NothingToAttach")
        if exhibit.report in self.reports:
            return ("placed",)
        self._require_attachable(known)
        exhibit.report = report
        self._attached(known, is_kept=True)
        return ("attached",)

    def _require_attachable(self, known: Report) -> None:
        for place in known.left:
            self.office.require_open(place.unit, place.month, self.today)

    def _attached(self, known: Report, *, is_kept: bool) -> None:
        assert known.terms is not None
        for each in self.exhibits.values():
            if each.report == known.name:
                each.unit, each.month = known.terms.unit, known.terms.month
        if not is_kept:
            return
        self._complete(known)
        for place in known.sums:
            review = self.reviews.get(place)
            if review is not None and review.now.state == "returned":
                self.stand(place, "pending")

    def _complete(self, known: Report) -> None:
        for place, sums in known.sums.items():
            review = self.reviews.get(place)
            if review is not None and review.now.state == "awaiting" and self.has_evidence(place):
                self.stand(place, "accepted", sums.count)
                self.balance(place[1:])

    def resubmit(self, person: str, number: int, shown: Shown) -> Answer:
        """Hand in again what was returned."""
        del number
        self.office.require_reporting(person, shown.place.unit)
        review = self.reviews[shown.place]
        if review.now.version != shown.version or review.now.state != "returned":
            return ("overtaken", *review.now)
        return self._decided(shown.place, "pending")

    # What reviewers do

    def accept(self, person: str, number: int, shown: Shown, part: tuple[int, int] | None) -> Answer:
        """Accept all that can be, or fewer with mistakes found."""
        del number
        self.office.require_deciding(person)
        review = self.reviews[shown.place]
        if review.now.version != shown.version or review.now.state != "pending":
            return ("overtaken", *review.now)
        if self.office.four_eyes and shown.place.report[0] == person:
            raise Refused("OwnReport")
        most = self.most(shown.place)
        if not most:
            raise Refused("NothingToAccept")
        accepted, errors = part or (most, 0)
        if not 1 <= accepted <= most:
            raise Refused("PartOutOfRange")
        return self._decided(shown.place, "accepted", accepted, errors, by=person)

    def most(self, place: Place) -> int:
        """Tell how many of a report can be accepted: no more than is counted."""
        tally = self.tally(place[1:])
        return max(
            0,
            min(self.reviews[place].now.counted, tally.counted - tally.accepted + self.sums(place).accepted),
        )

    def accept_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        """Accept several as they were shown; what cannot be accepted stays."""
        return tuple(self._accept_or_leave(person, number, each) for each in shown)

    def _accept_or_leave(self, person: str, number: int, shown: Shown) -> Answer:
        try:
            return self.accept(person, number, shown, None)
        except Refused as refused:
            if refused.why not in {"OwnReport", "NothingToAccept"}:
                raise
            return ("left", refused.why, *self.reviews[shown.place].now)

    def send_back(self, person: str, number: int, shown: Shown, reason: str) -> Answer:
        """Return a report."""
        del number
        self.office.require_deciding(person)
        review = self.reviews[shown.place]
        if review.now.version != shown.version or review.now.state != "pending":
            return ("overtaken", *review.now)
        return self._decided(shown.place, "returned", reason=reason, by=person)

    def return_each(self, person: str, number: int, shown: tuple[Shown, ...], reason: str) -> Answer:
        """Return several as they were shown."""
        return tuple(self.send_back(person, number, each, reason) for each in shown)

    def undo_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        """Take several decisions of one's own back, or none."""
        return tuple(self.undo(person, number, each) for each in shown)

    def resubmit_each(self, person: str, number: int, shown: tuple[Shown, ...]) -> Answer:
        """Hand several in again."""
        return tuple(self.resubmit(person, number, each) for each in shown)

    def undo(self, person: str, number: int, shown: Shown) -> Answer:
        """Take one's own decision back."""
        del number
        self.office.require_deciding(person)
        review = self.reviews[shown.place]
        if review.now.version != shown.version:
            return ("overtaken", *review.now)
        if review.decided is None or review.decided[0] != person or self.now - review.decided[1] > UNDO:
            raise Refused("ReviewGone")
        asked_at = review.asked_at
        answer = self._decided(shown.place, "pending")
        review.asked_at = asked_at
        return answer

    def _decided(
        self,
        place: Place,
        state: str,
        accepted: int = 0,
        errors: int = 0,
        *,
        reason: str = "",
        by: str | None = None,
    ) -> Answer:
        review = self.stand(place, state, accepted, errors, reason)
        review.decided = (by, self.now) if by else None
        said = review.now
        self.balance(place[1:])
        return ("done", *said)

    # What offices change

    def set_rule(self, person: str, number: int, category: str, rule: str) -> Answer:
        """Set when later reports of a category are accepted."""
        del person, number
        self.office.rules[category] = rule
        return ("done",)

    def require(self, person: str, number: int, category: str, kinds: tuple[str, ...]) -> Answer:
        """Set which kinds of evidence each report of a category needs; what has them now waits no more."""
        del person, number
        self.office.required[category] = kinds
        for place in [each for each in self.reviews if each.category == category]:
            if self._waits_open(place):
                self._complete(self.reports[place.report])
        return ("done",)

    def _waits_open(self, place: Place) -> bool:
        review = self.reviews.get(place)
        is_waiting = review is not None and review.now.state == "awaiting"
        return is_waiting and not self.office.is_closed(place.unit, place.month, self.today)

    def set_four_eyes(self, person: str, number: int, is_on: bool) -> Answer:
        """Let people accept their own reports, or not."""
        del person, number
        self.office.four_eyes = is_on
        return ("done",)

    def reopen(self, person: str, number: int, unit: str, month: dtm.date, until: dtm.date) -> Answer:
        """Open a closed month again."""
        del person, number
        self.office.reopened[unit, month] = until
        return ("done",)


def _exhibit(source: Name, report: Name, file: str) -> Exhibit:
    is_kept = file in KEPT
    return Exhibit(source, report, "kept" if is_kept else file, file if is_kept else "picture")
