"""The categories of a county's table, and what a reporter writes in one line."""

import datetime as dtm

from services.core.categories import CategoryIndex, CategoryName
from services.core.links import Link
from services.core.reporting import Add, Set, Wording, read_wording

TODAY = dtm.date(2024, 3, 1)
OPEN = "五公开"
NAMES = (
    ("动态通知类", "", "dong tai tong zhi lei"),
    ("法定主动公开内容", "", "fa ding zhu dong gong kai nei rong"),
    ("决策公开", OPEN, "jue ce gong kai"),
    ("执行公开", OPEN, "zhi xing gong kai"),
    ("管理公开", OPEN, "guan li gong kai"),
    ("服务公开", OPEN, "fu wu gong kai"),
    ("结果公开", OPEN, "jie guo gong kai"),
    ("政务公开日活动信息", "", "zheng wu gong kai ri huo dong xin xi"),
    ("政务新媒体", "", "zheng wu xin mei ti"),
    ("12345热线办理", "", "1 2 3 4 5 re xian ban li"),
    ("项目建设", "", "xiang mu jian she"),
    ("高效办成一件事", "", "gao xiao ban cheng yi jian shi"),
)
SYLLABLES = {name: syllables for name, _, syllables in NAMES} | {OPEN: "wu gong kai"}


def readings(name: str) -> list[list[str]]:
    """Read a name of the table in pinyin; the one way that it is read."""
    return [SYLLABLES[name].split()]


CATEGORIES = CategoryIndex(
    (CategoryName(number, name, division) for number, (name, division, _) in enumerate(NAMES, start=1)),
    readings,
)


def read(text: str, *, today: dtm.date = TODAY) -> Wording:
    """Read a message for the table above."""
    return read_wording(text, CATEGORIES, today=today)


def written(wording: Wording) -> str:
    """Write what was understood: `[unit] 2024-02 动态+3 法定=1 决策|执行+1 ?动泰+1 管理@a.cn《题》`."""
    parts = [f"[{wording.unit_text}]"] if wording.unit_text else []
    if wording.period:
        parts.append(str(wording.period))
    for line in wording.lines:
        category = "|".join(CATEGORIES.name_of(each)[:2] for each in line.category_ids) or f"?{line.text}"
        match line.amount:
            case Add(count):
                amount = f"+{count}"
            case Set(count):
                amount = f"={count}"
            case Link(key=key, title=title):
                amount = "@" + key.removeprefix("https://") + (f"《{title}》" if title else "")
            case None:
                amount = "…"
        parts.append(category + amount)
    return " ".join(parts)
