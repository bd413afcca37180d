"""What people may type: the office's own words, put together well and badly, and junk."""

import random
from collections.abc import Callable, Sequence


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


UNITS = _words(
    "市司法局 市自然资源局 市教育局 市公安局 市公共资源交易中心 司法局 公安局 sfj 司法 教育 县财政局 公安 "
    "市司法 市公安局和市教育局 三月街道 没有的单位 gaj 财政局 资源"
)
CATEGORIES = _words(
    "动态 动态通知类 法定 法定主动公开内容 决策公开 执行 管理公开 五公开 结果公开 政务新媒体 新媒体 "
    "政务公开日 dt fd 公开 动泰 其他 政务信息 信息"
)
NUMBERS = _words(
    "1 2 3 5 12 0 40 =5 =0 +2 三 十二 两条 3条 各1条 共4条 １２ -1 3.5 1e3 "
    "999999999 9999999999 1,000 〇 壹佰 "
    "๓ ٣ ½ 2024 x *"
)
PERIODS = _words(
    "上月 本月 3月 2024-02 2024年3月 1月 二月 去年 2024年 全年 13月 2023-12 昨天 May 2099-01 0001-01 3月20日 "
    "2024-02-30 第一季度 下月"
)
LINKS = _words(
    "https://www.ems.gov.cn/a/1.html http://mp.weixin.qq.com/s/6Zw9yIbRH4XqRXcs7dvyvA www.ems.gov.cn/b "
    "https://www.ems.gov.cn/c?id=7&x=<b> 《关于公开的通知》https://www.ems.gov.cn/d https:// ftp://a.b/c "
    "https://t.me/duban_bot?start=SkNMWMTAi3vy1DhXH2k4zQ https://xn--fiqs8s.cn/%E4%BD%A0 a.cn/《题》"
)
ROLES = _words("信息员 分管领导 审核员 管理员 reporter admin 全部单位")
COMMANDS = _words(
    "/report 报送 /undo 撤回 /unlock 开账 /progress 进度 /units 单位 /invite 邀请 /members 人员 /groups 群组 "
    "/settings 设置 /audit 留痕 /lang 语言 /help 帮助 /start "
    "/mydata /forgetme /import 导入 /review /rank / //"
)
REPORTS = ("/report", "报送", "报送：", "/report@duban_bot", "/报送", "报送\n")
SIGNS = _words(
    "🙂 👨‍👩‍👧‍👦 🇨🇳 ﷽ ﬁ ㍿ ①②③ 𝟛 <b> </a> &amp; &#60; \" ' ` {unit} {0} %s %(a)s \\ =HYPERLINK(1) "
    "../../etc ，，， 。 "
    "@duban_bot @other_bot # —— … ١٢٣ שלום مرحبا ก็็็็็ null NaN True"
)
UNSEEN = "\u202e\u2066\u200b\u200d\ufeff\u3164\ud800\udfff\0\x1b\ufffe\U0010ffff\r\t\u3000\u2028"
JUNK = (*SIGNS, *UNSEEN, "\u0301" * 9, "' OR 1=1 --", "\r\n")
GAPS = (" ", " ", " ", "　", "，", "、", "；", "\n", "", ":", "  ", ",")

Shape = Callable[[random.Random], str]


def _one(rng: random.Random, words: Sequence[str]) -> str:
    return rng.choice(words)


def _counts(rng: random.Random) -> str:
    """Write one to four categories, mostly with a number or a page each."""
    parts = []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        said = _one(rng, LINKS) if rng.random() < 0.15 else _one(rng, NUMBERS[:14])
        pair = [_one(rng, CATEGORIES), said if rng.random() < 0.9 else ""]
        parts.append(rng.choice(("", " ", " ", "：")).join(pair if rng.random() < 0.85 else reversed(pair)))
    return _one(rng, GAPS).join(parts)


def good(rng: random.Random) -> str:
    """Write a report as people mostly do."""
    return f"报送 {_one(rng, CATEGORIES[:10])} {_one(rng, NUMBERS[:5])}"


def report(rng: random.Random) -> str:
    """Write a report, often a good one."""
    parts = [_one(rng, REPORTS), _counts(rng)]
    if rng.random() < 0.25:
        parts.insert(1, _one(rng, UNITS))
    if rng.random() < 0.25:
        parts.insert(rng.randrange(1, len(parts) + 1), _one(rng, PERIODS))
    return " ".join(parts)


def plain(rng: random.Random) -> str:
    """Write what answers a question: a number, a name, a month, a reason."""
    return _one(
        rng, (*NUMBERS[:12], *UNITS, *CATEGORIES, *PERIODS, *ROLES, "补报", "谢谢", "新单位", "甲板块")
    )


def command(rng: random.Random) -> str:
    """Write any command with any words of the office."""
    words = [
        _one(rng, rng.choice((UNITS, CATEGORIES, NUMBERS, PERIODS, ROLES, LINKS)))
        for _ in range(rng.choice((0, 1, 1, 2, 3)))
    ]
    return _one(rng, GAPS).join([_one(rng, COMMANDS), *words])


def unlock(rng: random.Random) -> str:
    """Ask to open a month again."""
    words = [_one(rng, UNITS[:5]), _one(rng, ("1月", "2月", "上月", "2024-02", "2023-12")), "补报"]
    return " ".join([_one(rng, ("/unlock", "开账")), *words[: rng.choice((1, 2, 3, 3))]])


def caption(rng: random.Random) -> str:
    """Write what stands under a file."""
    return rng.choice(("", "", "导入 2024", "/import", "导入", report(rng), command(rng), plain(rng)))


def _wide(rng: random.Random, text: str) -> str:
    return "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and rng.random() < 0.7 else sign for sign in text
    )


def _junk(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + _one(rng, JUNK) + text[at:]


def _cut(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 1, 2, 5)) :]


def _doubled(rng: random.Random, text: str) -> str:
    start = rng.randrange(len(text) + 1)
    end = rng.randrange(start, len(text) + 1)
    return text[:end] + text[start:]


def _swapped(rng: random.Random, text: str) -> str:
    signs = list(text)
    for _ in range(min(3, len(signs) // 2)):
        a, b = rng.randrange(len(signs)), rng.randrange(len(signs))
        signs[a], signs[b] = signs[b], signs[a]
    return "".join(signs)


def _long(rng: random.Random, text: str) -> str:
    return (text + rng.choice((" ", "\n", "", "、"))) * rng.choice((20, 100, 400))


def _upper(_: random.Random, text: str) -> str:
    return text.upper()


MUTATIONS = (_junk, _junk, _junk, _cut, _cut, _doubled, _swapped, _wide, _upper, _long)


def noise(rng: random.Random) -> str:
    """Write nothing that means anything."""
    signs = [
        chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x4E00, 0x9FFF), rng.randrange(0x2FFFF))))
        for _ in range(rng.randrange(1, 60))
    ]
    return "".join(signs) + _one(rng, JUNK)


SHAPES: tuple[tuple[Shape, int], ...] = (
    (good, 18),
    (report, 34),
    (command, 22),
    (unlock, 6),
    (plain, 13),
    (noise, 7),
)


def line(rng: random.Random) -> str:
    """Write one line: of four, three are mostly as they should be."""
    (shape,) = rng.choices([shape for shape, _ in SHAPES], [weight for _, weight in SHAPES])
    return mutated(rng, shape(rng), 0.35)


def mutated(rng: random.Random, text: str, share: float) -> str:
    """Spoil a text, so often as ``share`` says; it is never empty nor longer than Telegram allows."""
    if rng.random() < share:
        for _ in range(rng.choice((1, 1, 2, 4))):
            text = rng.choice(MUTATIONS)(rng, text)
    return text[:4000] or "。"


FILES = (*_words("任务表.csv 动态.csv 照片.png 通知.docx a.xlsx b.xls 说明.txt \u202egpj.exe"), "x" * 250, "")
SHEET = "序号,责任单位,动态通知类,法定主动公开内容\n1,市司法局,2条/月,–\n2,市公安局,{},–\n"


def file(rng: random.Random) -> tuple[str, bytes]:
    """Give a file with its name: a sheet, a spoilt one, or anything."""
    name = rng.choice(FILES)
    if rng.random() < 0.5:
        return name, mutated(rng, SHEET.format(rng.choice(NUMBERS)), 0.5).encode("utf-8", "replace")
    return name, rng.choice((b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) + rng.randbytes(
        80
    )
