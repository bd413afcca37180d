"""The arithmetic of the model: what reports count for, what of it is accepted, and each step of that."""

import datetime as dtm

from tests.prove.reviews.office import AUTO, REVIEWED, Office, Refused
from tests.prove.reviews.values import (
    Answer,
    Exhibit,
    Line,
    Name,
    Place,
    Report,
    Review,
    Step,
    Sums,
    Tally,
    Terms,
)

Total = tuple[str, str, dtm.date]


class Books:
    """Everything that is kept."""

    def __init__(self, now: dtm.datetime) -> None:
        self.office = Office()
        self.now = now
        self.reports: dict[Name, Report] = {}
        self.reviews: dict[Place, Review] = {}
        self.exhibits: dict[Name, Exhibit] = {}

    def tally(self, total: Total) -> Tally:
        """Add up what is counted, accepted and mistaken of a unit, category and month."""
        found = [
            sums for each in self.reports.values() for place, sums in each.sums.items() if place[1:] == total
        ]
        return Tally(
            sum(each.count for each in found),
            sum(each.accepted for each in found),
            sum(each.errors for each in found),
        )

    def has_evidence(self, place: Place) -> bool:
        """Tell whether there is all that is required, or anything at all where nothing is.

        Files, and links sent in reply, are evidence of the whole report, a link that counts of its category.
        """
        files = [each for each in self.exhibits.values() if each.report == place.report]
        there = {each.kind for each in files if each.state == "kept"}
        if self.sums(place).pages:
            there.add("link")
        required = self.office.required.get(place.category, ())
        return there.issuperset(required) if required else bool(there)

    def pages_of(self, known: Report) -> set[int]:
        """Give the pages that are evidence of a report: that it counts for, and that were sent in reply."""
        sent = [
            each.page for each in self.exhibits.values() if each.report == known.name and each.state == "kept"
        ]
        counted = [page for sums in known.sums.values() for page in sums.pages]
        return {*counted, *(page for page in sent if page is not None)}

    def sums(self, place: Place) -> Sums:
        """Give what a report adds up to in a place."""
        return self.reports[place.report].sums.get(place, Sums())

    def restate(self, known: Report, new: Terms | None) -> Answer:
        """Let a report say something else, or (None) nothing; a new one says it for the first time.

        What it goes on setting stays as it is.
        """
        lines = (
            {Place(known.name, new.unit, category, new.month): line for category, line in new.lines.items()}
            if new
            else {}
        )
        changes: dict[Place, tuple[int, set[int]]] = {}
        for place in dict.fromkeys([*known.sums, *lines]):
            change = self._change(known, place, lines.get(place))
            if change is not None:
                changes[place] = change
        for place, (difference, _) in changes.items():
            if self.tally(place[1:]).counted + difference < 0:
                raise Refused("CountBelowZero")
        for place, (difference, pages) in changes.items():
            since = sum(len(each.sums) for each in self.reports.values())
            sums = known.sums.setdefault(place, Sums(since=since))
            sums.count, sums.pages = sums.count + difference, pages
            if not self._is_governed(place):
                sums.accepted += difference
        known.terms = new
        self._follow(known)
        for place in filter(self._is_governed, changes):
            self._settle(place)
        for place in changes:
            self.balance(place[1:])
        return ("done",)

    def _change(self, known: Report, place: Place, line: Line | None) -> tuple[int, set[int]] | None:
        """Give what a line changes in its place, and the pages that count there then; None for nothing."""
        sums, old = known.sums.get(place, Sums()), known.terms
        before = old.lines.get(place.category) if old and place.unit == old.unit else None
        pages = {line.number} if line and line.kind == "link" else set[int]()
        if line is None:
            difference = -sums.count
        elif line.kind == "set":
            if before == line:
                return None
            difference = line.number - self.tally(place[1:]).counted
        else:
            difference = (1 if pages else line.number) - sums.count
        is_first = old is None and line is not None
        return (difference, pages) if difference or pages != sums.pages or is_first else None

    def _follow(self, known: Report) -> None:
        for each in self.exhibits.values():
            if each.report != known.name:
                continue
            if known.terms is not None:
                each.unit, each.month = known.terms.unit, known.terms.month
            elif each.state in {"kept", "owed"}:
                each.state = "withdrawn"

    def _is_governed(self, place: Place) -> bool:
        """Tell whether a report is not accepted at once in a place, or was not before."""
        return self.office.rules[place.category] != AUTO or place in self.reviews

    def _settle(self, place: Place) -> None:
        """Let the rule decide about what a report says now, whatever was decided before."""
        count, rule = self.sums(place).count, self.office.rules[place.category]
        if count == 0:
            self.stand(place, "withdrawn")
        elif count < 0:
            others = self.tally(place[1:]).accepted - self.sums(place).accepted
            self.stand(place, "accepted", max(count, -max(0, others)))
        elif rule == REVIEWED:
            self.stand(place, "pending")
        elif rule == AUTO or self.has_evidence(place):
            self.stand(place, "accepted", count)
        else:
            self.stand(place, "awaiting")

    def stand(self, place: Place, state: str, accepted: int = 0, errors: int = 0, reason: str = "") -> Review:
        """Change how a report stands in a place, or note it for the first time."""
        sums = self.reports[place.report].sums[place]
        sums.accepted, sums.errors = accepted, errors
        review = self.reviews.setdefault(place, Review([], self.now))
        review.steps.append(Step(len(review.steps) + 1, state, sums.count, accepted, errors, reason))
        review.decided = None
        if state == "pending":
            review.asked_at = self.now
        return review

    def balance(self, total: Total) -> None:
        """Let what was set lower take from what is accepted so much that it is not below zero or too much."""
        places = [Place(name, *total) for name in self.reports]
        for place in sorted(places, key=lambda each: self.sums(each).since, reverse=True):
            sums, tally = self.sums(place), self.tally(total)
            if sums.count >= 0:
                continue
            excess = min(tally.accepted, 0) or max(tally.accepted - tally.counted, 0)
            taken = max(sums.count, min(0, sums.accepted - excess))
            if taken != sums.accepted:
                self.stand(place, "accepted", taken)
