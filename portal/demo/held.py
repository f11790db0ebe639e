"""A meeting of the demo that was held yesterday: half of it written, and not all of them ticked."""

from datetime import datetime, timedelta

from portal.demo import days, meetings
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.writing import attendance, roll, typed, writing
from portal.models.meetings import AgendaItem, AgendaKind, Meeting
from portal.models.minutes import AttendanceState, AttendsAs

_AGENDA = (
    ("Godkjenning av innkalling og saksliste", AgendaKind.APPROVAL, "Amir Khan"),
    (
        "Hva møter en fagperson fra utlandet den første uken på jobb?",
        AgendaKind.INFORMATION,
        "Amir Khan",
    ),
    ("Språkkurs: hvem betaler, og når på dagen?", AgendaKind.DISCUSSION, ""),
    ("Veilederen: hva skal stå først?", AgendaKind.DECISION, "Kari Nordmann"),
)
_FIRST = "Ingen merknader."
_BEGUN = """\
Tre som har flyttet hit de siste to årene, fortalte hva de savnet:

- en fast kontaktperson i kommunen
- svar på norsk og engelsk om skatt, bolig og skole"""
_SECOND = f"""\
{_BEGUN}
- noen å spise lunsj med

Gruppen merket seg at de to siste ikke koster noe."""
_THIRD = """\
Bedriftene betaler gjerne, hvis kurset kan tas i arbeidstiden. Kommunene er delt: **kveldskurs**
når flere,"""


def fill(groups: Groups, cast: Cast, now: datetime) -> None:
    """Hold it, tick some, and write minutes as far as they came."""
    meeting = _plan(groups, cast, now)
    begun = meeting.event.starts_at
    by = cast.amir
    meetings.call(meeting, by, begun - timedelta(days=10))
    meetings.answer(meeting, begun - timedelta(days=8))
    _tick(meeting, cast, begun)
    first, second, third, _fourth = meeting.agenda
    _write(meeting, first, _FIRST, cast, begun + timedelta(minutes=5), decision="Innkalling og"
           " saksliste er godkjent.")  # fmt: skip
    _write(meeting, second, _BEGUN, cast, begun + timedelta(minutes=20))
    _write(meeting, second, _SECOND, cast, begun + timedelta(minutes=45), todo="Spørre"
           " nabokommunene om de har kontaktpersoner", owner=by.name)  # fmt: skip
    _write(meeting, third, _THIRD, cast, begun + timedelta(minutes=70), todo="Hente inn priser på"
           " kurs i arbeidstiden", owner="sekretariatet")  # fmt: skip


def _plan(groups: Groups, cast: Cast, now: datetime) -> Meeting:
    day = (now - timedelta(days=1)).date()
    values = {
        "title": "Arbeidsmøte om den første uken",
        "starts_at": days.at(day, 9),
        "ends_at": days.at(day, 11),
        "place": "Lillestrøm rådhus",
        "municipality_code": "3205",
        "join_url": "",
        "language": "nb",
    }
    items = [
        AgendaValue(None, number, title, kind, presenter, "")
        for number, (title, kind, presenter) in enumerate(_AGENDA, 1)
    ]
    return meeting_actions.plan_meeting(
        groups.talent, values, items, intro="", by=cast.amir, now=now - timedelta(days=14)
    )


def _tick(meeting: Meeting, cast: Cast, now: datetime) -> None:
    states = (AttendanceState.PRESENT, AttendanceState.PRESENT, AttendanceState.APOLOGIES)
    lines = roll.lines_of(meeting)
    for line, state in zip(lines, states, strict=False):
        attendance.tick(meeting, line.key, state, by=cast.amir, now=now)
    attendance.add(
        meeting, "Nora Lie", "Viken Språk AS", AttendsAs.GUEST, instead_of=None, by=cast.amir,
        now=now,
    )  # fmt: skip
    attendance.name_chair(
        meeting, lines[0].key, cast.amir.name, seen=("", ""), by=cast.amir, now=now
    )


def _write(
    meeting: Meeting, item: AgendaItem, text: str, cast: Cast, now: datetime, **more: str
) -> None:
    key = item.id
    form = {
        f"text-{key}": text,
        f"base-{key}": item.minutes,
        f"seen-{key}": str(item.minutes_revision),
        **{f"{name}-{key}": value for name, value in more.items()},
    }
    writing.save(meeting, typed.read(form, meeting.event.first_day), by=cast.amir, now=now)
