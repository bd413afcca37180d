"""What a template for bulletins can say: the words of one bulletin under the names that an office writes."""

import datetime as dtm
import re
from typing import Any

from models.enums import BulletinKind
from services.core.bulletin import Annex, Bulletin, Paragraph, Section
from services.core.period import Period
from services.core.quarter import Quarter
from services.documents.cleaning import printable
from services.documents.measuring import in_two_lines

ANNEX_PAGES = "附件表"
"""The field that stands for whole pages, and alone in its paragraph."""

_HEAD_SIGNS, _TITLE_SIGNS = 17, 20  # what a line holds of a red head, and of a black title
_LEAD = re.compile(r"（[一二三四五六七八九十]{1,3}）[^。，、；：\n0-9]{1,20}。(?=.)")
# A heading within a paragraph (楷体): （一）政务公开情况。 A sentence with commas or figures is none.


def fields_of(bulletin: Bulletin) -> dict[str, Any]:
    """Give the fields with their words, all but the pages of annexes; what there is not is empty.

    A field is words, a truth, or a list of things that have words of their own.
    """
    first, last = _addressees(bulletin)
    fields = {
        "标题": in_two_lines(
            printable(bulletin.title),
            _HEAD_SIGNS if bulletin.kind is BulletinKind.MONTHLY else _TITLE_SIGNS,
        ),
        "期间": _period(bulletin.period),
        "期号": str(bulletin.number or ""),
        "总期号": str(bulletin.total_number or ""),
        "机关": bulletin.organisation,
        "编": _without(bulletin.editor, end="编"),
        "领导批示": bulletin.asks_remarks,
        "主送": first,
        "引言": bulletin.opening,
        "各节": [_section(section) for section in bulletin.sections],
        "备注": _without(bulletin.remark, start="备注"),
        "附件": _list(bulletin.annexes),
        "署名": bulletin.signer,
        "成文日期": _day(bulletin.signed_on),
        "版记主送": last,
        "抄送": _without(bulletin.copied_to, start="抄送"),
        "印发机关": bulletin.printed_by,
        "印发日期": _day(bulletin.printed_on),
    }
    fields["版记"] = any(fields[name] for name in ("版记主送", "抄送", "印发机关", "印发日期"))
    return {name: _printable(value) for name, value in fields.items()}


def _addressees(bulletin: Bulletin) -> tuple[str, str]:
    names = _without(bulletin.addressees, start="主送").rstrip("：:")
    return (names, "") if bulletin.addressees_first else ("", names)


def _section(section: Section) -> dict[str, Any]:
    return {"标题": section.heading, "各段": [_paragraph(paragraph) for paragraph in section.paragraphs]}


def _paragraph(paragraph: Paragraph) -> dict[str, str]:
    found = _LEAD.match(paragraph.text)
    lead = found[0] if found else ""
    return {"小标题": lead, "文字": paragraph.text.removeprefix(lead)}


def _list(annexes: tuple[Annex, ...]) -> list[dict[str, str]]:
    if len(annexes) == 1:
        return [{"序号": "", "名称": annexes[0].name}]
    return [{"序号": f"{number}．", "名称": annex.name} for number, annex in enumerate(annexes, start=1)]


def _without(text: str, *, start: str = "", end: str = "") -> str:
    """Take a word off that the template prints itself, where it was given too."""
    plain = text.strip()
    for colon in "：:" if start else "":
        plain = plain.removeprefix(f"{start}{colon}")
    return plain.removesuffix(end)


def _period(period: Period | Quarter) -> str:
    if isinstance(period, Quarter):
        return f"{period.year}年{'一二三四'[period.number - 1]}季度"
    return f"{period.year}年{period.month}月" if period.month else f"{period.year}年"


def _day(day: dtm.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case list():
            return [_printable(each) for each in value]
        case dict():
            return {name: _printable(each) for name, each in value.items()}
        case _:
            return value
