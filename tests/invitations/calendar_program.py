"""A calendar as Outlook, Google or Thunderbird keep one, made of what arrives by mail.

It obeys RFC 5546, sections 2.1.4 and 2.1.5: entries are known by UID and RECURRENCE-ID, and of two
messages about one the higher SEQUENCE counts, of two with the same the later DTSTAMP. Programs
differ in whether they remember what they were told to take out; both kinds are used.
"""

from dataclasses import dataclass, field

from tests.calendar.lines import Component, parsed
from tests.mail.rules import calendar_of

Key = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """What somebody sees of an entry."""

    title: str
    starts: str
    ends: str


@dataclass
class CalendarProgram:
    """One person's calendar. ``faults`` are messages that no sound organizer sends."""

    remembers: bool
    entries: dict[Key, Shown] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _versions: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def receive(self, raw: bytes) -> None:
        """Do what the calendar in a message says, if there is one and it is not out of date."""
        ics = calendar_of(raw)
        if not ics:
            return
        whole = parsed(ics)
        (event,) = [part for part in whole.inside if part.name == "VEVENT"]
        key = event.value("UID"), event.value("RECURRENCE-ID")
        version = int(event.value("SEQUENCE")), event.value("DTSTAMP")
        if key in self._versions and version < self._versions[key]:
            return
        if whole.value("METHOD") == "CANCEL":
            self._take_out(key, version)
        else:
            self._put_in(key, version, event)

    def _put_in(self, key: Key, version: tuple[int, str], event: Component) -> None:
        if event.value("STATUS") == "CANCELLED":
            self.faults.append("a REQUEST for what is off")
            return
        shown = Shown(event.value("SUMMARY"), event.value("DTSTART"), event.value("DTEND"))
        known = self._versions.get(key)
        if known and known[0] == version[0] and self.entries.get(key) != shown:
            # Google ignores it, so that the change would be lost.
            self.faults.append("a change under a SEQUENCE that is known")
            return
        self.entries[key], self._versions[key] = shown, version

    def _take_out(self, key: Key, version: tuple[int, str]) -> None:
        self.entries.pop(key, None)
        if self.remembers:
            self._versions[key] = version
        else:
            self._versions.pop(key, None)
