"""The catalogue is complete, and the code asks only for what is in it."""

import importlib
import re
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from locales import Catalogue, Texts
from services.core.errors import DomainError, Fault, PastMending, UserError
from tests.locales.reading import CHINESE, HAN, ROOT, keys_used, literals, modules

CATALOGUE = Catalogue.load()
FILES = sorted((ROOT / "locales").glob("*/*.po"))
# The name of a language is written in that language.
CHINESE_IN_ENGLISH = {"language.zh_CN"}
# Words that are read from people and sheets, never shown: parsing vocabularies.
VOCABULARIES = {
    "handlers/imports.py",  # 导入
    "handlers/invitations.py",  # 邀请, and what roles are called
    "handlers/media/family.py",  # 新媒体
    "handlers/bulletins/family.py",  # 通报, 月报
    "services/core/bulletin_requests.py",  # 季报, 年度
    "services/core/issue_days.py",  # 署名, 印发
    "handlers/people.py",  # 人员
    "handlers/privacy.py",  # 我的资料, 注销
    "handlers/progress.py",  # 进度, the word that is the command
    "handlers/rankings.py",  # 排名
    "handlers/reporting.py",  # 报送, 撤回
    "handlers/reopenings.py",  # 开账
    "handlers/reviews/family.py",  # 审核, 审稿
    "services/core/reviewing.py",  # 采用2条，错情1处
    "handlers/remind.py",  # 催办
    "handlers/languages.py",  # 语言, and how people call languages
    "handlers/groups.py",  # 群组
    "handlers/exports/family.py",  # 导出
    "handlers/exports/sheets.py",  # 全部
    "handlers/exports/asked.py",  # 佐证
    "services/core/exporting/pack_words.py",  # what the index of a pack says
    "handlers/exhibits.py",  # 佐证
    "services/core/sheets/export_words.py",  # what exported sheets are called
    "services/core/sheets/kept.py",  # 是, 否
    "services/core/sheets/kept_sheets.py",  # what else exported sheets and their columns are called
    "services/documents/bundles.py",  # 说明.txt
    "handlers/away.py",  # 请假
    "handlers/office_rules.py",  # 设置
    "handlers/units.py",  # 单位
    "handlers/history.py",  # 留痕
    "handlers/onboarding.py",  # 帮助
    "handlers/views/remarks.py",  # where a sentence of a duty ends
    "services/office/name_forms.py",  # endings, levels and short forms of offices
    "services/core/media_words.py",  # 监测, 最新, 季度
    "services/core/sheets/head_words.py",  # what heads of columns are made of
    "services/core/sheets/vocabulary.py",  # heads of columns
    "services/core/numbers.py",  # 一千二百
    "services/core/spans.py",  # 3月15日, 昨天
    "services/core/stretches.py",  # 3月1日至5日, 明天
    "services/core/days_off.py",  # 放假, 上班
    "services/core/reopening.py",  # 3月20日前
    "services/core/period.py",  # 上月, 2024年2月
    "services/core/traditional.py",  # the signs of all of these
    "services/core/vocabulary.py",  # 动态3条, 约3条, 今天
    "services/core/categories.py",  # 动态信息 for 动态通知类
    "services/core/links.py",  # addresses between Chinese signs
    "services/core/platforms.py",  # 政务微博, 公众号
    "services/core/sheets/looks.py",  # 监测到, 最新更新时间为, 是否整改
    "services/core/sheets/registers.py",  # 主办单位, 开设时间
    "services/core/quarter.py",  # 一季度, 上季度
    "services/core/stated.py",  # 网站信息, 来信: how figures are called in bulletins and in chat
    "services/core/wordings.py",  # the prose of bulletins, which is Chinese whoever issues them
    "services/core/phrases.py",  # the names of the fields in that prose, and where a sentence ends
    "services/core/composing.py",  # the names of the fields in that prose
    "services/core/bulletin_pictures.py",  # 前三位, 数据截至
    "services/core/annexes.py",  # the heads of the tables that bulletins print
    "services/core/bulletin_words.py",  # 第2期, 附件
    "services/core/correcting.py",  # how the heads of columns with figures end
    "services/core/typed_figures.py",  # 条, 件: what a typed figure measures
    "services/core/proofreading.py",  # 县 before a name, 任务数 over a column
    "services/documents/word.py",  # how a sheet without a name is called
    "services/documents/workbook_writing.py",  # fonts
    "services/documents/measuring.py",  # where titles and heads break
    "services/documents/word_tables.py",  # fonts, 附件1
    "services/documents/template_fields.py",  # what fields are called in a template
    "services/documents/specimens.py",  # what a template is tried with
    "services/documents/templates/make.py",  # what bulletins are made of
}


def placeholders(texts: Texts, key: str) -> list[set[str]]:
    return [{name for _, name, _, _ in Formatter().parse(form) if name} for form in texts.forms[key]]


def test_every_language_has_the_same_keys():
    chinese, english = CATALOGUE.texts("zh_CN").forms.keys(), CATALOGUE.texts("en").forms.keys()
    assert not chinese ^ english


def test_every_language_fills_the_same_placeholders():
    chinese, english = CATALOGUE.texts("zh_CN"), CATALOGUE.texts("en")
    # "one entry" may leave the number out; the form for many may not.
    differing = [
        key
        for key in chinese.forms.keys() & english.forms.keys()
        if placeholders(chinese, key)[-1] != placeholders(english, key)[-1]
    ]
    assert not differing


def test_a_singular_fills_nothing_that_its_plural_does_not():
    english = CATALOGUE.texts("en")
    for key in english.forms:
        singular, *_, plural = [*placeholders(english, key), placeholders(english, key)[-1]]
        assert singular <= plural, key


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_has_no_fuzzy_empty_or_repeated_entry(path: Path):
    with path.open("rb") as file:
        entries = [message for message in read_po(file, locale=path.parent.name) if message.id]
    assert not [m.id for m in entries if m.fuzzy]
    assert not [m.id for m in entries if not m.string or not all(m.string)]
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(entries)
    assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*(\.[a-zA-Z0-9_]+)+", key) for key in keys), "dotted keys"


def test_every_file_exists_in_every_language():
    names = {
        language: {path.name for path in (ROOT / "locales" / language).glob("*.po")}
        for language in CATALOGUE.languages
    }
    assert len(set(map(frozenset, names.values()))) == 1, names


def test_english_has_no_chinese_in_it():
    english = CATALOGUE.texts("en")
    chinese = {key for key in english.forms if any(CHINESE.search(form) for form in english.forms[key])}
    assert chinese <= CHINESE_IN_ENGLISH


def test_chinese_uses_full_width_punctuation_and_polite_words():
    texts = CATALOGUE.texts("zh_CN")
    rude = re.compile(r"失败|错误用户|非法|[\u4e00-\u9fff][,;:?!](?!//)|[,;?!][\u4e00-\u9fff]")
    assert not [key for key in texts.forms if any(rude.search(form) for form in texts.forms[key])]


def test_every_key_in_the_code_has_a_text():
    keys = CATALOGUE.texts("zh_CN").forms
    unknown = [
        f"{path.relative_to(ROOT)}: {pattern}"
        for path in modules("handlers", "bot")
        for pattern in keys_used(path.read_text(encoding="utf-8"))
        if not any(re.fullmatch(pattern, key) for key in keys)
    ]
    assert not unknown


def errors_of(kind: type[DomainError]) -> set[type[DomainError]]:
    below = {sub for child in kind.__subclasses__() for sub in {child, *errors_of(child)}}
    ours = {name for name in sys.modules if name.split(".")[0] in {"services", "handlers"}}
    return {sub for sub in below if sub.__module__ in ours}


def test_every_error_class_has_a_text():
    for path in modules("services", "handlers"):
        importlib.import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
    raisable = {error for error in errors_of(DomainError) if error not in (UserError, PastMending, Fault)}
    lacking = {
        f"{texts.language} {error.key} ({error.__module__})"
        for texts in CATALOGUE.languages.values()
        for error in raisable
        if not texts.has(error.key)
    }
    assert not lacking


@pytest.mark.parametrize(
    "path", modules("handlers", "services"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_what_people_read_is_in_the_catalogue(path: Path):
    name = str(path.relative_to(ROOT))
    # A view writes what people see, so its commas count too; elsewhere they separate what people typed.
    wanted = CHINESE if "views" in path.parts else HAN
    found = literals(path.read_text(encoding="utf-8"), wanted)
    if name in VOCABULARIES:
        assert found, f"{name} has no Chinese any more: take it off the list"
    else:
        assert not found


PLANTED = '''
"""文档"""
# 注释
def f(texts, context, name, n):
    """文档"""
    texts("a.one"); context.texts("a.two", count=n); texts.has("a.three")
    texts(f"lamp.{name}"); texts("a.four" if n else "a.five"); catalogue.texts("en")
    return f"{n}条", "已收到", "done", "，"
'''


def test_the_reader_sees_keys():
    assert list(keys_used(PLANTED)) == [
        r"a\.one", r"a\.two", r"a\.three", r"lamp\..+", r"a\.four", r"a\.five",
    ]  # fmt: skip


def test_the_reader_sees_chinese_but_not_in_prose():
    assert sorted(text for _, text in literals(PLANTED, CHINESE)) == ["已收到", "条", "，"]
    assert sorted(text for _, text in literals(PLANTED, HAN)) == ["已收到", "条"]
