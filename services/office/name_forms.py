"""How the name of a Chinese office can be written: its parts, its short forms and its sound."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import islice, product
from typing import Any

from services.core.text import fold

MAX_READINGS = 32
_LETTER_BY_LETTER: Any = list  # what is not Chinese stays, one sign a syllable; the stubs know only strings


class Kind(Enum):
    """What an office is by the end of its name; 局, 委 and 办 are exchanged freely by people and reforms."""

    OFFICE = "office"
    TOWN = "town"
    ZONE = "zone"
    CENTRE = "centre"
    SQUAD = "squad"
    NONE = "none"


_ENDINGS = {
    Kind.TOWN: ("镇人民政府", "乡人民政府", "镇政府", "乡政府", "街道办事处", "街道办", "街道", "镇", "乡"),
    Kind.ZONE: ("管理委员会", "管委会"),
    Kind.OFFICE: ("委员会", "办公室", "分局", "局", "委", "办"),
    Kind.CENTRE: ("分中心", "中心"),
    Kind.SQUAD: ("大队", "支队"),
}
_BARE_ENDINGS = frozenset(ending for endings in _ENDINGS.values() for ending in endings)
_LEVEL = re.compile(
    "(?:本|我)?"
    "(?:市(?!场|容)"  # 市场监管局 and 市容 begin with a word, not with a level
    "|县|区(?!域))"
    "(?:委(?=.{2,}[部办]))?"  # 县委宣传部 is called 宣传部
    "(?=.{2,})"
)
# 峨眉山市公安局, 四川省苍溪县三川镇; a name may hold 市 or 区 itself, so both the first and the last count.
_PLACES = (
    re.compile("[\u3400-\u9fff]{2,7}?[市县区](?=.{3,})"),
    re.compile("[\u3400-\u9fff]{2,7}[市县区](?=.{3,})"),
)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")

JOINTS = re.compile(r"[和与及、,\s]+")  # between the names of two offices, and inside the name of one

# Cores that say nothing about which office is meant, though they end the name of some.
GENERIC = frozenset(
    (
        "管理",
        "服务",
        "事务",
        "行政",
        "综合",
        "发展",
        "工作",
        "人民",
        "公共",
        "事业",
        "政务",
        "社会",
        "经济",
        "城市",
    )
)

# Cores that mean the same office in one county: what everybody says first, then the full name and what it
# was called before a reform. Culture, sport and education are grouped differently, but by one office each.
_SAME = (
    # the reform of 2018
    ("卫健", "卫生健康", "卫生", "卫计", "卫生和计划生育"),
    ("市监", "市场监管", "市场监督管理", "市场监督", "工商"),
    ("应急", "应急管理", "安监"),
    ("综合执法", "综合行政执法", "城管", "城市管理", "城管执法", "城市管理综合执法"),
    ("自然资源", "自然资源和规划", "自然资源规划", "自规", "国土", "国土资源"),
    ("农业农村", "农业", "农牧"),
    ("生态环境", "环保", "环境保护"),
    ("退役军人", "退役军人事务"),
    ("消防", "消防救援"),
    # the reform of 2021
    ("乡村振兴", "扶贫", "扶贫开发", "扶贫移民"),
    # long names nobody says
    ("人社", "人力资源社会保障", "人力资源和社会保障", "人社保障"),
    ("住建", "住房城乡建设", "住房和城乡建设", "住房建设", "城乡建设"),
    ("发改", "发展改革", "发展和改革", "发改经济"),
    ("经信", "经济信息化", "经济和信息化", "工信", "工业信息化", "工业和信息化"),
    ("医保", "医疗保障"),
    ("交通", "交运", "交通运输"),
    ("水利", "水务"),
    ("经合", "经济合作", "招商", "投资促进", "投促"),
    ("国资", "国有资产", "国有资产监督管理", "国资事务"),
    ("公共资源交易", "公共资源", "公资", "公资交易"),
    ("行政审批", "行政审批服务", "审批", "政务服务", "政务服务管理"),
    ("政府", "人民政府", "府"),
    ("交管", "交警", "交通管理"),
    ("融媒体", "融媒"),
    ("残联", "残疾人联合会"),
    ("供销社", "供销", "供销合作社", "供销联社"),
    ("红十字会", "红会"),
    # one office, grouped differently
    ("文旅", "文体旅游", "文广新旅", "文化旅游", "文化和旅游", "文化旅游体育", "文旅广电", "文广旅"),
    ("文旅", "文体旅", "文旅体", "文化广电旅游", "文化广电和旅游"),
    ("教育", "教体", "教科", "教科体", "教育体育", "教育和体育", "教育科技", "教体科技", "教育科技体育"),
    # centres that were bureaus: people keep the bureau's name
    ("社保", "社保服务", "社会保险", "社会保险服务"),
    ("就业", "就业创业", "就业服务", "就业创业服务"),
    ("公路", "公路发展", "公路事业发展"),
    ("金融", "金融服务"),
)
_SAID = {core: row[0] for row in _SAME for core in row}
_LONG = frozenset(core for core in _SAID if len(core) > 3)


# Names that differ only in one of these are different offices: 第一小学 and 第二小学, 城东 and 城西.
_TELLING = frozenset("0123456789一二三四五六七八九十东南西北上中下新老")


@dataclass(frozen=True)
class Part:
    """One way to take a name apart: with its ending (`whole`) and without (`core`)."""

    whole: str
    core: str
    kind: Kind

    @property
    def said(self) -> str:
        """The core's usual short form: 卫生健康 → 卫健."""
        return _SAID.get(self.core, self.core)


class Spelling:
    """A name as typed, folded, and everything that can be said about how it is written and how it sounds.

    Not a dataclass: the parts are worked out when asked for, and most look-ups end before the pinyin.
    """

    def __init__(self, text: str) -> None:
        """Fold `text`: NFKC, lower case, letters and digits only."""
        self.whole = fold(text)

    @cached_property
    def is_chinese(self) -> bool:
        """Whether it has a Chinese character; else it is pinyin, initials or something foreign."""
        return _HAN.search(self.whole) is not None

    @cached_property
    def bare(self) -> str:
        """Without 市/县/区/本市 in front: 市公安局 → 公安局, but 市场监管局 as it is."""
        return _LEVEL.sub("", self.whole, count=1) if _LEVEL.match(self.whole) else self.whole

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The name as it is, and without its level (市监局 is a word, 市公安局 is not: both are kept)."""
        return tuple(part_of(text) for text in dict.fromkeys((self.bare, self.whole)))

    @cached_property
    def local(self) -> tuple[Part, ...]:
        """The name without the place in front: 峨眉山市公安局 → 公安局, 峨眉山生态环境局 → 生态环境局.

        The second kind is seen only where a well-known full name of four or more characters follows.
        """
        starts = [match.end() for place in _PLACES if (match := place.match(self.whole))]
        core = self.parts[0].core
        known = max((said for said in _LONG if core.endswith(said) and core != said), key=len, default=None)
        if known:
            starts.append(self.whole.index(known))
        parts = (part_of(self.whole[start:]) for start in dict.fromkeys(starts))
        return tuple(
            part for part in parts if len(part.core) > 1 and part.core not in GENERIC | _BARE_ENDINGS
        )


def part_of(text: str) -> Part:
    """Cut the ending off a folded name; a name that would be left empty keeps it."""
    for kind, endings in _ENDINGS.items():
        for ending in endings:
            if text.endswith(ending) and len(text) > len(ending):
                return Part(text, text.removesuffix(ending), kind)
    return Part(text, text, Kind.NONE)


def variants(part: Part) -> Iterator[str]:
    """What else people type for a name: without its ending, or its short form with the usual endings."""
    if len(part.core) < 2:
        return
    yield from dict.fromkeys(stem for stem in (part.core, part.said) if len(stem) > 1 and stem != part.whole)
    if part.kind is Kind.OFFICE:
        endings: tuple[str, ...] = ("局", "委", "办")
    elif part.kind is Kind.TOWN:
        endings = ("镇", "乡", "街道")
    else:
        endings = (part.whole.removeprefix(part.core),)
    stems = dict.fromkeys((part.core, part.said))
    yield from (stem + ending for stem in stems for ending in endings if stem + ending != part.whole)


def readings(text: str) -> Iterator[tuple[str, ...]]:
    """Every reading of a name as syllables, the likeliest first, at most `MAX_READINGS`."""
    # 55 MB and a fifth of a second for its dictionaries, which a name that is written right never needs.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    syllables = pinyin(text, style=Style.NORMAL, heteronym=True, errors=_LETTER_BY_LETTER)
    return islice(product(*syllables), MAX_READINGS)


def initials(syllables: tuple[str, ...]) -> str:
    """The first letter of each syllable: gong an ju → gaj."""
    return "".join(syllable[0] for syllable in syllables)


def blurred(sound: str) -> str:
    """Pinyin without what southern speakers mix up: zh/z, ch/c, sh/s, ng/n, l/n."""
    return re.sub("(?<=[zcs])h|(?<=n)g", "", sound).replace("l", "n")


def shortens(typed: Part, known: Part) -> bool:
    """Whether a person shortens a name so: 资源交易中心, 桂花, 交运局 (for 交通运输局)."""
    core = typed.core
    if len(core) < 2 or core in GENERIC or typed.kind not in (known.kind, Kind.NONE):
        return False
    if known.core.startswith(core) or (len(core) > 2 and known.core.endswith(core)):
        return True
    if typed.kind is Kind.NONE:
        return False
    return known.core.endswith(core) or (core[0] == known.core[0] and _is_subsequence(core, known.core))


def is_misspelling(typed: Part, known: Part) -> bool:
    """Whether one slip of the hand explains the difference.

    In a short name a wrong character makes another name (民宗局, 民政局), so there only two exchanged
    characters count; one wrong, missing or added character is allowed from four on, two from eight on.
    """
    if not _is_exchangeable(typed.kind, known.kind):
        return False
    length = max(len(typed.core), len(known.core))
    allowed = 1 if length < 8 else 2
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - 5 MB that only a misspelt name needs

    if OSA.distance(typed.whole, known.whole, score_cutoff=allowed) > allowed:
        return False
    ours, theirs = Counter(typed.whole), Counter(known.whole)
    differing = (ours - theirs) + (theirs - ours)
    return not differing or (length > 3 and not _TELLING & differing.keys())


def _is_exchangeable(one: Kind, other: Kind) -> bool:
    """Whether people mix two endings up: 医保局 and 医保中心, but never an office and a town."""
    return Kind.NONE in (one, other) or (one is Kind.TOWN) == (other is Kind.TOWN)


def _is_subsequence(short: str, long: str) -> bool:
    """Whether the characters of `short` stand in `long` in the same order."""
    rest = iter(long)
    return all(sign in rest for sign in short)
