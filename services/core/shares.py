"""Numbers that speak of other numbers: 各1条 is for each name, 含2条 and 共4条 count nothing more."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.core.categories import CategoryIndex
from services.core.linked import Named
from services.core.links import Link
from services.core.numbers import CountUnclear, parse_count
from services.core.tokens import Number
from services.core.traditional import simplified
from services.core.vocabulary import NUMBER, PART, TOTAL


def shared(named: Iterable[Named], categories: CategoryIndex) -> list[Named]:
    """Give every name its number, and leave out the parts and totals of what is counted already.

    CountUnclear for a part without a whole, a part larger than it, or a total that is no sum.
    """
    return _without_total(_without_parts(_for_each(named, categories), categories))


def _for_each(named: Iterable[Named], categories: CategoryIndex) -> list[Named]:
    """Give 各1条 to every name before it that has no number, and to all categories of a division."""
    found: list[Named] = []
    for each in named:
        if not isinstance(each.said, Number) or not each.said.is_for_each:
            found.append(each)
            continue
        first = len(found)
        while first and found[first - 1].said is None and found[first - 1].category_ids:
            first -= 1
        for one in (*found[first:], each):
            is_whole = categories.is_division(one.text)
            ids = [(category_id,) for category_id in one.category_ids] if is_whole else [one.category_ids]
            found += [replace(one, category_ids=held, said=each.said) for held in ids]
        del found[first : first + sum(one.said is None for one in found[first:])]
    return found


def _without_parts(named: Sequence[Named], categories: CategoryIndex) -> list[Named]:
    """Leave out 含转载2条 and 其中转载2条: the count before has them in it already.

    After 其中原创3条 a further 转载1条 goes too where they make up the whole. CountUnclear for a part that
    follows no count, or a smaller one.
    """
    found: list[Named] = []
    rest = list(named)
    while rest:
        each, *rest = rest
        if not _is_part(each, categories):
            found.append(each)
            continue
        whole = found[-1].said if found else None
        part = _count_in(each)
        if not isinstance(whole, Number) or part > whole.count:
            raise CountUnclear(text=each.text if each.said is None else f"{each.text}{part}")
        rest = _behind_parts(rest, whole.count - part)
    return found


def _is_part(named: Named, categories: CategoryIndex) -> bool:
    is_known = bool(named.category_ids) or isinstance(named.said, Link) or categories.is_touched(named.text)
    return not is_known and PART.match(simplified(named.text)) is not None


def _count_in(named: Named) -> int:
    """Give a part's count; where it is written before what it counts (含2条转载) it is in the words."""
    if isinstance(named.said, Number):
        return named.said.count
    written = NUMBER.search(named.text)
    return parse_count(written["digits"]) if written else 0


def _behind_parts(named: list[Named], left: int) -> list[Named]:
    """Give what follows the unknown words whose counts add up to what is left of a whole; else all of it."""
    for at, each in enumerate(named, start=1):
        if each.category_ids or not each.text or not isinstance(each.said, Number):
            break
        left -= each.said.count
        if left <= 0:
            return named if left else named[at:]
    return named


def _without_total(named: Sequence[Named]) -> list[Named]:
    """Leave out 共4条 where it is the sum of the other numbers; CountUnclear where it is another."""
    totals: list[Named] = []
    others: list[Named] = []
    for each in named:
        is_total = isinstance(each.said, Number) and TOTAL.fullmatch(simplified(each.text))
        (totals if is_total else others).append(each)
    added = sum(each.said.count for each in others if isinstance(each.said, Number) and not each.said.sets)
    for each in totals:
        if isinstance(each.said, Number) and (each.said.count != added or not others):
            raise CountUnclear(text=f"{each.text}{each.said.count}")
    return others
