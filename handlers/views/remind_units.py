"""Chasing units by hand: which, whether really, and what came of it."""

from handlers.kit.answers import Answer, Button
from handlers.views.figures import lamp_words, listed, period_name, shortfall_rows
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.remind import moment_words
from locales import Texts
from services.chasing.laggards import Laggard
from services.chasing.urging import Situation, Urged
from services.office.organisations import NoUnit, OtherUnit, SeveralUnits

ON_A_PAGE = 12
BUTTON_LENGTH = 30
NAMES = 10


def ask(found: Situation, texts: Texts) -> Answer:
    """Ask whether to chase all that lag and can be reached."""
    reached = [each for each in found.laggards if each.has_hearer and not each.is_urged]
    silent = [each for each in found.laggards if not each.has_hearer]
    urged = sum(each.is_urged for each in found.laggards)
    of_month = {"organisation_id": found.organisation.id, "month": str(found.month)}
    names = listed([escape(each.unit.name) for each in reached], texts, limit=NAMES)
    go = Button(texts("remind.button.really", count=len(reached)), "remind.now", of_month)
    back = Button(texts("remind.button.back"), "remind.show", of_month)
    return Answer(
        lines(
            [texts("remind.ask", month=period_name(found.month, texts), count=len(reached), names=names)],
            [
                texts("remind.ask_urged", count=urged) if urged else "",
                texts("remind.ask_unheard", count=len(silent)) if silent else "",
            ],
        ),
        buttons=((go,), (back,)) if reached else ((back,),),
        replaces=True,
    )


def choice(found: Situation, number: int, texts: Texts) -> Answer:
    """Offer the units that lag, the worst first."""
    of_month = {"organisation_id": found.organisation.id, "month": str(found.month)}
    page = Page.of(found.laggards, number, ON_A_PAGE)
    rows = [
        texts("remind.choice_row", unit=escape(each.unit.name), count=each.missing) for each in page.shown
    ]
    buttons = [
        Button(
            shorten(each.unit.name, BUTTON_LENGTH),
            "remind.unit",
            {"unit_id": each.unit.id, "month": str(found.month)},
        )
        for each in page.shown
    ]
    back = Button(texts("remind.button.back"), "remind.show", of_month)
    return Answer(
        lines([texts("remind.choose", count=len(found.laggards))], rows),
        buttons=(*in_rows(buttons, 2), *page_buttons(page, "remind.choose", of_month, texts), (back,)),
        replaces=True,
    )


def card(found: Laggard, month: str, texts: Texts, *, replaces: bool = False) -> Answer:
    """Show what one unit lacks, and the button that chases it."""
    of_month = {"organisation_id": found.unit.organisation_id, "month": month}
    may = bool(found.shortfalls) and found.has_hearer and found.is_open and not found.is_urged
    go = Button(texts("remind.button.one"), "remind.now", {**of_month, "unit_id": found.unit.id})
    back = Button(texts("remind.button.back"), "remind.show", of_month)
    return Answer(
        lines(
            [bold(escape(found.unit.name)), "" if found.lamp is None else lamp_words(found.lamp, texts)],
            shortfall_rows(found.shortfalls, texts) or [texts("remind.lacks_nothing")],
            [_why_not(found, texts)],
        ),
        buttons=((go,), (back,)) if may else ((back,),),
        replaces=replaces,
    )


def which_unit(match: SeveralUnits | NoUnit | OtherUnit, month: str, texts: Texts) -> Answer:
    """Ask which unit is meant, or offer the nearest."""
    match match:
        case SeveralUnits(units):
            said, offered = texts("progress.which_unit", count=len(units)), units
        case NoUnit(text, nearest):
            key = "progress.unit_unknown_nearest" if nearest else "progress.unit_unknown"
            said, offered = texts(key, text=escape(shorten(text, BUTTON_LENGTH))), nearest
        case OtherUnit(name, own):
            said, offered = texts("progress.unit_unknown", text=escape(name)), own
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), "remind.unit", {"unit_id": unit.id, "month": month})
        for unit in offered[:ON_A_PAGE]
    ]
    return Answer(said, buttons=in_rows(buttons, 2))


def urged(done: Urged, organisation_id: int, month: str, texts: Texts) -> Answer:
    """Say who hears of it and when, and who cannot."""
    soon = done.units - len(done.put_off)
    if not done.units:
        said = texts("remind.urged_none")
    elif not soon:
        said = ""
    elif done.goes_at is None:
        said = texts("remind.urged", count=soon)
    else:
        said = texts("remind.urged_later", count=soon, moment=moment_words(done.goes_at, texts))
    names = listed([escape(name) for name in done.unheard], texts, limit=NAMES)
    back = Button(
        texts("remind.button.back"), "remind.show", {"organisation_id": organisation_id, "month": month}
    )
    return Answer(
        lines(
            [said, _put_off(done, texts)],
            [
                texts("remind.urged_already", count=done.already) if done.already else "",
                texts("remind.urged_unheard", count=len(done.unheard), names=names) if done.unheard else "",
            ],
        ),
        buttons=((back,),),
        replaces=True,
    )


def _put_off(done: Urged, texts: Texts) -> str:
    """Say of whom people have been told today all that they are told in a day."""
    if done.put_off_to is None:
        return ""
    names = listed([escape(name) for name in done.put_off], texts, limit=NAMES)
    moment = moment_words(done.put_off_to, texts)
    return texts("remind.urged_put_off", count=len(done.put_off), names=names, moment=moment)


def _why_not(found: Laggard, texts: Texts) -> str:
    """Say why there is no button that chases it."""
    if not found.shortfalls:
        return ""
    if not found.is_open:
        return texts("remind.unit_closed")
    if not found.has_hearer:
        return texts("remind.unit_unheard")
    return texts("remind.unit_urged") if found.is_urged else ""
