"""An office's own template: tried before it is kept, and nothing in it does more than fill in words."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from models.enums import BulletinKind
from services.documents import word_child, word_writing
from services.documents.errors import (
    DocumentEncrypted,
    DocumentKindOld,
    TemplateDamaged,
    TemplateEndless,
    TemplateKindUnknown,
    TemplateLinked,
    TemplateTooLarge,
    TemplateUnclear,
    TemplateUnknownFields,
    TemplateWithPrograms,
)
from services.documents.template_fields import ANNEX_PAGES, fields_of
from services.documents.word_writing import default_template, read_template, write_bulletin
from settings import ROOT
from tests.services import printed
from tests.services.test_documents import repacked

RELATIONS = "word/_rels/document.xml.rels"
DOCUMENT = "word/document.xml"


def a_template(*paragraphs, foot="", change=lambda document: None):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].footer.paragraphs[0].text = foot
    document.core_properties.author = document.core_properties.last_modified_by = "王某"
    change(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def texts(content):
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


@pytest.fixture
def nearby(monkeypatch):
    """Have the child's work done here: a process for each of many templates takes long."""
    monkeypatch.setattr(word_writing, "_ask_child", lambda order, name: word_child.answer(order))


def test_an_office_may_word_its_own_template():
    content = a_template(
        "{{ 标题 }}",
        "{%p for 节 in 各节 %}",
        "{{ 节.标题 }}：{% for 段 in 节.各段 %}{{ loop.index }}.{{ 段.小标题 }}{{ 段.文字 }}{% endfor %}",
        "{%p endfor %}",
        "{% if 署名 and not 备注 %}{{ 署名 }}{% else %}无{% endif %}",
        foot="{{ 机关 }}",
    )
    template = read_template(content, "月报.docx")
    assert set(template.fields) == {"标题", "各节", "署名", "备注", "机关"}
    written = write_bulletin(printed.cangxi_quarter(), template.content)
    assert texts(written)[2].startswith("二、主要问题：1.（一）工作开展措施不力。部分单位")
    assert texts(written)[-1] == "苍溪县人民政府办公室"
    assert docx.Document(io.BytesIO(written)).sections[0].footer.paragraphs[0].text == "苍溪县人民政府办公室"


def test_who_made_the_template_is_not_told_in_the_bulletin():
    written = write_bulletin(printed.dingnan_month(), a_template("{{ 标题 }}"))
    assert "王某".encode() not in part(written, "docProps/core.xml")


def test_a_template_of_the_office_gives_a_specimen(nearby):
    template = read_template(default_template(BulletinKind.MONTHLY), "月报.docx")
    said = "\n".join(texts(template.specimen))
    assert "示例县政府信息公开月报" in said
    assert "（总第14期）" in said
    assert {ANNEX_PAGES, "各节", "领导批示", "版记"} <= set(template.fields)


def test_a_mark_that_word_has_torn_apart_is_understood(nearby):
    def torn(document):
        paragraph = document.add_paragraph()
        for piece in ("{", "{ 标", "题 }", "}"):
            paragraph.add_run(piece).bold = piece == "{"

    assert read_template(a_template(change=torn), "a.docx").fields == ("标题",)


def test_a_cell_whose_only_line_is_left_out_still_opens(nearby):
    def with_table(document):
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "{%p if 抄送 %}"
        cell.add_paragraph("{{ 抄送 }}")
        cell.add_paragraph("{%p endif %}")

    written = write_bulletin(printed.cangxi_quarter(), a_template(change=with_table))
    assert docx.Document(io.BytesIO(written)).tables[0].cell(0, 0).text == ""


@pytest.mark.parametrize(
    ("paragraphs", "fields"),
    [
        (["{{ 标体 }}", "{{ 总数 }}"], "总数 / 标体"),
        (["{%p for 节 in 各节 %}", "{{ 节.题 }}", "{%p endfor %}"], "节.题"),
        (["{{ 标题.__class__ }}"], "标题.__class__"),
        (["{{ 各节.append }}"], "各节.append"),
        (["{% if range %}{% endif %}"], "range"),
    ],
)
def test_fields_that_there_are_not_are_named(paragraphs, fields, nearby):
    with pytest.raises(TemplateUnknownFields) as refused:
        read_template(a_template(*paragraphs), "a.docx")
    assert refused.value.params["fields"] == fields


@pytest.mark.parametrize(
    ("paragraphs", "near"),
    [
        (["{{ 标题 }}", "{{ 标 题 }}"], "{{ 标 题 }}"),
        (["{{ 标题 }}", "{% for 节 各节 %}{% endfor %}"], "{% for 节 各节 %}"),
        (["{%p if 标题 %}", "甲"], "{% if 标题 %}"),
        (["{% if 标题 %}", "{% endif %}"], "{% if 标题 %}"),
        (["甲{% endfor %}"], "{% endfor %}"),
        (["{% for i in range(10**9) %}{% endfor %}"], "{% for i in range(10**9) %}"),
        (["{{ '甲' * 10**9 }}"], "{{ '甲' * 10**9 }}"),
        (["{{ 标题.upper() }}"], "{{ 标题.upper() }}"),
        (["{{ ''['__class__'] }}"], "{{ ''['__class__'] }}"),
        (["{% set 甲 = 标题 %}"], "{% set 甲 = 标题 %}"),
        (["{{ 标题|upper }}"], "{{ 标题|upper }}"),
        (["{% include '/etc/passwd' %}"], "{% include '/etc/passwd' %}"),
        (["见 {{ 附件表 }}"], "附件1"),
    ],
)
def test_what_is_not_understood_is_shown(paragraphs, near, nearby):
    with pytest.raises(TemplateUnclear) as refused:
        read_template(a_template(*paragraphs), "a.docx")
    assert str(refused.value.params["near"]).startswith(near)


def test_loops_in_loops_end_in_time(monkeypatch):
    monkeypatch.setattr(word_writing, "WRITER_SECONDS", 2)
    loops = "".join(f"{{% for {letter} in 标题 %}}" for letter in "abcdefghijkl")
    with pytest.raises(TemplateEndless):
        read_template(a_template(loops + "甲" + "{% endfor %}" * 12), "a.docx")


def test_a_template_that_swells_ends_in_time(monkeypatch):
    monkeypatch.setattr(word_writing, "WRITER_MEMORY", 200 * 1024 * 1024)
    loops = "".join(f"{{% for {letter} in 标题 %}}" for letter in "abcdef")
    with pytest.raises(TemplateEndless):
        read_template(a_template(loops + "甲" * 5000 + "{% endfor %}" * 6), "a.docx")


def with_relation(kind, target, mode=""):
    content = a_template("{{ 标题 }}")
    relation = (
        f'<Relationship Id="rId99" Type="http://a.example/{kind}" Target="{target}"{mode}/></Relationships>'
    )
    return repacked(
        content, {RELATIONS: part(content, RELATIONS).replace(b"</Relationships>", relation.encode())}
    )


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "hyperlink", "frame"])
def test_nothing_comes_from_elsewhere(kind):
    with pytest.raises(TemplateLinked) as refused:
        read_template(with_relation(kind, "http://a.example/x.png", ' TargetMode="External"'), "a.docx")
    assert refused.value.params["link"] == "http://a.example/x.png"


@pytest.mark.parametrize(
    "code", ['INCLUDEPICTURE "http://a.example/x.png"', "DDEAUTO c:\\a", "IncludeText a"]
)
def test_no_field_fetches_anything(code, nearby):
    def with_field(document):
        halves = "".join(f"<w:instrText>{half}</w:instrText>" for half in (code[:5], code[5:]))
        field = f"<w:r {nsdecls('w')}>{halves}</w:r>"
        document.add_paragraph()._p.append(parse_xml(field))

    with pytest.raises(TemplateLinked):
        read_template(a_template(change=with_field), "a.docx")


def test_no_words_become_a_field():
    def with_field(document):
        field = f'<w:fldSimple {nsdecls("w")} w:instr="{{{{ 标题 }}}}"/>'
        document.add_paragraph()._p.append(parse_xml(field))

    with pytest.raises(TemplateUnclear):
        read_template(a_template(change=with_field), "a.docx")


@pytest.mark.parametrize(
    "name", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"]
)
def test_programs_are_refused(name):
    with pytest.raises(TemplateWithPrograms):
        read_template(repacked(a_template("{{ 标题 }}"), {name: b"x"}), "a.docx")


@pytest.mark.parametrize("kind", ["oleObject", "aFChunk", "control"])
def test_foreign_objects_are_refused(kind):
    with pytest.raises(TemplateWithPrograms):
        read_template(with_relation(kind, "x.bin"), "a.docx")


def large():
    return repacked(a_template(), {"word/media/a.png": bytes(range(256)) * 60_000})


def declared(content):
    return repacked(
        content, {DOCUMENT: part(content, DOCUMENT).replace(b"<w:document", b"<!DOCTYPE a><w:document", 1)}
    )


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", TemplateKindUnknown),
        (b"{{ \xe6\xa0\x87\xe9\xa2\x98 }}", TemplateKindUnknown),
        (b"PK\x03\x04", TemplateDamaged),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DocumentKindOld),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), DocumentEncrypted),
        (b"PK\x03\x04" + bytes(5 * 1024 * 1024), TemplateTooLarge),
        (large(), TemplateTooLarge),
        (repacked(a_template(), {DOCUMENT: b"<w:document"}), TemplateDamaged),
        (repacked(a_template(), {"[Content_Types].xml": b"<Types/>"}), TemplateDamaged),
        (declared(a_template("{{ 标题 }}")), TemplateDamaged),
    ],
    ids=["empty", "text", "cut", "old", "encrypted", "large", "bomb", "torn", "untyped", "declared"],
)
def test_what_is_no_template_is_told_apart(content, refusal, nearby):
    with pytest.raises(refusal):
        read_template(content, "a.docx")


def test_the_page_tells_each_field_and_no_other():
    page = (ROOT / "docs" / "word-templates.md").read_text("utf-8")
    fields = fields_of(printed.cangxi_quarter())
    inner = {
        f"{one}.{name}"
        for one, things in (("节", fields["各节"]), ("段", fields["各节"][0]["各段"]), ("件", fields["附件"]))
        for name in things[0]
    }
    assert set(re.findall(r"^\| `([^`{]+)` \|", page, re.MULTILINE)) == {*fields, ANNEX_PAGES, *inner}
