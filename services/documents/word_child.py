"""Runs alone, in a process that may die: a template and its words on stdin, the finished .docx on stdout.

A template is a program that somebody else wrote: a loop in a loop would keep the bot busy for ever, and
one word repeated fills the memory. `services.documents.word_writing` starts this; it imports none of ours.

On stdin JSON with `template` (base64), `cases` (fields with their words; `pages` names the one that is XML),
`known` (a case that lacks nothing), and `properties` of the document.

On stdout JSON: `documents` (base64, one for each case) with the `fields` used, or why not: `unknown` fields,
`unclear` with the mark, `linked`, `damaged`. Dying says the rest.

Arguments: memory in bytes, CPU seconds.
"""

import base64
import copy
import datetime as dtm
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

_LANGUAGE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand),
)
_LOOP = frozenset({"first", "last", "index", "index0", "length"})
_FETCHING = re.compile(r"\b(?:INCLUDE\w*|DDE\w*|LINK|IMPORT|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE)
_FOOTNOTES = "footnotes+xml"
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_PART = re.compile(r"\{%-?\s*(?P<end>end)?(?:for|if)\b[^%]*%\}")
_PLAIN = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_BLOCKS = (qn("w:p"), qn("w:tbl"))
_TURNED = {"top": "left", "left": "bottom", "bottom": "right", "right": "top"}


class Refused(Exception):
    """The template cannot be used; carries the answer."""


def main() -> None:
    """Write the documents, or why there are none."""
    memory, seconds = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.loads(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer(order)))


def answer(order: Mapping[str, Any]) -> dict[str, Any]:
    """Give what goes to stdout."""
    try:
        return _write(order)
    except Refused as refused:
        told: dict[str, Any] = refused.args[0]
        return told


def _write(order: Mapping[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(order["template"])
    try:
        _read_parts(content)
        fields = _fields_used(_Template(content), order["known"])
        documents = [_render(content, case, order) for case in order["cases"]]
    except (etree.XMLSyntaxError, KeyError, ValueError, AttributeError) as error:  # parts that do not fit
        raise Refused({"damaged": repr(error)}) from error
    return {"documents": [base64.b64encode(each).decode() for each in documents], "fields": sorted(fields)}


def _read_parts(content: bytes) -> None:
    """Read every part for itself: none declares a type of document, and no field fetches anything."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(packed.read(name), _PLAIN)
            if root.getroottree().docinfo.doctype:
                raise Refused({"damaged": name})
            _refuse_fetching(root)


def _refuse_fetching(root: Any) -> None:
    """Refuse fields of Word that fetch from elsewhere, and templates within fields."""
    codes = "".join(node.text or "" for node in root.iter(qn("w:instrText")))
    codes += " ".join(node.get(qn("w:instr"), "") for node in root.iter(qn("w:fldSimple")))
    if "{" in codes:
        _unclear(codes)
    if found := _FETCHING.search(codes):
        raise Refused({"linked": found[0]})


class _Template(DocxTemplate):  # type: ignore[misc]  # it has no types
    """A template taken strictly: XML that does not fit together is told, not mended by leaving some out."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.init_docx()

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leave the document's properties alone; they are written afterwards."""

    def fix_tables(self, xml: str) -> Any:
        """Give the body as a tree."""
        body = etree.fromstring(xml.encode(), _PLAIN)
        for place in body.iter(*_BLOCKS):
            if place.getparent().tag in {qn("w:t"), qn("w:r")}:
                _unclear("".join(place.itertext()))
        return super().fix_tables(xml)

    def sources(self) -> Iterator[str]:
        """Give what is a template, a paragraph a line: body, heads and feet of pages, footnotes."""
        parts = [self.get_xml()]
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            parts += [self.get_part_xml(part) for _, part in self.get_headers_footers(uri)]
        for part in self.docx.part.package.iter_parts():
            if part.content_type.endswith(_FOOTNOTES):
                parts.append(part.blob.decode())
        for xml in parts:
            yield re.sub(r"<w:p([ >])", r"\n<w:p\1", self.patch_xml(xml))


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


def _fields_used(template: _Template, known: Mapping[str, Any]) -> set[str]:
    """Read what a template says before any of it runs: fields, loops over them, conditions, nothing else."""
    environment, attributes = _environment(), _attributes(known) | _LOOP
    used: set[str] = set()
    unknown: set[str] = set()
    for paragraph in template.docx.element.iter(qn("w:p")):
        _require_whole("".join(words.text or "" for words in paragraph.iter(qn("w:t"))))
    for source in template.sources():
        try:
            tree = environment.parse(source)
        except TemplateError as error:
            _unclear(_around(source, getattr(error, "lineno", None)))
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _LANGUAGE):
                _unclear(_around(source, node.lineno))
            if isinstance(node, nodes.Getattr) and node.attr not in attributes:
                unknown.add(f"{getattr(node.node, 'name', '')}.{node.attr}")
        used |= meta.find_undeclared_variables(tree)
    unknown |= used - set(known)
    if unknown:
        raise Refused({"unknown": sorted(unknown)})
    return used


def _require_whole(paragraph: str) -> None:
    """Require that what begins within a paragraph ends within it; what holds paragraphs is written {%p."""
    opened: list[str] = []
    for mark in _PART.finditer(paragraph):
        if not mark["end"]:
            opened.append(mark[0])
        elif opened:
            opened.pop()
        else:
            _unclear(mark[0])
    if opened:
        _unclear(opened[-1])


def _attributes(known: Mapping[str, Any]) -> set[str]:
    """List the names that things within lists have."""
    names: set[str] = set()
    for each in known.values():
        for thing in each if isinstance(each, list) else ():
            names |= set(thing) | _attributes(thing)
    return names


def _around(source: str, line: int | None) -> str:
    """Give the mark that is written at a line, or before it; rather one that does not only end something."""
    lines = source.splitlines()
    for number in range(min(line or len(lines), len(lines)), 0, -1):
        if marks := _TAG.findall(lines[number - 1]):
            return str(next((mark for mark in reversed(marks) if "end" not in mark), marks[-1]))
    return ""


def _unclear(near: str) -> NoReturn:
    raise Refused({"unclear": re.sub(r"<[^>]*>", "", near).strip()[:60]})


def _render(content: bytes, case: Mapping[str, Any], order: Mapping[str, Any]) -> bytes:
    template = _Template(content)
    words = {name: _inert(value) for name, value in case.items()}
    words[order["pages"]] = Markup(case[order["pages"]])  # noqa: S704 - ours, with the words in it escaped
    try:
        template.render(words, jinja_env=_environment(), autoescape=True)
    except TemplateError as error:
        _unclear(_around("\n".join(getattr(error, "docx_context", ())), None) or str(error))
    body = template.docx.element.body
    for cell in body.iter(qn("w:tc")):
        if not len(cell) or cell[-1].tag != qn("w:p"):  # Word opens no cell without a paragraph at its end
            cell.append(cell.makeelement(qn("w:p")))
    _make_sections(body)
    _describe(template.docx.core_properties, order["properties"])
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def _inert(value: Any) -> Any:
    """Make words that are nothing but words: no XML, and no mark of a template."""
    match value:
        case str():
            return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704
        case list():
            return [_inert(each) for each in value]
        case dict():
            return {name: _inert(each) for name, each in value.items()}
        case _:
            return value


def _make_sections(body: Any) -> None:
    """Make whole the sections whose ends are marked by how their pages lie, after the document's own page."""
    page = body.find(qn("w:sectPr"))
    marks = [mark for mark in body.iter(qn("w:sectPr")) if mark is not page and len(mark) == 0]
    for number, mark in enumerate(marks):
        paragraph = mark.getparent().getparent()
        if page is None or paragraph.getparent() is not body:  # within a table no page can turn
            mark.getparent().remove(mark)
            continue
        section = _lying(page, mark.get(qn("w:orient")), is_first=number == 0)
        if number == len(marks) - 1 and not _has_text_after(paragraph):  # its pages are the last
            body.remove(paragraph)
            body.replace(page, section)
        else:
            mark.getparent().replace(mark, section)
    if marks and page is not None:
        _continue_numbers(page)


def _has_text_after(paragraph: Any) -> bool:
    return any(
        block.tag == qn("w:p") and "".join(words.text or "" for words in block.iter(qn("w:t"))).strip()
        for block in paragraph.itersiblings()
    )


def _lying(page: Any, orient: str, *, is_first: bool) -> Any:
    section = copy.deepcopy(page)
    if not is_first:
        _continue_numbers(section)
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    if orient == "landscape" and size is not None and int(size.get(qn("w:w"))) < int(size.get(qn("w:h"))):
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        size.set(qn("w:w"), height)
        size.set(qn("w:h"), width)
        size.set(qn("w:orient"), orient)
        old = dict(margins.attrib) if margins is not None else {}
        for side, upright in _TURNED.items():
            if qn(f"w:{upright}") in old:
                margins.set(qn(f"w:{side}"), old[qn(f"w:{upright}")])
    return section


def _continue_numbers(section: Any) -> None:
    """Let page numbers go on from the section before, and have no first page of its own kind."""
    for numbers in section.findall(qn("w:pgNumType")):
        numbers.attrib.pop(qn("w:start"), None)
    for first in section.findall(qn("w:titlePg")):
        section.remove(first)


def _describe(properties: Any, given: Mapping[str, str]) -> None:
    for name in ("category", "comments", "content_status", "identifier", "keywords", "subject", "version"):
        setattr(properties, name, "")
    properties.title, properties.author = given["title"], given["author"]
    properties.language, properties.last_modified_by, properties.revision = "zh-CN", "", 1
    made = dtm.datetime.fromisoformat(given["made_at"])
    properties.created = properties.modified = made
    properties.last_printed = made


if __name__ == "__main__":
    main()
