"""The days that a bulletin bears, and the question for others."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.bulletin_names import bulletin_name, told_of
from handlers.views.markup import bold, lines
from locales import Texts
from models.enums import BulletinKind
from services.issuing.bulletins import Draft

STEP = "bulletin.days_said"


def ask(made: Draft, texts: Texts) -> Answer:
    """Show both days, and ask for others; a monthly bulletin bears that of printing alone."""
    told = told_of(made)
    is_monthly = made.kind is BulletinKind.MONTHLY
    reset = Button(texts("bulletin.button.days_reset"), "bulletin.days_reset", told)
    back = Button(texts("bulletin.button.back"), "bulletin.open", told)
    days = [_day("printed", made.days.printed_on, made.bulletin.printed_on, texts)]
    if not is_monthly:
        days.insert(0, _day("signed", made.days.signed_on, made.bulletin.signed_on, texts))
    is_stated = made.days.signed_on is not None or made.days.printed_on is not None
    key = "bulletin.ask_day" if is_monthly else "bulletin.ask_days"
    return Answer(
        lines([bold(bulletin_name(made.period, texts)), *days], [texts(key)]),
        buttons=((reset, back) if is_stated else (back,),),
        replaces=True,
        asks=STEP,
        asks_with=told,
    )


def days_of(made: Draft, texts: Texts) -> str:
    """Say which days were stated; "" where the bulletin bears the day on which it is issued."""
    stated = (("signed", made.days.signed_on), ("printed", made.days.printed_on))
    return texts("progress.comma").join(
        texts(f"bulletin.day.{name}", day=texts.date(day)) for name, day in stated if day is not None
    )


def _day(name: str, stated: dtm.date | None, borne: dtm.date | None, texts: Texts) -> str:
    day = texts.date(borne) if borne is not None else ""
    key = f"bulletin.day.{name}" if stated is not None else f"bulletin.day.{name}_when_issued"
    return texts(key, day=day)
