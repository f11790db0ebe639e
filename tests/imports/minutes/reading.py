"""A page read as a tree, and what the pages of a meeting and a group say, as plain values."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


@dataclass
class Node:
    """An element: its tag, attributes, and what is in it, texts and elements in their order."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)

    def text(self, without: tuple[str, ...] = ()) -> str:
        """The words in it on one line, but for those in elements called ``without``."""
        parts = (
            each if isinstance(each, str) else "" if each.tag in without else each.text(without)
            for each in self.inside
        )  # fmt: skip
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, css: str = "") -> list["Node"]:
        """The elements in it of that tag and class, in the order of the page."""
        found = []
        for each in self.inside:
            if isinstance(each, Node):
                if each.tag == tag and (not css or css in each.attrs.get("class", "").split()):
                    found.append(each)
                found += each.all(tag, css)
        return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("page")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def tree(html: str) -> Node:
    """The page."""
    builder = _Builder()
    builder.feed(html)
    return builder.root


def rows_of(page: Node, caption: str) -> list[list[str]]:
    """The cells of the table called so, row by row."""
    for table in page.all("table"):
        if [each.text() for each in table.all("caption")] == [caption]:
            (body,) = table.all("tbody")
            return [
                [cell.text() for cell in row.inside if isinstance(cell, Node)]
                for row in body.all("tr")
            ]
    return []


def said(prose: Node) -> list[Any]:
    """Headings, paragraphs and points in their order; a point with points under it is a pair."""
    found: list[Any] = []
    for each in prose.inside:
        if not isinstance(each, Node):
            continue
        if each.tag in ("ul", "ol"):
            found += [_point(item) for item in each.inside if isinstance(item, Node)]
        else:
            found.append(each.text())
    return found


def _point(item: Node) -> Any:
    under = [each for each in item.inside if isinstance(each, Node) and each.tag == "ul"]
    words = item.text(without=("ul",))
    return (words, [point for each in under for point in said(Node("div", {}, [each]))]) \
        if under else words  # fmt: skip
