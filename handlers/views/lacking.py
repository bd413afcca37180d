"""Which evidence reports lack, and how to send it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from handlers.views.figures import listed, short_name
from locales import Texts
from models.enums import EvidenceKind
from services.core.requirements import Lack, read_kinds
from services.facts.requirements import CategoryLack, Outstanding

CATEGORIES_SHOWN = 4


def kinds_words(kinds: Sequence[EvidenceKind], texts: Texts) -> str:
    """List kinds of evidence: 图片、链接."""
    return listed([texts(f"evidence.kind.{kind.value}") for kind in kinds], texts, limit=len(kinds))


def lack_words(lack: Lack, texts: Texts) -> str:
    """Say what lacks: 图片、链接, or 佐证 where any will do."""
    return texts("evidence.any_kind") if lack.is_any else kinds_words(lack.kinds, texts)


def report_lacks(lacks: Sequence[CategoryLack], texts: Texts, *, is_here: bool) -> list[str]:
    """Say what one report lacks and how to send it, in reply to this very message (``is_here``) or to it."""
    if not lacks:
        return []
    told = [
        texts("evidence.lack_of", category=short_name(each.category), kinds=lack_words(each.lack, texts))
        for each in lacks
    ]
    alone = lack_words(lacks[0].lack, texts)
    words = alone if len(lacks) == 1 else texts("evidence.semicolon").join(told)
    where = texts("evidence.reply_here" if is_here else "evidence.reply_there")
    return [texts("evidence.lacking", words=words), how_to_send(lacks, where, texts)]


def unit_lacks(found: Outstanding, texts: Texts, *, reports: bool, has_button: bool) -> list[str]:
    """Say of each category how many reports lack what, and how many files are owed.

    Who ``reports`` for the unit reads how to send it; ``has_button`` tells that one leads to its reports.
    """
    told = [
        _category_words(category, tuple(of_category), texts)
        for category, of_category in groupby(found.lacks, key=lambda each: each.category)
    ]
    words = texts("evidence.semicolon").join(told[:CATEGORIES_SHOWN])
    if len(told) > CATEGORIES_SHOWN:
        words = texts("evidence.more_categories", words=words, count=len(told) - CATEGORIES_SHOWN)
    said = [texts("evidence.lacking", words=words)] if told else []
    said += [texts("evidence.owed", count=found.owed)] if found.owed else []
    where = texts("evidence.look_or_reply" if has_button else "evidence.reply_there")
    return [*said, how_to_send(found.lacks, where, texts)] if said and reports else said


def how_to_send(lacks: Iterable[CategoryLack], where: str, texts: Texts) -> str:
    """Say how to send what lacks, in reply to ``where``; a link as nothing but its address."""
    kinds = {kind for each in lacks if not each.lack.is_any for kind in each.lack.kinds}
    if kinds == {EvidenceKind.LINK}:
        return texts("evidence.how_link", where=where)
    told = texts("evidence.how_file", where=where)
    return f"{told}{texts('evidence.how_link_too')}" if EvidenceKind.LINK in kinds else told


def _category_words(category: str, lacks: Sequence[CategoryLack], texts: Texts) -> str:
    counts = [
        texts("evidence.reports_lack", count=each.reports, kinds=lack_words(each.lack, texts))
        for each in lacks
    ]
    return texts(
        "evidence.category_lacks",
        category=short_name(category),
        words=texts("progress.pause").join(counts),
    )


def required_words(stored: str, texts: Texts) -> str:
    """Say which kinds were required, as a setting stores them."""
    kinds = read_kinds(stored)
    return kinds_words(kinds, texts) if kinds else texts("review.no_evidence_required")
