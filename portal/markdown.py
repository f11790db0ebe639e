"""Markdown that people write, as HTML that is safe to show."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("commonmark", {"html": False, "breaks": True})
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "h3", "h4"}


def to_html(text: str) -> Markup:
    """``text`` as HTML with paragraphs, lists, links and emphasis, and nothing else."""
    html = _READER.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return Markup(nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}},
                            url_schemes={"http", "https", "mailto"},
                            link_rel="noopener noreferrer"))


def to_text(text: str) -> str:
    """``text`` without its marks, for calendars and plain mails."""
    return nh3.clean(_READER.render(text), tags=set()).strip()
