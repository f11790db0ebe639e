"""What must hold for every page, checked whenever a test fetches one."""

import re
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input"}
_VOID |= {"link", "meta", "source", "wbr"}
_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


class _Reader(HTMLParser):
    """Collects what the checks below need, in one pass."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": []}
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.controls: list[dict[str, str]] = []
        self.language = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._look_at(tag, values)
        if tag not in _VOID:
            self._open.append(tag)
        if tag in self.texts:
            self.texts[tag].append("")

    def _look_at(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids.append(values["id"])
        if "style" in values or any(name.startswith("on") for name in values):
            self.problems.append(f"inline style or script on <{tag}>")
        if tag == "style" or (tag == "script" and "src" not in values):
            self.problems.append(f"inline <{tag}>")
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "label":
            self.labels.add(values.get("for", ""))
        posts = tag == "form" and values.get("method", "get").lower() == "post"
        if posts and not values.get("action"):
            self.problems.append("a POST form without an action")
        if tag in ("input", "select", "textarea"):
            self.controls.append({**values, "inside label": str("label" in self._open)})

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in ("title", "h1"):
            if tag in self._open and self.texts[tag] and "svg" not in self._open:
                self.texts[tag][-1] += data


def problems_of(html: str) -> list[str]:
    """What is wrong with a whole page, in words; nothing for a fragment or a good page."""
    if "<html" not in html:
        return []
    reader = _Reader()
    reader.feed(html)
    titles = [_plain(text) for text in reader.texts["title"][:1]]
    headings = [_plain(text) for text in reader.texts["h1"]]
    found = list(reader.problems)
    if len(headings) != 1:
        found.append(f"{len(headings)} h1 headings")
    elif not any(_names(title, headings[0]) for title in titles):
        found.append(f"title {titles} does not begin with the h1 {headings[0]!r}")
    if reader.language not in ("nb", "nn", "en"):
        found.append(f"language {reader.language!r}")
    found += [f"id {name!r} twice" for name in set(reader.ids) if reader.ids.count(name) > 1]
    found += [f"no label for {c}" for c in reader.controls if not _is_labelled(c, reader.labels)]
    return found


def _names(title: str, heading: str) -> bool:
    """Whether a title begins with the heading, with or without "Feil: " in front."""
    return title.startswith(heading) or re.sub(r"^[^:]{3,10}: ", "", title).startswith(heading)


def _is_labelled(control: dict[str, str], labels: set[str]) -> bool:
    if control.get("type") in _UNLABELLED or control["inside label"] == "True":
        return True
    named = control.get("aria-label") or control.get("aria-labelledby")
    return bool(named) or control.get("id", "") in labels


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def check_page(html: str) -> None:
    """Fail with every problem of the page at once."""
    assert problems_of(html) == []
