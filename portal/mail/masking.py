"""A letter without its keys: for whoever looks at the log, and must not answer for its reader.

Links keep their first step ("/asks/…"), reply addresses their name ("kalender+…@"). The HTML form
keeps its look and loses whatever could be pressed, fetched or run.
"""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

from portal.mail.reading import CalendarNote, Letter

# Any scheme: a calendar's webcal address holds a key as well.
_LINK = re.compile(r"([a-z][a-z0-9+.-]*://[^/?#\s<>\"]+)(/[^/?#\s<>\"]+)?[^\s<>\"]*", re.IGNORECASE)
_PLUS_PART = re.compile(r"\+[^\s@<>\"]+@")
# What such elements hold is not matter for a reader, but instructions to a browser.
_SILENT = {"script", "iframe", "object", "template", "noscript"}
_DROPPED = _SILENT | {"base", "link", "embed", "form", "input", "button"}
_KEPT = {
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "colspan", "dir",
    "height", "id", "lang", "role", "rowspan", "style", "valign", "width",
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9]*")
_META_KEPT = {"charset", "name", "content"}


def masked(letter: Letter) -> Letter:
    """``letter`` without the keys in it, in all its forms."""
    return replace(
        letter,
        sender=mask(letter.sender),
        reply_to=mask(letter.reply_to),
        text=mask(letter.text),
        html=mask_html(letter.html),
        calendar=_masked_calendar(letter.calendar) if letter.calendar else None,
    )


def mask(text: str) -> str:
    """``text`` with its links and plus addresses cut short."""
    return _PLUS_PART.sub("+…@", _LINK.sub(_shortened, text))


def mask_html(html: str) -> str:
    """``html`` as it looks, with its texts masked and nothing in it to follow."""
    masker = _Masker()
    masker.feed(html)
    masker.close()
    return "".join(masker.out)


class _Masker(HTMLParser):
    """Writes out again what may stay: the parser has read every entity, so nothing hides in one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._silent = 0

    def handle_decl(self, decl: str) -> None:
        self.out.append("<!doctype html>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if self._shows(tag):
            kept = "".join(f' {name}="{escape(mask(value))}"' for name, value in _kept(tag, attrs))
            self.out.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if self._shows(tag):
            self.out.append(f"</{tag}>")
        self._silent = max(self._silent - (tag in _SILENT), 0)

    def _shows(self, tag: str) -> bool:
        return not self._silent and tag not in _DROPPED and bool(_NAME.fullmatch(tag))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A style sheet is no text: its ">" must stay.
            is_style = self.cdata_elem == "style"
            self.out.append(mask(data) if is_style else escape(mask(data), quote=False))


def _kept(tag: str, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    given = [(name, value or "") for name, value in attrs]
    if tag == "meta":
        return [(name, value) for name, value in given if name in _META_KEPT]
    return [
        (name, value)
        for name, value in given
        if name in _KEPT or (name == "src" and value.startswith("data:image/"))
    ]


def _shortened(found: re.Match[str]) -> str:
    host, step = found.group(1), found.group(2) or ""
    return found.group(0) if found.group(0) in (host, f"{host}/") else f"{host}{step}/…"


def _masked_calendar(note: CalendarNote) -> CalendarNote:
    return replace(note, summary=mask(note.summary), location=mask(note.location), ics=b"")
