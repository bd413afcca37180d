"""Bulletins as .docx, read back: what was said is there to the sign, in the fonts and places of an office."""

import dataclasses
import datetime as dtm
import io
import re
import zipfile
from decimal import Decimal

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from models.enums import BulletinKind
from services.core.bulletin import Annex, Bulletin
from services.core.period import Period
from services.core.printing import Percentage, PrintedTable, simple_head
from services.documents import read_document
from services.documents.measuring import head_in_two_lines, in_two_lines
from services.documents.template_fields import fields_of
from services.documents.templates import make
from services.documents.word_tables import ACROSS, UPRIGHT, annex_pages, lay_out, words
from services.documents.word_writing import default_template, write_bulletin
from tests.services import printed


def opened(content):
    return docx.Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def quarter():
    return opened(write_bulletin(printed.cangxi_quarter()))


@pytest.fixture(scope="module")
def month():
    return opened(write_bulletin(printed.dingnan_month()))


def a_bulletin(*paragraphs, title="通报", annexes=(), **more):
    sections = printed.sections(("一、总体情况", *paragraphs))
    return Bulletin(
        BulletinKind.YEARLY, Period.of_year(2024), "某县", title, sections, annexes=tuple(annexes), **more
    )


def a_table(*rows, widths=(8, 5), **more):
    return PrintedTable("表", "标题", simple_head(*("栏" for _ in widths)), widths, rows, **more)


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def styled(document, text):
    return next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(text))


def font(styled_by):
    return styled_by.element.rPr.rFonts.get(qn("w:eastAsia"))


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_quarterly_bulletin_says_everything_in_its_order(quarter):
    bulletin = printed.cangxi_quarter()
    expected = [bulletin.title, "各乡镇人民政府，县级有关部门：", bulletin.opening]
    for section in bulletin.sections:
        expected += [section.heading, *(paragraph.text for paragraph in section.paragraphs)]
    expected += [
        "附件：1．2020年一季度全县政务公开监测情况统计表",
        "\t2．2020年一季度监测发现存在突出问题政务新媒体名单",
        "苍溪县人民政府办公室",
        "2020年4月15日",
    ]
    for number, annex in enumerate(bulletin.annexes, start=1):
        expected += [f"附件{number}", annex.table.title, *annex.table.footnotes]
    assert texts(quarter) == expected
    assert cells(quarter.tables[-1]) == [["苍溪县人民政府办公室", "2020年4月16日印发"]]


def test_a_monthly_bulletin_has_its_numbers_its_editor_and_room_for_remarks(month):
    office = "政府门户网站建设和内容保障工作领导小组办公室"
    assert texts(month)[:5] == [
        "定南县政府门户网站内容保障暨\n政府信息公开月报",
        "第2期",
        "（总第136期）",
        f"{office}编",
        "领导批示：",
    ]
    assert "附件：责任单位政府信息公开情况" in texts(month)
    assert cells(month.tables[0]) == [
        ["主送：县四套班子领导，各镇人民政府，县直、驻县各单位"] * 2,
        [office, "2024年3月15日印发"],
    ]


def test_what_there_is_not_leaves_no_trace():
    document = opened(write_bulletin(dataclasses.replace(a_bulletin("情况良好。"), title="")))
    assert texts(document) == ["一、总体情况", "情况良好。"]
    assert document.tables == []


def test_each_part_names_its_font_for_chinese(quarter, month):
    assert font(styled(quarter, "苍溪县人民政府办公室\n").style) == "方正小标宋简体"
    assert font(styled(quarter, "一、总体情况").style) == "黑体"
    assert font(styled(quarter, "现将").style) == "仿宋_GB2312"
    assert font(styled(month, "定南县").style) == "方正小标宋简体"
    lead, rest = styled(quarter, "（一）政务公开情况。").runs
    assert (lead.text, font(lead)) == ("（一）政务公开情况。", "楷体_GB2312")
    assert rest.text.startswith("一季度")
    assert rest.element.rPr is None
    assert font(styled(quarter, "附件1").runs[0]) == "黑体"


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("（一）政务公开情况。一季度公开31条。", "（一）政务公开情况。"),
        ("（十一）政务公开情况。一季度公开31条。", "（十一）政务公开情况。"),
        ("（一）一季度，公开31条。其中重点领域10条。", ""),
        ("（一）公开31条。其中重点领域10条。", ""),
        ("（一）请按时报送。", ""),
        ("政务公开情况。一季度公开31条。", ""),
    ],
)
def test_a_heading_within_a_paragraph_is_told_from_a_sentence(text, lead):
    paragraph = fields_of(a_bulletin(text))["各节"][0]["各段"][0]
    assert paragraph == {"小标题": lead, "文字": text.removeprefix(lead)}


def test_sizes_spaces_and_indents_are_those_of_an_official_document(quarter):
    body, title = styled(quarter, "现将").style, styled(quarter, "苍溪县人民政府办公室\n").style
    assert (body.font.size.pt, title.font.size.pt) == (16, 22)
    assert 28 <= body.paragraph_format.line_spacing.pt <= 30
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    page = quarter.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (37, 28)
    width = page.page_width - page.left_margin - page.right_margin
    height = page.page_height - page.top_margin - page.bottom_margin
    assert (round(width / 36000), round(height / 36000)) == (156, 225)


def test_page_numbers_stand_between_dashes_on_the_outer_side(quarter):
    page = quarter.sections[0]
    for foot, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        xml = foot._element.xml
        assert "".join(re.findall(r"<w:t[^>]*>([^<]*)", xml)) == "— 1 —"
        assert 'w:instr="PAGE"' in xml
        assert f'<w:jc w:val="{side}"/>' in xml


def test_every_figure_of_the_month_is_in_the_table_to_the_digit(month):
    table, value = cells(month.tables[1]), printed.dingnan()
    assert table[0][:3] == ["责任单位", "当年\n任务数", "每月\n任务数"]
    assert [head.replace("\n", "") for head in table[0]] == [cell.text for cell in value.head[0]]
    assert table[1:-1] == [[words(cell) for cell in row] for row in value.rows]
    assert sum(text.endswith("%") for row in table[1:-1] for text in row) == 92
    assert table[-1] == ["合计", "15360", "1280", "1730", "135.2%", "3680", "24.0%"]


def test_towns_and_departments_stand_side_by_side(quarter):
    table = cells(quarter.tables[0])
    assert len(table) == 40
    assert table[1] == ["陵江镇", "67", "61", "", "县发改局", "14", "11", ""]
    assert table[39] == ["双河乡", "7", "5", "", "", "", "", ""]


def test_accounts_of_a_platform_share_its_cell(quarter):
    rows = cells(quarter.tables[1])[1:]
    assert [row[0] for row in rows] == ["政务微博"] * 4 + ["政务微信"] * 10
    assert rows[1][4].split("\n") == [
        "1月9日监测到超过两周未更新，最新更新时间为2019年12月25日",
        "3月6日监测到超过两周未更新，最新更新时间为2月20日",
    ]
    merged = quarter.tables[1]._tbl.findall(f".//{qn('w:vMerge')}")
    assert [part.get(qn("w:val")) for part in merged] == [
        "restart",
        *["continue"] * 3,
        "restart",
        *["continue"] * 9,
    ]


def test_a_head_of_several_rows_is_merged_as_it_was_given():
    content = write_bulletin(a_bulletin(annexes=[Annex("任务分配表", printed.headed())]))
    grid = read_document(content, "a.docx").sheets[0]
    assert {(m.top, m.left, m.bottom, m.right) for m in grid.merges} == {
        (0, 0, 2, 0),
        (0, 1, 2, 1),
        (0, 2, 0, 4),
        (1, 2, 2, 2),
        (1, 3, 1, 4),
        (4, 3, 5, 4),
    }
    assert [cell.text for cell in grid.cells[3]] == ["1", "教育局", "2", "–", ""]


def test_heads_come_again_on_each_page_and_no_row_is_torn_apart(quarter):
    for table in quarter.tables[:2]:
        rows = table._tbl.tr_lst
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_a_wide_annex_lies_across_on_pages_of_its_own(quarter, month):
    orientations = [section.orientation for section in quarter.sections]
    assert orientations == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    across = quarter.sections[1]
    assert (round(across.page_width.mm), round(across.page_height.mm)) == (297, 210)
    assert round((across.page_width - across.left_margin - across.right_margin) / 36000) == 225
    assert len(month.sections) == 1


def test_after_a_last_annex_that_lies_across_comes_no_empty_page():
    annexes = [Annex("名单", printed.cangxi_findings())]
    bulletin = dataclasses.replace(a_bulletin(annexes=annexes), kind=BulletinKind.MONTHLY)
    document = opened(write_bulletin(bulletin))
    assert [section.orientation for section in document.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert document.paragraphs[-1].text == bulletin.annexes[0].table.footnotes[-1]


HOSTILE = (
    "{{ 标题 }}",
    "{% for x in 各节 %}",
    "{{ ''.__class__ }}",
    "{%p endif %}",
    "{_{ 标题 }_}",
    "{# 注 #}",
    "<b>粗</b> & \"'",
    "</w:t></w:r>",
    "&#123;",
    "]]>",
)


def test_words_are_words_and_never_a_template_or_xml():
    rows = [(text, text) for text in HOSTILE]
    bulletin = a_bulletin(
        *HOSTILE, title=HOSTILE[0], signer=HOSTILE[6], annexes=[Annex(HOSTILE[0], a_table(*rows))]
    )
    document = opened(write_bulletin(bulletin))
    assert texts(document)[0] == HOSTILE[0]
    assert texts(document)[2:12] == list(HOSTILE)
    assert f"附件：{HOSTILE[0]}" in texts(document)
    assert HOSTILE[6] in texts(document)
    assert cells(document.tables[0])[1:] == [list(row) for row in rows]
    assert document.core_properties.title == HOSTILE[0]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("甲\x00\x07\x0c乙", "甲乙"),
        ("甲\u202e乙\u2067", "甲乙"),
        ("\ufffe\ud800甲", "甲"),
        ("甲\r\n乙", "甲\n乙"),
    ],
)
def test_what_no_document_may_hold_is_left_out(said, left):
    content = write_bulletin(a_bulletin(said, title=said, annexes=[Annex("表", a_table((said, 1)))]))
    document = opened(content)
    assert [texts(document)[0], texts(document)[2]] == [left, left]
    assert cells(document.tables[0])[1][0] == left


def test_the_same_bulletin_is_the_same_bytes():
    bulletin = a_bulletin("情况良好。", annexes=[Annex("表", a_table(("甲", 1)))])
    assert write_bulletin(bulletin) == write_bulletin(bulletin)
    with zipfile.ZipFile(io.BytesIO(write_bulletin(bulletin))) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}


def test_a_document_says_who_issued_it_and_when_and_nobody_elses_name():
    properties = opened(write_bulletin(a_bulletin(signed_on=dtm.date(2025, 1, 8)))).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == ("通报", "某县", "")
    assert properties.created.date() == properties.modified.date() == dtm.date(2025, 1, 8)


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_a_table_may_have_any_number_of_rows(rows):
    table = a_table(*(("县" * 120, number) for number in range(rows)))
    document = opened(write_bulletin(a_bulletin(annexes=[Annex("表", table)])))
    assert len(document.tables[0].rows) == rows + 1


def test_our_templates_are_what_is_made():
    for name, content in make.made().items():
        kept = (make.HERE / f"{name}.docx").read_bytes()
        with zipfile.ZipFile(io.BytesIO(kept)) as one, zipfile.ZipFile(io.BytesIO(content)) as other:
            assert {part: one.read(part) for part in one.namelist()} == {
                part: other.read(part) for part in other.namelist()
            }
    assert default_template(BulletinKind.YEARLY) == default_template(BulletinKind.QUARTERLY)


@pytest.mark.parametrize(
    ("widths", "is_across", "size"),
    [
        ((8, 6, 6), False, 24),
        ((30, 8), False, 21),
        ((30, 16), True, 24),
        ((34, 20), True, 21),
        ((36, 26), True, 18),
    ],
)
def test_letters_are_as_large_as_the_page_allows(widths, is_across, size):
    row = tuple("字" * width for width in widths)
    layout = lay_out(a_table(row, widths=widths))
    assert (layout.is_across, layout.size) == (is_across, size)


@pytest.mark.parametrize("columns", [1, 7, 40, 120])
def test_a_table_is_as_wide_as_the_text_and_no_wider(columns):
    layout = lay_out(a_table(("字" * 6,) * columns, widths=(6,) * columns))
    room = ACROSS if layout.is_across else UPRIGHT
    assert room - columns <= sum(layout.widths) <= room


def test_pages_stand_upright_again_after_an_annex_that_lies_across():
    annexes = [Annex("名单", printed.cangxi_findings()), Annex("表", printed.headed())]
    document = opened(write_bulletin(a_bulletin(annexes=annexes)))
    orientations = [section.orientation for section in document.sections]
    assert orientations == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]


def test_no_signature_stands_on_a_page_without_text():
    paragraphs = opened(write_bulletin(printed.cangxi_quarter())).paragraphs
    signed = next(at for at, each in enumerate(paragraphs) if each.text == "2020年4月15日")
    last = max(at for at in range(signed) if paragraphs[at].style.name == "公文正文" and paragraphs[at].text)
    for each in paragraphs[last:signed]:
        assert each.paragraph_format.keep_with_next or each.style.paragraph_format.keep_with_next, each.text


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("定南县政府信息公开月报", ["定南县政府信息公开月报"]),
        (
            "定南县政府门户网站内容保障和政府信息公开月报",
            ["定南县政府门户网站内容保障和", "政府信息公开月报"],
        ),
        ("关于2020年一季度公开和新媒体监测情况的通报", ["关于2020年一季度公开和", "新媒体监测情况的通报"]),
        ("甲" * 40, ["甲" * 40]),
        (
            "某县人民政府办公室\n关于一季度全县政务公开和新媒体监测的通报",
            ["某县人民政府办公室", "关于一季度全县政务公开和", "新媒体监测的通报"],
        ),
        ("关于政务公开任务完成情况的通报" + "甲" * 3, ["关于政务公开任务完成情况的", "通报甲甲甲"]),
        ("关于二〇二四年政务公开任务完成情况的通报", ["关于二〇二四年政务公开任务完成情况的通报"]),
        ("某县人民政府办公室\n关于一季度监测情况的通报", ["某县人民政府办公室", "关于一季度监测情况的通报"]),
    ],
)
def test_a_long_title_is_broken_between_words(title, lines):
    assert in_two_lines(title, 17).split("\n") == lines


@pytest.mark.parametrize(
    ("head", "width", "lines"),
    [
        ("责任单位", 4, ["责任单位"]),
        ("当年完成比例", 5, ["当年", "完成比例"]),
        ("当年完成比例", 3, ["当年完", "成比例"]),
        ("报送信息总数（条）", 6, ["报送信息总数", "（条）"]),
        ("报送信息总数（条）", 3, ["报送信息总数（条）"]),
    ],
)
def test_a_long_head_is_broken_once(head, width, lines):
    assert head_in_two_lines(head, width).split("\n") == lines


def test_a_lone_annex_bears_no_number():
    annex = Annex("表", a_table(("甲", 1)))
    assert ">附件<" in annex_pages([annex])
    assert ">附件1<" in annex_pages([annex, annex])


def test_a_blank_a_dash_and_a_zero_are_three_things():
    assert [words(cell) for cell in (None, "–", 0, Percentage(Decimal("21.0")), Decimal("1.50"))] == [
        *("", "–", "0"),
        *("21.0%", "1.50"),
    ]
