"""The polls of dates of the demo: a draft, one that is open, and some that are over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from portal.demo import days, post
from portal.demo.groups import Groups
from portal.demo.meetings import Meetings
from portal.demo.people import Cast
from portal.groups.polls import actions, answering, changing
from portal.groups.polls.actions import Span
from portal.groups.polls.forms import end_of
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll, Suits

_YES, _MAYBE, _NO = Suits.YES, Suits.IF_NEEDED, Suits.NO
_INTRO = """\
Vi går gjennom utkastet til notat og blir enige om hva vi foreslår for faggruppen. Sett av to timer.

Kan du bare være med på nett, så skriv det."""
# In the order of their places, the chair first; None has not answered.
_OPEN: tuple[tuple[tuple[Suits, ...], str] | None, ...] = (
    ((_YES, _YES, _YES, _NO, _YES), ""),
    ((_YES, _NO, _YES, _YES, _MAYBE), "Jeg må gå kl. 14.30 den første dagen."),
    None,
    ((_NO, _MAYBE, _YES, _YES, _NO), ""),
    ((_YES, _NO, _MAYBE, _YES, _MAYBE), "Helst på nett."),
    ((_MAYBE, _NO, _YES, _NO, _NO), ""),
)
_CHOSEN: tuple[tuple[tuple[Suits, ...], str] | None, ...] = (
    ((_MAYBE, _YES, _YES), ""),
    ((_NO, _YES, _MAYBE), ""),
    ((_YES, _YES, _NO), "Jeg kan ta imot dere i havna."),
    None,
    ((_YES, _MAYBE, _YES), ""),
)


def fill(groups: Groups, meetings: Meetings, cast: Cast, now: datetime) -> None:
    """Ask the group for the fjord twice: about a meeting that is called, and about its last one.

    The group for talent has chosen a time for its draft of a meeting, and closed another question.
    The expert group's is not sent yet.
    """
    _became_a_meeting(groups.fjord, meetings.elsewhere, cast.ingrid, now)
    _open(groups.fjord, cast, now)
    draft = next(each for each in groups.talent.meetings if each.called_at is None)
    _became_a_meeting(groups.talent, draft, cast.amir, now)
    _closed(groups.talent, cast, now)
    _draft(groups.expert, cast, now)


def _open(group: Group, cast: Cast, now: datetime) -> None:
    first = days.workday((now + timedelta(days=29)).date())
    second = days.workday(first + timedelta(days=1))
    third = days.workday(second + timedelta(days=2))
    spans = [
        _span(first, 9), _span(first, 13), _span(second, 9), _span(third, 9), _span(third, 13),
    ]  # fmt: skip
    poll = _sent(
        group,
        {"title": "Siste møte i arbeidsgruppen", "place": "Moss rådhus", "intro": _INTRO},
        spans,
        answer_by=(now + timedelta(days=6)).date(),
        by=cast.ingrid,
        now=now - timedelta(days=2),
    )
    _answer(poll, _OPEN, now - timedelta(hours=40))


def _closed(group: Group, cast: Cast, now: datetime) -> None:
    day = days.workday((now + timedelta(days=12)).date())
    poll = _sent(
        group,
        {"title": "Besøk på introduksjonssenteret", "place": "Lillestrøm", "intro": ""},
        [_span(day, 9), _span(day, 12)],
        answer_by=(now - timedelta(days=3)).date(),
        by=cast.amir,
        now=now - timedelta(days=11),
    )
    changing.close(poll, tell=False, by=cast.amir, now=now - timedelta(days=2))


def _draft(group: Group, cast: Cast, now: datetime) -> None:
    day = days.workday((now + timedelta(days=40)).date())
    values = {
        "title": "Møte om neste års handlingsprogram",
        "place": "Oslo rådhus",
        "intro": "",
        "language": "nb",
        "answer_by": end_of((now + timedelta(days=14)).date()),
    }
    spans = [_span(day, 9), _span(days.workday(day + timedelta(days=1)), 12)]
    actions.make_poll(group, values, spans, by=cast.siri, now=now - timedelta(hours=3))


def _became_a_meeting(group: Group, meeting: Meeting, by: Person, now: datetime) -> None:
    event = meeting.event
    chosen = (event.starts_at, event.ends_at)
    before = days.workday(event.first_day - timedelta(days=5))
    after = days.workday(event.first_day + timedelta(days=1))
    poll = _sent(
        group,
        {"title": event.title, "place": event.place, "intro": ""},
        [_span(before, 10), chosen, _span(after, 12)],
        answer_by=(now - timedelta(days=9)).date(),
        by=by,
        now=now - timedelta(days=16),
    )
    _answer(poll, _CHOSEN, now - timedelta(days=15))
    poll.meeting, poll.closed_at = meeting, now - timedelta(days=8)
    for option in poll.options:
        if option.starts_at == event.starts_at:
            option.chosen_at = poll.closed_at


def _sent(
    group: Group,
    texts: Mapping[str, str],
    spans: Sequence[Span],
    *,
    answer_by: date,
    by: Person,
    now: datetime,
) -> DatePoll:
    values = {**texts, "language": "nb", "answer_by": end_of(answer_by)}
    poll = actions.make_poll(group, values, sorted(set(spans)), by=by, now=now)
    actions.send(poll, by=by, now=now)
    post.deliver(now)
    return poll


def _answer(
    poll: DatePoll,
    sketch: Sequence[tuple[tuple[Suits, ...], str] | None],
    since: datetime,
) -> None:
    """Let people answer one after the other, some hours apart."""
    seated = [place.person for place in poll.group.places if place.person and place.is_current]
    for number, (person, said) in enumerate(zip(seated, sketch, strict=False)):
        if said is not None:
            suits, comment = said
            options = sorted(poll.options, key=lambda each: each.starts_at)
            given = dict(zip([each.id for each in options], suits, strict=False))
            answering.answer(
                poll, person, given, comment=comment, now=since + timedelta(hours=5 * number)
            )


def _span(day: date, hour: int) -> Span:
    """Two hours from a whole hour in Oslo."""
    return days.at(day, hour), days.at(day, hour + 2)
