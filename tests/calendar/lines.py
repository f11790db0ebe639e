"""Content lines and components, read off the bytes without any library of calendars."""

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)'
    r'(?:,(?:"[^"]*"|[^";:,]*))*)*):(?P<value>.*)'
)
PARAM = re.compile(r';([A-Z0-9-]+)=("[^"]*"|[^";:,]*)')
UTC = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Line:
    """One content line, unfolded and taken apart."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def form(self) -> str:
        """How a time is written: date, utc, zoned, or floating."""
        if self.params.get("VALUE") == "DATE":
            return "date"
        if "TZID" in self.params:
            return f"zoned {self.params['TZID']}"
        return "utc" if UTC.fullmatch(self.value) else "floating"


@dataclass
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        return next((line.value for line in self.all(name)), "")


def parsed(ics: bytes) -> Component:
    """The calendar in ``ics``; ValueError when its lines or its nesting are broken."""
    root = Component("")
    open_components = [root]
    for text in ics.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        line = _line(text)
        if line.name == "BEGIN":
            child = Component(line.value)
            open_components[-1].inside.append(child)
            open_components.append(child)
        elif line.name == "END":
            if open_components.pop().name != line.value:
                raise ValueError(f"END:{line.value} closes something else")
        else:
            open_components[-1].lines.append(line)
    if len(open_components) != 1 or root.lines or [c.name for c in root.inside] != ["VCALENDAR"]:
        raise ValueError("not exactly one whole VCALENDAR")
    return root.inside[0]


def _line(text: str) -> Line:
    match = LINE.fullmatch(text)
    if not match:
        raise ValueError(f"no content line: {text!r}")
    params = {name: value.strip('"') for name, value in PARAM.findall(match["params"])}
    return Line(match["name"], params, match["value"])
