"""Markdown that people write, as HTML that is safe to show."""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

# No pictures: they would be fetched from elsewhere. Their words and address read as a link.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
# What is a mark wherever it stands in a line; of "&" only what begins a name of a letter.
_MARKS = re.compile(r"[\\*_\[\]<>`]|&(?=#?\w+;)")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "h3", "h4"}


# Pages are read far more often than their texts change.
@lru_cache(maxsize=256)
def to_html(text: str) -> Markup:
    """``text`` as HTML with paragraphs, lists, links and emphasis, and nothing else."""
    written = _READER.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    written = written.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return Markup(
        nh3.clean(
            written,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )


def to_text(text: str) -> str:
    """``text`` without its marks, for calendars and plain mails; links stand behind their words."""
    written = _LINK.sub(_words_and_address, _READER.render(text))
    return html.unescape(nh3.clean(written, tags=set())).strip()


def to_letter(text: str) -> str:
    """``text`` as a plain mail: an empty line between paragraphs, dashes and numbers in lists."""
    return "\n\n".join(_blocks(tree(text).children)).strip()


def escaped(text: str) -> str:
    """``text`` as a piece of a line of Markdown, so that it reads there as it stands here."""
    return _MARKS.sub(r"\\\g<0>", text)


def tree(text: str) -> SyntaxTreeNode:
    """``text`` as read: blocks, and the words in them. HTML in it is text like all other."""
    return SyntaxTreeNode(_READER.parse(text))


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[str]:
    for node in nodes:
        if node.type in ("bullet_list", "ordered_list"):
            yield "\n".join(_items(node))
        elif node.type == "blockquote":
            yield _indented("\n\n".join(_blocks(node.children)), "> ", "> ")
        elif node.type == "hr":
            yield "-----"
        elif node.type in ("fence", "code_block"):
            yield node.content.rstrip()
        else:
            yield "".join(_words(node.children))


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    start = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, start):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        yield _indented("\n".join(_blocks(item.children)), mark, " " * len(mark))


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _words(nodes: Iterable[SyntaxTreeNode]) -> Iterator[str]:
    for node in nodes:
        if node.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif node.type == "link":
            yield _named("".join(_words(node.children)), str(node.attrs["href"]))
        elif node.children:
            yield from _words(node.children)
        else:
            yield node.content


def _named(words: str, address: str) -> str:
    return words if words in (address, address.removeprefix("mailto:")) else f"{words} ({address})"


def _words_and_address(link: re.Match[str]) -> str:
    address, words = link.groups()
    return _named(words, address)
