"""A report's outcome as a message: the receipt, or the question that comes first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.figures import period_name, short_name
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from handlers.views.receipts import page_lines, receipt_answer
from locales import Texts
from services.core.drafts import Answered, Draft
from services.core.reporting import Add, Line, Set
from services.facts.openings import Opening
from services.office.organisations import UnitRef
from services.reporting.outcomes import (
    AlreadyReceived,
    HowMany,
    KnownElsewhere,
    NothingNew,
    Outcome,
    Received,
    SaidBefore,
    SoMany,
    WhichAccount,
    WhichCategory,
    WhichMonth,
    WhichUnit,
)

LINE_STEP = "report.line"
UNIT_STEP = "report.unit_name"
MONTH_STEP = "report.month_name"

QUICK = (1, 2, 3, 5, 10)
CHOICES = 12
BUTTON_LENGTH = 30
TEXT_LENGTH = 30


def outcome_answer(outcome: Outcome, texts: Texts, *, is_private: bool, is_press: bool) -> Answer:
    """Show what came of a report; after a press in place of the question that it answered."""
    match outcome:
        case Received(receipt):
            answer = receipt_answer(receipt, texts, is_private=is_private)
        case AlreadyReceived(opening):
            answer = _already(opening, texts)
        case NothingNew():
            answer = _nothing_new(outcome, texts)
        case HowMany():
            answer = _how_many(outcome, texts, has_buttons=is_private or is_press)
        case KnownElsewhere():
            answer = _known_elsewhere(outcome, texts, is_private=is_private)
        case question:
            answer = _question(question, texts)
    return replace(answer, replaces=is_press)


def _question(
    asked: WhichUnit | WhichCategory | WhichAccount | WhichMonth | SaidBefore | SoMany, texts: Texts
) -> Answer:
    match asked:
        case WhichAccount():
            return _which_account(asked, texts)
        case WhichUnit():
            return _which_unit(asked, texts)
        case WhichCategory():
            return _which_category(asked, texts)
        case WhichMonth():
            return _which_month(asked, texts)
        case SaidBefore():
            return _said_before(asked, texts)
        case SoMany():
            return _so_many(asked, texts)


def _which_unit(asked: WhichUnit, texts: Texts) -> Answer:
    """Ask for the unit: by buttons, and by its name where there is none of one's own."""
    key = "report.which_unit" if asked.units and not asked.text else "report.name_unit"
    unknown = texts("report.unit_unknown", text=_quoted(asked.text)) if asked.text else ""
    draft = asked.draft.as_json()
    several = len({unit.organisation_id for unit in asked.units}) > 1
    buttons = [
        Button(
            shorten(f"{unit.organisation} {unit.name}" if several else unit.name, BUTTON_LENGTH),
            "report.unit",
            {"draft": draft, "unit_id": unit.id},
        )
        for unit in asked.units[:CHOICES]
    ]
    return Answer(
        lines([unknown, texts(key)]),
        buttons=in_rows(buttons),
        asks=UNIT_STEP,
        asks_with={"draft": draft, "missed": 0},
    )


def ask_again(problem: str, asked_with: Mapping[str, Any], step: str) -> Answer:
    """Say what could not be understood and go on asking."""
    return Answer(
        escape(problem), asks=step, asks_with={**asked_with, "missed": asked_with.get("missed", 0) + 1}
    )


def ask_name_again(answer: Answer, asked_with: Mapping[str, Any]) -> Answer:
    """Count the names that meant nothing."""
    return replace(answer, asks_with={**answer.asks_with, "missed": asked_with["missed"] + 1})


def given_up(texts: Texts) -> Answer:
    """Stop asking."""
    return Answer(texts("report.given_up"))


def dropped(texts: Texts) -> Answer:
    """Say that nothing was counted, because the person wanted so."""
    return Answer(texts("report.dropped"), replaces=True)


def _which_category(asked: WhichCategory, texts: Texts) -> Answer:
    draft = asked.draft.as_json()
    key = "report.which_of_these" if asked.is_ambiguous else "report.category_unknown"
    head = texts(key, text=_quoted(asked.text)) if asked.text else texts("report.which_category")
    said = _amount_words(asked.draft, asked.at, texts)
    buttons = [
        Button(
            shorten(
                texts("report.choice", category=choice.name, count=choice.missing)
                if choice.missing
                else choice.name,
                BUTTON_LENGTH,
            ),
            "report.category",
            {"draft": draft, "at": asked.at, "category_id": choice.category_id},
        )
        for choice in asked.choices[:CHOICES]
    ]
    return Answer(
        lines([draft_place(asked.unit, asked.draft, texts), f"{head}{said}"]),
        buttons=in_rows(buttons),
        asks=LINE_STEP,
        asks_with={"draft": draft, "at": asked.at, "missed": 0},
    )


def _which_account(asked: WhichAccount, texts: Texts) -> Answer:
    draft = asked.draft.as_json()
    buttons = [
        Button(
            shorten(f"{texts(f'platform.{each.platform.value}')} {each.name}", BUTTON_LENGTH),
            "report.account",
            {"draft": draft, "category_id": asked.category_id, "account_id": each.account_id},
        )
        for each in asked.choices[:CHOICES]
    ]
    words = texts("report.which_account", category=short_name(asked.category))
    return Answer(lines([draft_place(asked.unit, asked.draft, texts), words]), buttons=in_rows(buttons))


def _how_many(asked: HowMany, texts: Texts, *, has_buttons: bool) -> Answer:
    draft = asked.draft.as_json()
    buttons = [
        Button(str(count), "report.amount", {"draft": draft, "at": asked.at, "count": count})
        for count in QUICK
    ]
    return Answer(
        lines(
            [draft_place(asked.unit, asked.draft, texts)],
            [texts("report.how_many", category=short_name(asked.category))],
        ),
        buttons=(tuple(buttons),) if has_buttons else (),
        asks=LINE_STEP,
        asks_with={"draft": draft, "at": asked.at, "missed": 0},
    )


def _which_month(asked: WhichMonth, texts: Texts) -> Answer:
    draft = asked.draft.as_json()
    last, this = asked.months
    words = (
        texts("report.button.last_month", month=period_name(last, texts)),
        texts("report.button.this_month", month=period_name(this, texts)),
    )
    buttons = [
        Button(word, "report.month", {"draft": draft, "month": month.starts_on.isoformat()})
        for word, month in zip(words, asked.months, strict=True)
    ]
    return Answer(
        texts("report.which_month"),
        buttons=(tuple(buttons),),
        asks=MONTH_STEP,
        asks_with={"draft": draft, "missed": 0},
    )


def _said_before(asked: SaidBefore, texts: Texts) -> Answer:
    another = _answer_button(asked.draft, Answered.IS_ANOTHER, texts("report.button.is_another"))
    drop = Button(texts("report.button.is_same"), "report.drop")
    words = texts("report.said_before", unit=escape(asked.unit.name))
    return Answer(words, buttons=((another,), (drop,)))


def _so_many(asked: SoMany, texts: Texts) -> Answer:
    sure = _answer_button(
        asked.draft, Answered.IS_SO_MANY, texts("report.button.is_so_many", count=asked.count)
    )
    draft = {"draft": asked.draft.as_json(), "at": asked.at}
    change = Button(texts("report.button.rewrite"), "report.rewrite", draft)
    told = {"category": short_name(asked.category), "count": asked.count}
    if asked.twice_usual is None:
        words = texts("report.so_many_at_first", **told)
    else:
        usual = f"{asked.twice_usual // 2}.5" if asked.twice_usual % 2 else str(asked.twice_usual // 2)
        words = texts("report.so_many", **told, usual=usual)
    return Answer(words, buttons=((sure, change),))


def _known_elsewhere(asked: KnownElsewhere, texts: Texts, *, is_private: bool) -> Answer:
    named = asked.names_units and is_private
    told = page_lines(asked.pages, texts, names_units=named)
    count = _answer_button(asked.draft, Answered.COUNT_HERE_TOO, texts("report.button.count_here"))
    leave = _answer_button(asked.draft, Answered.NOT_HERE, texts("report.button.not_here"))
    return Answer(
        lines([texts("report.known_elsewhere", count=len(asked.pages)), *told]),
        buttons=((count, leave),),
    )


def _nothing_new(outcome: NothingNew, texts: Texts) -> Answer:
    if not outcome.skipped:
        return Answer(texts("report.dropped"))
    told = page_lines(outcome.skipped, texts, is_own=True)
    return Answer(lines([texts("report.nothing_new", unit=escape(outcome.unit.name)), *told]))


def _already(opening: Opening, texts: Texts) -> Answer:
    key = "report.already" if opening.still_counts else "report.already_withdrawn"
    return Answer(texts(key))


def _answer_button(draft: Draft, answer: Answered, words: str) -> Button:
    return Button(words, "report.answer", {"draft": draft.as_json(), "answer": answer.value})


def draft_place(unit: UnitRef, draft: Draft, texts: Texts) -> str:
    """Name the unit that a draft is for, and its month where that is known; HTML."""
    month = period_name(draft.month, texts) if draft.month else ""
    return bold(texts("progress.title", unit=escape(unit.name), period=month))


def _amount_words(draft: Draft, at: int, texts: Texts) -> str:
    line: Line = (draft.lines or ())[at]
    return "" if line.amount is None else texts("report.for_amount", amount=amount_words(line, texts))


def amount_words(line: Line, texts: Texts) -> str:
    """Write what is said of a category: 3 条, =5, a page."""
    match line.amount:
        case Add(count):
            return texts("report.amount.add", count=count)
        case Set(count):
            return texts("report.amount.set", count=count)
        case None:
            return ""
        case page:
            return texts("report.amount.page", title=_quoted(page.title or page.address))


def _quoted(text: str) -> str:
    return escape(shorten(text, TEXT_LENGTH))
