"""An office's own working days and days off as they are typed, or pasted from a notice."""

import datetime as dtm
import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.core.stretches import Stretch, plain, split_stretches

_CLAUSES = re.compile(r"[,;。，；\n]")
_ASIDES = re.compile(r"\([^)]*\)")
_WORKED = re.compile(r"上班|补班|work(?:ing)?")
_OFF = re.compile(r"放假|休息|休假|公休|补休|off")
# What notices say besides: 春节：…放假调休，共8天，与周末连休。
_BESIDES = re.compile(r"^[^0-9:]{1,12}:|调休|共[0-9]+天|与周末连休|正常|照常|为|、|和|及|:")


@dataclass(frozen=True, slots=True)
class DaysRead:
    """What was understood: days, and whether they are worked; ``unclear`` are the pieces that were not."""

    days: Mapping[dtm.date, bool]
    unclear: tuple[str, ...]


def read_days_off(text: str, *, today: dtm.date) -> DaysRead:
    """Read ``2月9日放假``, ``2月4日、2月18日上班``, several to a message.

    What says both is unclear, and so is a day before last year or after next year: that is a slip.
    """
    days: dict[dtm.date, bool] = {}
    unclear: list[str] = []
    for piece in _CLAUSES.split(text.replace("（", "(").replace("）", ")")):
        said = _ASIDES.sub("", plain(piece))
        stretches, rest = split_stretches(said, today=today)
        left = _OFF.sub("", _WORKED.sub("", _BESIDES.sub("", rest)))
        is_working, is_off = bool(_WORKED.search(rest)), bool(_OFF.search(rest))
        if stretches == () and not (left or is_working or is_off):
            continue  # 共8天
        is_near = all(_is_near(each, today) for each in stretches or ())
        if not stretches or left or is_working is is_off or not is_near:
            unclear.append(piece.strip())
            continue
        days |= {day: is_working for each in stretches for day in each.days()}
    return DaysRead(days, tuple(unclear))


def _is_near(stretch: Stretch, today: dtm.date) -> bool:
    return today.year - 1 <= stretch.first_on.year and stretch.last_on.year <= today.year + 1
