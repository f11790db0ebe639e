"""Minutes read back from their page and from their Word document, into values to compare.

All three ways to them give one shape:

    title, groups, place, chair, minutes_taker, state, reason, changes   text, empty when missing
    when        a list of lines
    attendance  rows of (name, represents, attended as, attendance)
    items       dicts of number, title, kind, presenter, day, papers (a list of titles), minutes (a
                list of headings, which begin with "# ", paragraphs, and list items, which begin
                with a "- " for each list they are in), decisions (rows of (text, whether it is a
                proposal)), follow_ups (rows of (what, responsible, deadline))
    follow_ups  rows likewise, of what came up under no item
    addenda     rows of (heading, list of paragraphs)

Words that are the portal's are in the language that page or document speaks.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.table import Table
from flask_babel import force_locale
from flask_babel import gettext as _
from lxml import html

from portal import dates, markdown
from portal.groups import wording
from portal.groups.meetings import papers
from portal.groups.minutes import phrases
from portal.groups.minutes.document import Minutes, Task

_LINES = {"p", "li", "h3", "h4", "pre"}


def expected(minutes: Minutes, language: str | None = None) -> dict[str, Any]:
    """What page and document should say of ``minutes`` in ``language``, else in their own."""
    with force_locale(language or minutes.language):
        approval = minutes.approval
        return {
            "title": minutes.title,
            "groups": ", ".join(minutes.groups),
            "when": phrases.times(minutes),
            "place": minutes.place,
            "chair": minutes.chair,
            "minutes_taker": minutes.minutes_taker,
            "state": phrases.state(minutes),
            "reason": approval.reason if approval else "",
            "changes": approval.changes if approval else "",
            "attendance": [
                (each.name, each.represents, phrases.capacity(each), phrases.attendance(each))
                for each in minutes.attendance
            ],
            "items": [_item(item, len(minutes.days)) for item in minutes.items],
            "follow_ups": _tasks(minutes.follow_ups),
            "addenda": [
                (phrases.addendum(each.number, dates.plain_day(each.on), each.by),
                 _lines(markdown.to_html(each.text)))
                for each in minutes.addenda
            ],
        }  # fmt: skip


def _item(item: Any, days: int) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "kind": str(wording.AGENDA_KINDS[item.kind]),
        "presenter": item.presenter,
        "day": item.day if days > 1 else 1,
        "papers": [paper.title for paper in papers.of(item.papers)],
        "minutes": _lines(markdown.to_html(item.minutes)),
        "decisions": [(each.text, each.is_proposal) for each in item.decisions],
        "follow_ups": _tasks(item.follow_ups),
    }


def _tasks(tasks: tuple[Task, ...]) -> list[tuple[str, str, str]]:
    return [(each.text, phrases.responsible(each), phrases.deadline(each)) for each in tasks]


def from_page(page: str) -> dict[str, Any]:
    """What the page of minutes says."""
    main = html.fromstring(page).get_element_by_id("main")
    title = _text(main.find(".//h1")).partition(": ")[2]
    facts = {
        name: _part(main, name)
        for name in ("groups", "place", "chair", "minutes_taker", "state", "reason", "changes")
    }
    return {
        **facts,
        "title": title,
        "when": [_text(each) for each in main.xpath('.//*[@data-part="when"]/span')],
        "attendance": _rows(main.xpath('.//table[contains(@class, "attendance")]')),
        "items": [_item_on_page(each) for each in main.xpath(".//article[@data-number]")],
        "follow_ups": _rows(main.xpath('.//section[@data-part="others"]//table')),
        "addenda": [
            (_text(each.find("h3")), _lines_of(each.xpath('.//*[@data-part="text"]')))
            for each in main.xpath(".//article[@data-addendum]")
        ],
    }


def _item_on_page(article: Any) -> dict[str, Any]:
    agreed = article.xpath('./p[@data-part="decision" or @data-part="proposal"]')
    return {
        "number": int(article.get("data-number")),
        "title": _part(article, "title"),
        "kind": _part(article, "kind"),
        "presenter": _part(article, "presenter"),
        "day": int(_part(article, "day") or 1),
        "papers": [_text(each) for each in article.xpath('.//*[@data-part="paper"]')],
        "minutes": _lines_of(article.xpath('./*[@data-part="minutes"]')),
        "decisions": [
            (_text(each.find("span")), each.get("data-part") == "proposal") for each in agreed
        ],
        "follow_ups": _rows(article.xpath('.//table[contains(@class, "follow-ups")]')),
    }


def _part(element: Any, name: str) -> str:
    found = element.xpath(f'.//*[@data-part="{name}"]')
    return _text(found[0]) if found else ""


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _rows(tables: list[Any]) -> list[tuple[str, ...]]:
    return [
        tuple(_text(cell) for cell in row) for table in tables for row in table.xpath("./tbody/tr")
    ]


def _lines(markup: str) -> list[str]:
    return _lines_of([html.fromstring(f"<div>{markup}</div>")])


def _lines_of(elements: list[Any]) -> list[str]:
    """Headings, paragraphs and list items in their order, each without those inside it."""
    found = []
    for element in elements:
        for each in element.iter():
            if each.tag in _LINES:
                text = " ".join("".join(_own_text(each)).split())
                found += [_mark_of(each) + text] if text else []
    return found


def _mark_of(element: Any) -> str:
    return "# " if element.tag in ("h3", "h4") else "- " * _lists_around(element)


def _lists_around(element: Any) -> int:
    return sum(1 for each in element.iterancestors("ul", "ol"))


def _own_text(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag not in {*_LINES, "ul", "ol", "blockquote"}:
            yield from _own_text(child)
        yield child.tail or ""


def from_docx(content: bytes) -> dict[str, Any]:
    """What the Word document of minutes says."""
    return _WordReader(docx.Document(BytesIO(content))).read()


def _mark_of_style(style: str) -> str:
    """What a line of that style begins with: see the top of this file."""
    if style.startswith("Heading"):
        return "# "
    if not style.startswith("List"):
        return ""
    return "- " * (int(style[-1]) if style[-1].isdigit() else 1)


class _WordReader:
    """Goes through a document block by block, knowing under which heading it is."""

    def __init__(self, document: Any) -> None:
        self._blocks = list(document.iter_inner_content())
        self._language = document.core_properties.language[:2]
        self._found: dict[str, Any] = {
            **dict.fromkeys(("title", "groups", "place", "chair", "minutes_taker"), ""),
            "state": "",
            "reason": "",
            "changes": "",
            "when": [],
            "attendance": [],
            "items": [],
            "follow_ups": [],
            "addenda": [],
        }
        self._part, self._item = "", None

    def read(self) -> dict[str, Any]:
        with force_locale(self._language):
            self._labels = {
                _("Group"): "groups", _("Groups"): "groups", _("When"): "when",
                _("Place"): "place", _("Chair of the meeting"): "chair",
                _("Minutes taken by"): "minutes_taker", _("State"): "state",
                _("Approved without a meeting"): "reason", _("Kind"): "kind",
                _("Presented by"): "presenter", _("Day"): "day",
            }  # fmt: skip
            self._parts = {
                _("Present and apologies"): "attendance", _("Items"): "items",
                _("Other follow-ups"): "follow_ups", _("Addenda"): "addenda",
            }  # fmt: skip
            for block in self._blocks:
                if isinstance(block, Table):
                    self._take_table(block)
                else:
                    self._take(block.style.name, block.text)
        return self._found

    def _take(self, style: str, text: str) -> None:
        if style == "Title":
            self._found["title"] = text.partition(": ")[2]
        elif style == "Heading 1":
            self._part, self._item = self._parts[text], None
        elif style == "Heading 2" and self._part == "items":
            self._begin_item(text)
        elif style == "Heading 2":
            self._found["addenda"].append((text, []))
        elif style == "Facts":
            self._take_fact(text)
        elif style == "Heading 3" and text == _("Follow-up"):
            return
        elif self._part == "addenda":
            self._found["addenda"][-1][1].append(_mark_of_style(style) + " ".join(text.split()))
        else:
            self._take_text(style, text)

    def _begin_item(self, text: str) -> None:
        number, title = re.fullmatch(r"\w+ (\d+): (.*)", text).groups()  # type: ignore[union-attr]
        self._item = {
            "number": int(number), "title": title, "kind": "", "presenter": "", "day": 1,
            "papers": [], "minutes": [], "decisions": [], "follow_ups": [],
        }  # fmt: skip
        self._found["items"].append(self._item)

    def _take_fact(self, text: str) -> None:
        label, _tab, value = text.partition(":\t")
        name = self._labels.get(label)
        if name == "when":
            self._found["when"] = value.split("\n")
        elif name == "day":
            self._item["day"] = int(value)
        elif name:
            (self._item if self._item is not None else self._found)[name] = value

    def _take_text(self, style: str, text: str) -> None:
        changes = _("Changes agreed:")
        if self._item is None:
            assert text.startswith(changes), text
            self._found["changes"] = text.removeprefix(changes).strip()
            return
        for lead, is_proposal in ((_("Decided:"), False), (_("Proposal:"), True)):
            if text.startswith(lead):
                self._item["decisions"].append((text.removeprefix(lead).strip(), is_proposal))
                return
        if text.startswith(f"{_('Papers')}: ") and not self._item["minutes"]:
            self._item["papers"].append(text.partition(": ")[2])
        else:
            self._item["minutes"].append(_mark_of_style(style) + " ".join(text.split()))

    def _take_table(self, table: Table) -> None:
        rows = [tuple(cell.text for cell in row.cells) for row in table.rows[1:]]
        if self._item is not None:
            self._item["follow_ups"] += rows
        else:
            self._found[self._part] += rows
