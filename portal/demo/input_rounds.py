"""The demo's rounds of input: one closed with its result, one open, one voted on, and a draft."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from portal import dates
from portal.db import db
from portal.demo import input_texts, post
from portal.demo.groups import Groups
from portal.demo.input_texts import Said
from portal.demo.meetings import Meetings
from portal.demo.people import Cast
from portal.groups.input_rounds import actions, gathering, points, stages, votes
from portal.groups.input_rounds.actions import Tie
from portal.groups.input_rounds.gathering import Step
from portal.groups.input_rounds.points import Point
from portal.models.accounts import Person
from portal.models.groups import Group, PlaceRole
from portal.models.input_rounds import InputRound
from portal.models.meetings import AgendaKind

_VOTES = 3
_NO_TIE = Tie()


def fill(groups: Groups, called: Meetings, cast: Cast, now: datetime) -> None:
    """Ask, answer, gather and vote; the mail of all of it is sent."""
    _strategy(groups.expert, cast.siri, now - timedelta(days=60))
    _shore_power(groups.fjord, called, cast, now)
    _welcome(groups.talent, cast.amir, now)
    draft = {"question": input_texts.NEXT_YEAR, "shows_names": True, "language": "nb", "votes": 3}
    actions.plan(groups.expert, draft, Tie(), by=cast.siri, now=now - timedelta(days=1))


def _strategy(group: Group, by: Person, begun: datetime) -> None:
    """No names are shown; voted on and closed."""
    found = _ask(
        group, input_texts.STRATEGY, by, begun,
        intro=input_texts.STRATEGY_INTRO, shows_names=False, votes=_VOTES,
        answer_by=_after(begun, 14),
    )  # fmt: skip
    _answer(found, input_texts.STRATEGY_SAID, begun)
    gathered = begun + timedelta(days=16)
    _gather(found, input_texts.STRATEGY_SAID, input_texts.STRATEGY_THEMES, by, gathered)
    _open_vote(found, by, gathered)
    _vote(found, gathered + timedelta(days=2))
    votes.close_vote(found, by=by, now=gathered + timedelta(days=9))
    db.session.flush()


def _shore_power(group: Group, called: Meetings, cast: Cast, now: datetime) -> None:
    """Open, and an item of the coming meeting."""
    meeting, begun = called.elsewhere, now - timedelta(days=4)
    item = next(each for each in meeting.agenda if each.kind == AgendaKind.INPUT)
    found = _ask(
        group, input_texts.SHORE_POWER, cast.ingrid, begun,
        intro=input_texts.SHORE_POWER_INTRO, shows_names=True,
        answer_by=_after(now, 8), tie=Tie(meeting, item),
    )  # fmt: skip
    _answer(found, input_texts.SHORE_POWER_SAID, begun)
    noted = [Point(input_texts.SHORE_POWER_NOTED)]
    points.note(found, noted, "Havnesjefen", by=cast.ingrid, now=now - timedelta(days=1))


def _welcome(group: Group, by: Person, now: datetime) -> None:
    """Gathered, and voted on just now."""
    begun = now - timedelta(days=20)
    found = _ask(
        group, input_texts.WELCOME, by, begun,
        shows_names=True, votes=2, answer_by=_after(begun, 10),
    )  # fmt: skip
    _answer(found, input_texts.WELCOME_SAID, begun)
    gathered = now - timedelta(days=3)
    _gather(found, input_texts.WELCOME_SAID, ("En vei inn", "Språk"), by, gathered)
    votes.open_vote(found, 2, _after(now, 6), by=by, now=gathered)
    post.deliver(gathered)
    first = _members(group)[0]
    votes.vote(found, [votes.choices(found)[0].name], by=first, now=now - timedelta(days=2))


def _ask(
    group: Group,
    question: str,
    by: Person,
    now: datetime,
    tie: Tie = _NO_TIE,
    **values: Any,
) -> InputRound:
    found = actions.plan(
        group, {"question": question, "language": "nb", **values}, tie, by=by, now=now
    )
    actions.open_round(found, by=by, now=now)
    post.deliver(now)
    return found


def _after(now: datetime, days: int) -> datetime | None:
    day: date = dates.today(now) + timedelta(days=days)
    return stages.end_of(day)


def _members(group: Group) -> list[Person]:
    """Those who have a say, the lead last."""
    seated = [
        place
        for place in group.places
        if place.person and place.is_current and place.role != PlaceRole.OBSERVER
    ]
    return [
        place.person
        for place in sorted(seated, key=lambda place: place.role == PlaceRole.LEAD)
        if place.person
    ]


def _answer(found: InputRound, said: Sequence[Said], begun: datetime) -> None:
    members = _members(found.group)
    for number, each in enumerate(said):
        points.contribute(
            found,
            [Point(each.text, each.details)],
            by=members[number % len(members)],
            now=begun + timedelta(hours=5 * (number + 1)),
        )


def _gather(
    found: InputRound, said: Sequence[Said], themes: Sequence[str], by: Person, now: datetime
) -> None:
    for number, theme in enumerate(themes):
        texts = {each.text for each in said if each.theme == theme}
        under = [each for each in found.contributions if each.text in texts]
        step = Step(found.revision, by, now + timedelta(minutes=number))
        gathering.split_out(found, under, theme, step)


def _open_vote(found: InputRound, by: Person, now: datetime) -> None:
    votes.open_vote(found, _VOTES, _after(now, 8), by=by, now=now)
    post.deliver(now)


def _vote(found: InputRound, now: datetime) -> None:
    """Each choice gets its votes from the members in turn, as long as they have any left."""
    members = _members(found.group)
    given: dict[int, list[str]] = {person.id: [] for person in members}
    known = {each.text: each.name for each in votes.choices(found)}
    for text, number in input_texts.STRATEGY_VOTES.items():
        for person in sorted(members, key=lambda person: len(given[person.id]))[:number]:
            given[person.id].append(known[text])
    for person in members:
        votes.vote(found, given[person.id][:_VOTES], by=person, now=now)
