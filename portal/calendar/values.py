"""What a calendar holds, as plain values that refuse to be impossible."""

from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from icalendar import vRecur

from portal.calendar import clean

LARGEST_SEQUENCE = 2**31 - 1
# The rules of summer time that every calendar carries hold from 1996.
YEARS = range(1996, 2500)

Day = date
Moment = datetime


class ImpossibleEntry(ValueError):
    """These values make no calendar entry; the message says which rule they break."""


class Status(StrEnum):
    """How sure an entry is: a draft date, a settled one, or one that will not be."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Method(StrEnum):
    """What a mailed calendar asks of the one who gets it (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"


@dataclass(frozen=True)
class Entry:
    """An event, a meeting or one occurrence of it, as a calendar shows it.

    ``starts`` and ``ends`` are two aware moments, or two dates for whole days, where ``ends`` is
    the last day itself. ``description`` is plain text; the address of the event and the link to
    join are put above it. ``geo`` is latitude and longitude in degrees. ``rrule`` is the value of
    an RRULE with UNTIL in UTC; ``recurrence_id`` is when an occurrence would have begun.
    ``disallow_counter`` asks Outlook not to offer another time to those invited.

    Raises:
        ImpossibleEntry: the end is not after the start, a moment lacks its zone, and the like.
    """

    uid: str
    sequence: int
    starts: Moment | Day
    ends: Moment | Day
    summary: str
    _: KW_ONLY
    created_at: Moment
    changed_at: Moment
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    url: str = ""
    conference_url: str = ""
    conference_label: str = ""
    categories: tuple[str, ...] = ()
    status: Status = Status.CONFIRMED
    transparent: bool = False
    disallow_counter: bool = False
    rrule: str = ""
    exdates: tuple[Moment | Day, ...] = ()
    recurrence_id: Moment | Day | None = None

    def __post_init__(self) -> None:
        _check_name_and_number(self)
        _check_links_and_point(self)
        _check_times(self)
        _check_recurrence(self)

    @property
    def all_day(self) -> bool:
        """Whether the entry fills whole days and has no clock."""
        return not isinstance(self.starts, datetime)


@dataclass(frozen=True)
class Address:
    """Where to reach someone, and the name calendars show.

    Raises:
        ImpossibleEntry: the address holds what an address cannot hold.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if not clean.is_address(self.address):
            raise ImpossibleEntry("An attendee's or organizer's address is not a mail address.")


def utc(moment: Moment | Day) -> Moment:
    """``moment`` in UTC and in whole seconds, as calendars know it."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ImpossibleEntry("A moment needs its time zone.")
    return moment.astimezone(UTC).replace(microsecond=0)


def recurrence_key(time: Moment | Day) -> str:
    """An occurrence's RECURRENCE-ID as we store and compare it: UTC in ISO form, or the date."""
    return (utc(time) if isinstance(time, datetime) else time).isoformat()


def _check_name_and_number(entry: Entry) -> None:
    if not entry.uid or entry.uid != clean.line(entry.uid) or len(entry.uid) > 255:
        raise ImpossibleEntry("A uid is one short line of text.")
    if not 0 <= entry.sequence <= LARGEST_SEQUENCE:
        raise ImpossibleEntry("A sequence counts from 0 and stays below 2^31.")


def _check_links_and_point(entry: Entry) -> None:
    links = (entry.url, entry.conference_url)
    if not all(clean.is_web_address(link) for link in links if link):
        raise ImpossibleEntry("A link is a whole http or https address.")
    if entry.geo and not (abs(entry.geo[0]) <= 90 and abs(entry.geo[1]) <= 180):
        raise ImpossibleEntry("A point is latitude, then longitude, in degrees.")


def _check_times(entry: Entry) -> None:
    times = [entry.starts, entry.ends, *entry.exdates]
    if entry.recurrence_id is not None:
        times.append(entry.recurrence_id)
    if any(isinstance(time, datetime) is entry.all_day for time in times):
        raise ImpossibleEntry("All times of an entry are moments, or all are dates.")
    if any(time.year not in YEARS for time in times):
        raise ImpossibleEntry(f"An entry lies between {YEARS.start} and {YEARS.stop}.")
    if not _is_in_order(entry):
        raise ImpossibleEntry("An entry ends after it starts.")
    for stamp in (entry.created_at, entry.changed_at):
        utc(stamp)


def _is_in_order(entry: Entry) -> bool:
    if entry.all_day:
        return entry.starts <= entry.ends
    return utc(entry.starts) < utc(entry.ends)


def _check_recurrence(entry: Entry) -> None:
    if not entry.rrule:
        return
    try:
        rule = vRecur.from_ical(entry.rrule)
    except ValueError as error:
        raise ImpossibleEntry("The rule of a series cannot be read.") from error
    if "FREQ" not in rule or ("COUNT" in rule and "UNTIL" in rule):
        raise ImpossibleEntry("A series has a frequency, and a count or a last date, not both.")
    if not all(_fits(until, entry) for until in rule.get("UNTIL", [])):
        raise ImpossibleEntry("A series with a clock ends at a moment in UTC, others on a date.")


def _fits(until: Moment | Day, entry: Entry) -> bool:
    if isinstance(until, datetime):
        return not entry.all_day and until.utcoffset() == timedelta(0)
    return entry.all_day
