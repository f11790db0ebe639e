"""Markdown that people write, as HTML that is safe to show."""

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("commonmark", {"html": False, "breaks": True})
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


def _words_and_address(link: re.Match[str]) -> str:
    address, words = link.groups()
    return words if words in (address, address.removeprefix("mailto:")) else f"{words} ({address})"
