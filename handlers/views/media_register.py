"""The register of accounts in words: what is still to be said of a new one, what of an old one can change."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import escape, lines, shorten
from handlers.views.media_words import label, posted_words
from handlers.views.paging import in_rows
from locales import Texts
from models.enums import Platform
from services.core.platforms import PRINTED_ORDER
from services.media.media_accounts import MediaAccountRef
from services.media.media_register import EndDoubted
from services.office.organisations import UnitRef

NAME_STEP, UNIT_STEP, RESPONSIBLE_STEP = "media.new_name", "media.new_unit", "media.new_responsible"
FIELD_STEP, END_STEP = "media.field_said", "media.end_said"
FIELDS = ("name", "unit", "platform", "responsible", "level")
IN_A_ROW = 2
OFFERED = 12
BUTTON_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Entering:
    """What has been said of a new account; ``is_complete`` where nothing optional is asked any more."""

    organisation_id: int
    platform: Platform | None = None
    name: str = ""
    unit_id: int | None = None
    responsible: str = ""
    level: str = ""
    is_complete: bool = False

    def as_json(self) -> dict[str, Any]:
        """Write it for a button or a question."""
        return {
            "organisation_id": self.organisation_id,
            "platform": self.platform.value if self.platform else "",
            "name": self.name,
            "unit_id": self.unit_id,
            "responsible": self.responsible,
            "level": self.level,
            "is_complete": self.is_complete,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        platform = Platform(written["platform"]) if written["platform"] else None
        return cls(**{**written, "platform": platform})


def ask(entering: Entering, texts: Texts) -> Answer | None:
    """Ask for the first thing that is missing; None where nothing is."""
    told = {"entering": entering.as_json()}
    if entering.platform is None:
        buttons = [
            Button(
                texts(f"platform.{each.value}"), "media.enter", {"entering": _with(entering, platform=each)}
            )
            for each in PRINTED_ORDER
        ]
        return Answer(texts("media.ask_platform"), buttons=in_rows(buttons, 3))
    platform = texts(f"platform.{entering.platform.value}")
    if not entering.name:
        return Answer(texts("media.ask_name", platform=platform), asks=NAME_STEP, asks_with=told)
    name = escape(shorten(entering.name, BUTTON_LENGTH))
    if entering.unit_id is None:
        return Answer(texts("media.ask_unit", platform=platform, name=name), asks=UNIT_STEP, asks_with=told)
    if not entering.is_complete:
        skip = Button(
            texts("media.button.skip"), "media.enter", {"entering": _with(entering, is_complete=True)}
        )
        words = texts("media.ask_responsible", platform=platform, name=name)
        return Answer(words, buttons=((skip,),), asks=RESPONSIBLE_STEP, asks_with=told)
    return None


def which_unit(entering: Entering, offered: Sequence[UnitRef], texts: Texts) -> Answer:
    """Ask which unit is meant."""
    buttons = [
        Button(
            shorten(unit.name, BUTTON_LENGTH), "media.enter", {"entering": _with(entering, unit_id=unit.id)}
        )
        for unit in offered[:OFFERED]
    ]
    told = {"entering": entering.as_json()}
    key = "media.which_unit" if buttons else "media.unit_unclear"
    return Answer(texts(key), buttons=in_rows(buttons, IN_A_ROW), asks=UNIT_STEP, asks_with=told)


def several(account: MediaAccountRef, beside: Sequence[MediaAccountRef], texts: Texts) -> str:
    """Say that a unit has more than one account on a platform, which is a finding; HTML."""
    names = texts("progress.comma").join(
        escape(shorten(each.name, BUTTON_LENGTH)) for each in beside if each.id != account.id
    )
    platform = texts(f"platform.{account.platform.value}")
    return texts("media.several", unit=escape(account.unit), platform=platform, names=names)


def offer_again(ended: MediaAccountRef, texts: Texts) -> Answer:
    """Say that an account of that name was deregistered, and offer to begin again."""
    day = texts.date(ended.deregistered_on) if ended.deregistered_on else ""
    words = texts("media.was_ended", account=label(ended, texts), unit=escape(ended.unit), day=day)
    told = {"account_id": ended.id}
    buttons = (
        Button(texts("media.button.again"), "media.again", told),
        Button(texts("media.button.card"), "media.card", told),
    )
    return Answer(words, buttons=(buttons,))


def fields(account: MediaAccountRef, texts: Texts) -> Answer:
    """Offer what can be changed."""
    buttons = [
        Button(texts(f"media.field.{field}"), "media.field", {"account_id": account.id, "field": field})
        for field in FIELDS
    ]
    back = Button(texts("media.button.card"), "media.card", {"account_id": account.id})
    words = texts("media.which_field", account=label(account, texts))
    return Answer(words, buttons=(*in_rows(buttons, IN_A_ROW), (back,)), replaces=True)


def ask_field(account: MediaAccountRef, field: str, texts: Texts, *, problem: str = "") -> Answer:
    """Ask for what one of them is to be."""
    told = {"account_id": account.id, "field": field, "version": account.version}
    words = texts("media.ask_field", account=label(account, texts), field=texts(f"media.field.{field}"))
    buttons = [
        Button(texts(f"platform.{each.value}"), "media.set_platform", {**told, "platform": each.value})
        for each in PRINTED_ORDER
        if field == "platform" and each is not account.platform
    ]
    return Answer(
        lines([texts(problem) if problem else "", words]),
        buttons=in_rows(buttons, 3),
        asks=FIELD_STEP,
        asks_with=told,
    )


def ask_end(
    account: MediaAccountRef, today: dtm.date, texts: Texts, *, problem: str = "", missed: int = 0
) -> Answer:
    """Ask from which day on an account is no more."""
    days = [today, today - dtm.timedelta(days=1)]
    buttons = [
        Button(day_words(day, texts), "media.end_on", {"account_id": account.id, "day": day.isoformat()})
        for day in days
    ]
    keep = Button(texts("media.button.card"), "media.card", {"account_id": account.id})
    return Answer(
        lines([escape(problem)], [texts("media.ask_end", account=label(account, texts))]),
        buttons=(tuple(buttons), (keep,)),
        asks=END_STEP,
        asks_with={"account_id": account.id, "missed": missed},
    )


def question_end(doubt: EndDoubted, today: dtm.date, texts: Texts) -> Answer:
    """Question a day from which an account is to be no more although a later post of it is known."""
    account = doubt.account
    words = texts(
        "media.end_doubted",
        account=label(account, texts),
        day=posted_words(doubt.day, today, texts),
        last=posted_words(doubt.last_post_on, today, texts),
    )
    agreed = {"account_id": account.id, "day": doubt.day.isoformat(), "is_agreed": True}
    on_that_day = texts("media.button.end_anyway", day=day_words(doubt.day, texts))
    told = {"account_id": account.id}
    buttons = (
        Button(on_that_day, "media.end_on", agreed),
        Button(texts("media.button.other_day"), "media.end", told),
        Button(texts("media.button.card"), "media.card", told),
    )
    return Answer(words, buttons=in_rows(buttons, 1))


def _with(entering: Entering, **said: Any) -> dict[str, Any]:
    return replace(entering, **said).as_json()
