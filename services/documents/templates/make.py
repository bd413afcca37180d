"""Write our templates for bulletins: `python -m services.documents.templates.make`.

They follow GB/T 9704—2012: A4 with 156 × 225 mm of text, 22 lines of 28 characters. Fonts are named, not
shipped. The same code gives the same parts.
"""

import copy
import datetime as dtm
import io
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from services.documents.packing import packed_anew
from services.documents.template_fields import ANNEX_PAGES

HERE = Path(__file__).parent

_MADE_AT = dtm.datetime.fromisoformat("2024-01-01")
_LINE = 579  # twips: 28.95 points, 22 of them are 225 mm
_NARROWER = -5  # twips by which each of 28 characters of 16 points is set closer, to fit into 156 mm
_SIGN = 315  # a character so narrowed
_TEXT, _TITLE, _HEAVY, _KAI, _SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
_RED = "FF0000"
_IMPRINT = (5445, 3360)  # widths of the last lines, in twips: together what the text has
_STYLES: dict[str, dict[str, Any]] = {
    "Normal": {},
    "公文标题": {"font": _TITLE, "size": 22, "align": "center", "line": 660},
    "公文报头": {"font": _TITLE, "size": 26, "align": "center", "line": 780, "colour": _RED},
    "公文期号": {"align": "center"},
    "公文编印": {"left": 1, "right": 1},
    "公文主送": {"align": "both"},
    "公文正文": {"firstLine": 2, "align": "both"},
    "公文一级标题": {"font": _HEAVY, "firstLine": 2, "keeps": True},
    "公文附件说明": {"left": 6, "hanging": 4, "tab": 5, "keeps": True},
    "公文署名": {"left": 13.5, "align": "center"},
    "公文版记": {"size": 14, "left": 4, "right": 1, "hanging": 3, "line": 480},
    "公文印发": {"size": 14, "left": 1, "line": 480},
    "公文印发日期": {"size": 14, "right": 1, "line": 480, "align": "right"},
    "公文页码": {"font": _SONG, "size": 14, "latin": _SONG, "line": 400},
}


def main() -> None:
    """Write both beside this file."""
    for name, content in made().items():
        (HERE / f"{name}.docx").write_bytes(content)


def made() -> dict[str, bytes]:
    """Make both, by name."""
    return {"notice": _document(_notice()), "monthly": _document(_monthly())}


def _notice() -> list[Any]:
    return [
        _p("公文标题", "{{ 标题 }}"),
        _p("公文正文"),
        *_if("主送", _p("公文主送", "{{ 主送 }}：")),
        *_body(),
        _p("公文正文", "{{p " + ANNEX_PAGES + " }}"),
        *_imprint(),
    ]


def _monthly() -> list[Any]:
    return [
        _p("公文报头", "{{ 标题 }}"),
        *_if("期号", _p("公文期号", "第{{ 期号 }}期")),
        *_if("总期号", _p("公文期号", "（总第{{ 总期号 }}期）")),
        *_if("编", _p("公文编印", "{{ 编 }}编")),
        _rule(_RED, 18),
        *_if("领导批示", _p("公文主送", ("领导批示：", _HEAVY)), *[_p("公文主送")] * 3, _rule("000000", 6)),
        *_if("主送", _p("公文主送", "{{ 主送 }}：")),
        *_body(),
        *_imprint(),
        _p("公文正文", "{{p " + ANNEX_PAGES + " }}"),
    ]


def _body() -> list[Any]:
    runs = (("{{ 段.小标题 }}", _KAI), "{{ 段.文字 }}")
    paragraph = _p("公文正文", *runs)
    label = "{% if loop.first %}附件：{% else %}\t{% endif %}"
    return [
        *_if("引言", _p("公文正文", "{{ 引言 }}")),
        *_each(
            "节 in 各节",
            *_if("节.标题", _p("公文一级标题", "{{ 节.标题 }}")),
            *_either(
                "loop.last",  # no signature stands on a page without text: the last paragraph goes with it
                _each("段 in 节.各段", *_either("loop.last", [_kept("公文正文", *runs)], [paragraph])),
                _each("段 in 节.各段", paragraph),
            ),
        ),
        *_if("备注", _p("公文正文", "备注：{{ 备注 }}")),
        *_if(
            "附件",
            _kept("公文正文"),
            *_each("件 in 附件", _p("公文附件说明", label + "{{ 件.序号 }}{{ 件.名称 }}")),
        ),
        *_if("署名 or 成文日期", _kept("公文正文"), _kept("公文正文"), _kept("公文署名", "{{ 署名 }}")),
        *_if("成文日期", _p("公文署名", "{{ 成文日期 }}")),
    ]


def _imprint() -> list[Any]:
    """Make the last lines (版记) between rules, at the foot of their page."""
    day = "{{ 印发日期 }}{% if 印发日期 %}印发{% endif %}"
    rows = [
        *_row_if("版记主送", ("公文版记", "主送：{{ 版记主送 }}")),
        *_row_if("抄送", ("公文版记", "抄送：{{ 抄送 }}")),
        *_row_if("印发机关 or 印发日期", ("公文印发", "{{ 印发机关 }}"), ("公文印发日期", day)),
    ]
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="000000"/>'
        for side, width in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _IMPRINT)
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin" '
        'w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
        f'<w:tblW w:w="{sum(_IMPRINT)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{rules}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>'
    )
    for row in rows:
        table.append(row)
    return _if("版记", _p("公文正文"), table, _line(""))  # no page ends with a table


def _row_if(condition: str, *cells: tuple[str, str]) -> list[Any]:
    """Make a row that is there on a condition; a cell is its style and its words."""
    before, after = ("公文版记", "{%tr if " + condition + " %}"), ("公文版记", "{%tr endif %}")
    return [_row(before), _row(*cells), _row(after)]


def _row(*cells: tuple[str, str]) -> Any:
    row = parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/></w:trPr></w:tr>")
    for number, (style, words) in enumerate(cells):
        width, span = (sum(_IMPRINT), len(_IMPRINT)) if len(cells) == 1 else (_IMPRINT[number], 1)
        row.append(
            parse_xml(
                f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
                f'<w:gridSpan w:val="{span}"/></w:tcPr></w:tc>'
            )
        )
        row[-1].append(_p(style, words))
    return row


def _if(condition: str, *parts: Any) -> list[Any]:
    return [_p("公文正文", "{%p if " + condition + " %}"), *parts, _p("公文正文", "{%p endif %}")]


def _either(condition: str, these: list[Any], those: list[Any]) -> list[Any]:
    return _if(condition, *these, _p("公文正文", "{%p else %}"), *those)


def _each(loop: str, *parts: Any) -> list[Any]:
    return [_p("公文正文", "{%p for " + loop + " %}"), *parts, _p("公文正文", "{%p endfor %}")]


def _p(style: str, *runs: str | tuple[str, str]) -> Any:
    """Make a paragraph; a run is its words, or its words and their font."""
    paragraph = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>')
    for run in runs:
        words, font = run if isinstance(run, tuple) else (run, "")
        paragraph.add_r().text = words
        if font:
            paragraph.r_lst[-1].get_or_add_rPr()._add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    return paragraph


def _kept(style: str, *runs: str | tuple[str, str]) -> Any:
    """Make a paragraph that stays on the page of the next one."""
    paragraph = _p(style, *runs)
    paragraph.pPr.append(parse_xml(f"<w:keepNext {nsdecls('w')}/>"))
    return paragraph


def _rule(colour: str, width: int) -> Any:
    border = f'<w:bottom w:val="single" w:sz="{width}" w:space="1" w:color="{colour}"/>'
    return _line(f"<w:pBdr>{border}</w:pBdr>", 'w:after="160"')


def _line(border: str, spacing: str = "") -> Any:
    """Make a paragraph that is next to nothing."""
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="公文主送"/>{border}<w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="60" w:lineRule="exact" {spacing}/></w:pPr></w:p>'
    )


def _document(parts: list[Any]) -> bytes:
    document = docx.Document()
    for style, look in _STYLES.items():
        _add_style(document, style, look)
    _set_settings(document)
    _set_page(document.sections[0])
    page = document.element.body.sectPr
    for part in parts:
        page.addprevious(copy.deepcopy(part))
    properties = document.core_properties
    properties.author = properties.title = properties.comments = properties.keywords = ""
    properties.created = properties.modified = _MADE_AT
    written = io.BytesIO()
    document.save(written)
    return packed_anew(written.getvalue())


def _add_style(document: Any, name: str, look: dict[str, Any]) -> None:
    styles = document.styles
    style = styles[name] if name == "Normal" else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style, style.quick_style = styles["Normal"], True
    element = style.element
    for old in (element.pPr, element.rPr):
        if old is not None:
            element.remove(old)
    line = look.get("line", _LINE)
    indents = "".join(
        f' w:{kind}Chars="{int(signs * 100)}" w:{kind}="{int(signs * _SIGN)}"'
        for kind in ("left", "right", "firstLine", "hanging")
        if (signs := look.get(kind))
    )
    tab = f'<w:tabs><w:tab w:val="left" w:pos="{look["tab"] * _SIGN}"/></w:tabs>' if "tab" in look else ""
    latin = look.get("latin", "Times New Roman")
    element.append(
        parse_xml(
            f"<w:pPr {nsdecls('w')}>{'<w:keepNext/>' if look.get('keeps') else ''}{tab}"
            '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
            f'<w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/>'
            f'{f"<w:ind{indents}/>" if indents else ""}<w:jc w:val="{look.get("align", "left")}"/></w:pPr>'
        )
    )
    colour = f'<w:color w:val="{look["colour"]}"/>' if "colour" in look else ""
    size = look.get("size", 16) * 2
    closer = f'<w:spacing w:val="{_NARROWER}"/>' if size == 32 else ""
    element.append(
        parse_xml(
            f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" '
            f'w:eastAsia="{look.get("font", _TEXT)}" w:cs="{latin}"/>'
            f'{colour}{closer}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
        )
    )


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(24)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(_LINE))
    _add_number(section.footer, "right")
    _add_number(section.even_page_footer, "left")


def _add_number(footer: Any, side: str) -> None:
    """Write — 1 — at a side, a character in: on the right of odd pages, on the left of even ones."""
    footer.is_linked_to_previous = False
    footer.paragraphs[0]._p.getparent().replace(  # noqa: SLF001
        footer.paragraphs[0]._p,  # noqa: SLF001
        parse_xml(
            f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="公文页码"/>'
            f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
            f'<w:jc w:val="{side}"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
            '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
        ),
    )


def _set_settings(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    compat = parse_xml(
        f'<w:compat {nsdecls("w")}><w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    settings.find(qn("w:rsids")).addprevious(compat)


if __name__ == "__main__":
    main()
