"""The meetings of the demo that recur: called long ago, one moved and one called off just now."""

from datetime import datetime, time, timedelta

from portal.calendar import recurring
from portal.calendar.recurring import Rhythm
from portal.demo import days, post
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.places import actions as place_actions
from portal.groups.series import actions as series_actions
from portal.groups.series.actions import Times
from portal.invitations import actions as invitations
from portal.invitations import event_changes
from portal.models.groups import PlaceRole, PlaceState
from portal.models.invitations import Answer, AnswerSource
from portal.models.series import Series

_BEGAN = timedelta(days=44)
_MEETINGS = 12
_TEXTS = {
    "title": "Statusmøte for internasjonale fagfolk",
    "language": "nb",
    "place": "På nett",
    "address": "",
    "municipality_code": None,
    "join_url": "https://mote.example.org/fagfolk",
    "intro": "Vi går gjennom hva hver kommune har gjort siden sist, og hva vi trenger hjelp til.",
}


def fill(groups: Groups, cast: Cast, now: datetime) -> Series:
    """Plan and call the series; some of it is held, and its mail is sent."""
    first = days.workday((now - _BEGAN).date())
    each = recurring.days(Rhythm.SECOND_WEEK, first, count=_MEETINGS)
    # On holidays nobody meets, and calendars are told so.
    off = {day for day in each if days.workday(day) != day}
    times = Times(Rhythm.SECOND_WEEK, each, time(9), time(9, 45), off)
    called = days.at(first, 8) - timedelta(days=7)
    series = series_actions.plan_series(groups.talent, _TEXTS, times, by=cast.amir, now=called)
    series_actions.call_series(series, by=cast.amir, now=called)
    post.deliver(called)
    _answer(series, called + timedelta(days=1))
    return series


def _answer(series: Series, now: datetime) -> None:
    """Half of them say yes to all; one who does cannot come the second time."""
    rows = [row for event in series.occurrences for row in event.invitations]
    willing = sorted({row.person_id for row in rows})[::2]
    second = series.coming(now)[1]
    for row in rows:
        if row.person_id in willing:
            declines = row.person_id == willing[0] and row.event is second
            given = Answer.DECLINED if declines else Answer.ACCEPTED
            invitations.answer(row, given, source=AnswerSource.PAGE, now=now)


def last_hours(series: Series, cast: Cast, now: datetime) -> None:
    """One meeting is moved, the one after it called off, and somebody joins; the mail waits."""
    _next, moved, off, *_rest = series.coming(now)
    day = days.workday(moved.first_day + timedelta(days=1))
    values = {"starts_at": days.at(day, 12), "ends_at": days.at(day, 12, 45)}
    at = now - timedelta(minutes=25)
    event_changes.change(moved, values, by=cast.amir, now=at)
    event_changes.tell(moved, by=cast.amir, now=at)
    reason = "Mange er på samling denne dagen. Vi ses neste gang."
    event_changes.cancel(off, reason, by=cast.amir, now=now - timedelta(minutes=15))
    place_actions.add_place(
        series.group,
        {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER},
        person=cast.volunteers[36],
        by=cast.amir,
        now=now - timedelta(minutes=10),
    )
