"""The questions before an organisation is founded, and what comes after."""

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, escape, lines
from handlers.views.problems import problem_words
from locales import Texts
from services.core.errors import UserError
from services.membership.founding import DEFAULTS
from services.office.organisations import OrganisationRef

STEP = "founding.name"
YEAR_STEP = "founding.typed_year"


def begin(texts: Texts, *, name: str) -> Answer:
    """Greet whoever may found an organisation and has none yet."""
    said = lines([texts("start.greeting", name=escape(name)), texts("founding.nothing_yet")])
    return Answer(said, buttons=((button(texts),),))


def button(texts: Texts) -> Button:
    """Offer to found an organisation."""
    return Button(texts("founding.button.begin"), "founding.begin")


def ask_name(texts: Texts, problem: UserError | None = None) -> Answer:
    """Ask for the name, after what was wrong with the last one if something was."""
    said = escape(problem_words(problem, texts)) if problem else ""
    return Answer(lines([said], [texts("founding.ask_name")]), asks=STEP)


def ask_year(name: str, year: int, texts: Texts, problem: UserError | None = None) -> Answer:
    """Ask for the year of the quotas: this one, the next, or any that is written."""
    said = escape(problem_words(problem, texts)) if problem else ""
    buttons = tuple(
        Button(texts("progress.year", year=each), "founding.year", {"name": name, "year": each})
        for each in (year, year + 1)
    )
    asked = texts("founding.ask_year", name=escape(name))
    return Answer(lines([said], [asked]), buttons=(buttons,), asks=YEAR_STEP, asks_with={"name": name})


def confirm(name: str, year: int, texts: Texts, *, replaces: bool) -> Answer:
    """Show the settings that the organisation starts with, and ask whether to found it."""
    rules = texts(
        "founding.defaults",
        closing_days=DEFAULTS.closing_days,
        decimals=DEFAULTS.decimals,
        stale_days=DEFAULTS.stale_days,
        zombie_days=DEFAULTS.zombie_days,
        language=texts(f"language.{DEFAULTS.language.value}"),
    )
    head = bold(texts("founding.title", name=escape(name), year=year))
    save = Button(texts("founding.button.save"), "founding.save", {"name": name, "year": year})
    again = Button(texts("founding.button.again"), "founding.begin")
    return Answer(lines([head], [rules]), buttons=((save, again),), replaces=replaces)


def founded(organisation: OrganisationRef, texts: Texts) -> Answer:
    """Say that it is there, and what to do next."""
    head = texts("founding.done", name=escape(organisation.name), year=organisation.year)
    return Answer(lines([bold(head)], [texts("founding.next")]), replaces=True)
