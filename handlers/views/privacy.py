"""What is kept about a person, and what forgetting them means."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.figures import days_through
from handlers.views.markup import bold, escape, lines
from handlers.views.seats import seat_words
from locales import Texts
from services.core.access import Actor
from services.membership.privacy import Kept


def kept(found: Kept | None, actor: Actor, zone: dtm.tzinfo, texts: Texts) -> Answer:
    """List what is kept, and until when; what the settings say of the person is not ours to forget."""
    standing = texts("privacy.standing") if actor.administers_deployment else ""
    if found is None:
        return Answer(lines([texts("privacy.nothing")], [standing]))
    seats = [
        texts(
            "privacy.seat",
            seat=seat_words(each.seat, texts),
            day=texts.date(each.bound_at.astimezone(zone).date()),
        )
        for each in found.seats
    ]
    language = texts(f"language.{found.language.value}") if found.language else texts("privacy.unset")
    return Answer(
        lines(
            [bold(texts("privacy.title"))],
            [
                texts("privacy.telegram_id", id=found.telegram_id),
                texts("privacy.name", name=escape(found.name)) if found.name else texts("privacy.no_name"),
                texts("privacy.language", language=language),
                *(seats or [texts("privacy.no_seat")]),
            ],
            [
                texts("privacy.records", reports=found.reports, traces=found.traces),
                texts("privacy.evidence", count=found.evidence) if found.evidence else "",
                texts("privacy.invitations", count=found.invitations) if found.invitations else "",
                texts("privacy.words"),
                texts("privacy.messages", count=found.messages, days=found.kept_days),
                texts("privacy.letters", count=found.letters) if found.letters else "",
                *(_leave(each, texts) for each in found.leaves),
                _later(found.reminded_from_on, texts),
            ],
            [standing],
            [texts("privacy.how")],
        )
    )


def _leave(days: tuple[dtm.date, dtm.date], texts: Texts) -> str:
    return texts("privacy.leave", days=days_through(*days, texts))


def _later(day: dtm.date | None, texts: Texts) -> str:
    return "" if day is None else texts("privacy.later", day=texts.date(day))


def ask(found: Kept, actor: Actor, texts: Texts) -> Answer:
    """Say what goes and what stays, and ask."""
    standing = texts("privacy.standing") if actor.administers_deployment else ""
    said = texts("privacy.ask", member_id=found.member_id, days=found.kept_days)
    buttons = (
        Button(texts("privacy.button.forget"), "privacy.forget"),
        Button(texts("privacy.button.keep"), "privacy.keep"),
    )
    return Answer(lines([said], [standing]), buttons=(buttons,))


def forgotten(texts: Texts) -> Answer:
    """Say good-bye."""
    return Answer(texts("privacy.forgotten"))


def left(texts: Texts) -> Answer:
    """Say that nothing has changed."""
    return Answer(texts("privacy.left"), replaces=True)
