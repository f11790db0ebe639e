"""Puts blocks into a document: only this and ``word_look`` know python-docx."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from markdown_it.tree import SyntaxTreeNode

from portal import markdown
from portal.office import word_look
from portal.office.word import Block, Bullets, Facts, Heading, Markdown, Paragraph, Table, Title

_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
# What XML cannot hold, not even as an entity.
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINKED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_DEEPEST_LIST = 3
_TEXT_WIDTH_MM = 160
# In letters.
_NARROWEST_COLUMN, _WIDEST_COLUMN = 12, 48


def written(blocks: Iterable[Block], title: str, language: str, made_at: datetime) -> bytes:
    """The bytes of the document (``word.write``)."""
    writer = _Writer(language)
    for block in blocks:
        writer.add(block)
    writer.describe(title, made_at)
    return word_look.settled(writer.document)


@dataclass(frozen=True)
class _Look:
    """How a run of text looks."""

    bold: bool = False
    italic: bool = False
    code: bool = False


class _Writer:
    """Appends blocks to a document of ours."""

    def __init__(self, language: str) -> None:
        # python-docx gives its documents and elements types that say little of what we touch.
        self.document: Any = Document()
        self.language = _LANGUAGES[language]
        self._heading = 0
        self._after_table = False
        self._kinds: dict[type, Callable[[Any], None]] = {
            Title: self._add_title,
            Heading: self._add_heading,
            Paragraph: self._add_paragraph,
            Facts: self._add_facts,
            Bullets: self._add_bullets,
            Markdown: self._add_markdown,
            Table: self._add_table,
        }
        self._marks: dict[str, Callable[[SyntaxTreeNode, str], None]] = {
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "fence": self._code,
            "code_block": self._code,
            "heading": self._written_heading,
            "hr": lambda node, style: None,
        }
        word_look.dress(self.document, self.language)

    def add(self, block: Block) -> None:
        """Append ``block``."""
        self._kinds[type(block)](block)
        self._after_table = isinstance(block, Table)

    def describe(self, title: str, made_at: datetime) -> None:
        """Say in the properties what the document is and what language it is in."""
        known = self.document.core_properties
        known.title, known.language = _legal(title)[:255], self.language
        known.author = known.last_modified_by = known.comments = known.keywords = ""
        known.created = known.modified = made_at.astimezone(UTC).replace(tzinfo=None)
        known.revision = 1

    def _add_title(self, block: Title) -> None:
        self._put(self._paragraph("Title"), block.text)

    def _add_heading(self, block: Heading) -> None:
        self._heading = min(block.level, word_look.LAST_HEADING)
        self._put(self._paragraph(f"Heading {self._heading}"), block.text)

    def _add_paragraph(self, block: Paragraph) -> None:
        paragraph = self._paragraph("Normal")
        if block.bold_lead:
            self._put(paragraph, block.bold_lead + (" " if block.text else ""), _Look(bold=True))
        self._put(paragraph, block.text)

    def _add_facts(self, block: Facts) -> None:
        for label, value in block.rows:
            paragraph = self._paragraph("Facts")
            self._put(paragraph, f"{label}:\t", _Look(bold=True))
            self._put(paragraph, value)

    def _add_bullets(self, block: Bullets) -> None:
        for level, text in block.items:
            self._put(self._paragraph(_list_style("List Bullet", level)), text)

    def _add_markdown(self, block: Markdown) -> None:
        self._blocks(markdown.tree(_legal(block.text)).children, "Normal")

    def _add_table(self, block: Table) -> None:
        if self._after_table:
            # Word makes one table of two that touch.
            self._paragraph("Normal")
        # By the elements themselves: python-docx looks through all cells to find each one.
        table = self.document.add_table(0, len(block.header), style="Table Grid")
        widths = _widths(block)
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = width
        for number, cells in enumerate([block.header, *block.rows]):
            row = table._tbl.add_tr()
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            if number == 0:
                row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for text, width in zip(cells, widths, strict=True):
                cell = row.add_tc()
                cell.width = width
                cell.p_lst[0].style = "TableText"
                self._put_run(cell.p_lst[0], text, _Look(bold=number == 0))

    def _blocks(self, nodes: Iterable[SyntaxTreeNode], style: str) -> None:
        for node in nodes:
            mark = self._marks.get(node.type)
            if mark:
                mark(node, style)
            else:
                self._words(self._paragraph(style)._p, node.children, _Look())

    def _written_heading(self, node: SyntaxTreeNode, style: str) -> None:
        # Written as # or ##, it still stands under the heading of ours above it.
        below = 2 if int(node.tag[1:]) > 3 else 1
        level = min(self._heading + below, word_look.LAST_HEADING)
        self._words(self._paragraph(f"Heading {level}")._p, node.children, _Look())

    def _quote(self, node: SyntaxTreeNode, style: str) -> None:
        self._blocks(node.children, "Quote" if style == "Normal" else style)

    def _code(self, node: SyntaxTreeNode, style: str) -> None:
        self._put(self._paragraph("Code"), node.content.rstrip("\n"))

    def _list(self, node: SyntaxTreeNode, style: str) -> None:
        level = _level_of(style)
        is_bullets = node.type == "bullet_list"
        kind = _list_style("List Bullet" if is_bullets else "List Number", level)
        number = None if is_bullets else self._new_numbers(kind, int(node.attrs.get("start", 1)))
        for item in node.children:
            first, rest = item.children[:1], item.children[1:]
            if first and first[0].type == "paragraph":
                paragraph = self._paragraph(kind)
                if number is not None:
                    _number(paragraph, number)
                self._words(paragraph._p, first[0].children, _Look())
            else:
                rest = item.children
            self._blocks(rest, _list_style("List Continue", level))

    def _new_numbers(self, style: str, start: int) -> int:
        """The id of a numbering like that of ``style`` which begins at ``start``."""
        known = self.document.styles[style].element.pPr.numPr.numId.val
        numbering = self.document.part.numbering_part.element
        made = numbering.add_num(numbering.num_having_numId(known).abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(max(0, min(start, 32_000)))
        return int(made.numId)

    def _words(self, parent: Any, nodes: Iterable[SyntaxTreeNode], look: _Look) -> None:
        for node in nodes:
            if node.type in ("softbreak", "hardbreak"):
                self._put_run(parent, "\n", look)
            elif node.type == "link":
                self._words(self._link(parent, str(node.attrs["href"])), node.children, look)
            elif node.type == "code_inline":
                self._put_run(parent, node.content, replace(look, code=True))
            elif node.children:
                self._words(parent, node.children, _with(look, node.type))
            else:
                self._put_run(parent, node.content, look)

    def _link(self, parent: Any, address: str) -> Any:
        """The element that the words of a link go into; ``parent`` for what must not be one."""
        if not _LINKED.match(address):
            return parent
        link = OxmlElement("w:hyperlink")
        name = self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), name)
        parent.append(link)
        return link

    def _paragraph(self, style: str) -> Any:
        return self.document.add_paragraph(style=style)

    def _put(self, paragraph: Any, text: str, look: _Look = _Look()) -> None:
        self._put_run(paragraph._p, text, look)

    def _put_run(self, parent: Any, text: str, look: _Look) -> None:
        text = _legal(text)
        if not text:
            return
        run = OxmlElement("w:r")
        if parent.tag == qn("w:hyperlink"):
            run.style = "Hyperlink"
        elif look.code:
            run.style = "CodeWords"
        if look.bold:
            run.get_or_add_rPr()._add_b()
        if look.italic:
            run.get_or_add_rPr()._add_i()
        run.text = text
        parent.append(run)


def _widths(block: Table) -> list[int]:
    """How wide each column is: by its longest text, so that short ones leave room to long ones."""
    rows = [block.header, *block.rows]
    longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shares = [max(_NARROWEST_COLUMN, min(each, _WIDEST_COLUMN)) for each in longest]
    return [Mm(_TEXT_WIDTH_MM * share / sum(shares)) for share in shares]


def _number(paragraph: Any, number: int) -> None:
    mark = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    mark.get_or_add_ilvl().val, mark.get_or_add_numId().val = 0, number


def _with(look: _Look, mark: str) -> _Look:
    return replace(look, bold=look.bold or mark == "strong", italic=look.italic or mark == "em")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _list_style(name: str, level: int) -> str:
    depth = min(level + 1, _DEEPEST_LIST)
    return name if depth == 1 else f"{name} {depth}"


def _level_of(style: str) -> int:
    """Which level a list inside a paragraph of ``style`` is on."""
    if not style.startswith("List Continue"):
        return 0
    return int(style.removeprefix("List Continue").strip() or 1)
