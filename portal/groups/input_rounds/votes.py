"""Votes for what matters most: a fixed number each, secret, changed until the vote is closed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups.input_rounds import gathering, stages, who
from portal.groups.input_rounds.points import NoSay
from portal.groups.input_rounds.stages import NotNow
from portal.mail import outbox
from portal.mail.outbox import About
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputRound, InputTheme, InputVote

MOST = 20


class TooManyVotes(Exception):
    """There are more than each may give."""


class NothingToVoteOn(Exception):
    """There is less than two to choose between."""


@dataclass(frozen=True)
class Choice:
    """What may be voted for: a theme with the points under it, or a point that stands alone."""

    name: str
    theme: InputTheme | None
    points: tuple[Contribution, ...]

    @property
    def contribution(self) -> Contribution | None:
        """The point, when it is one that stands alone."""
        return None if self.theme else self.points[0]

    @property
    def text(self) -> str:
        """What it is called: the theme's name, or what the point says."""
        return self.theme.name if self.theme else self.points[0].text

    @property
    def texts(self) -> list[str]:
        """What the points under a theme say; nothing for a point that stands alone."""
        return [each.text for each in self.points] if self.theme else []


def choices(found: InputRound) -> list[Choice]:
    """What is voted on: the themes that have points, then the points that stand alone."""
    live = [each for each in found.contributions if each.withdrawn_at is None]
    under = {
        theme: tuple(each for each in live if each.theme_id == theme.id)
        for theme in gathering.themes_of(found)
    }
    themes = [Choice(theme.public_id, theme, own) for theme, own in under.items() if own]
    alone = [Choice(each.public_id, None, (each,)) for each in live if each.theme_id is None]
    return [*themes, *alone]


def open_vote(
    found: InputRound, number: int, until: datetime | None, *, by: Person, now: datetime
) -> int:
    """Let each member give ``number`` votes; gathering stops, and they are told by mail.

    Returns:
        To how many the mail goes.

    Raises:
        NotNow: the round was not asked, or was voted on. NothingToVoteOn: see there.
        ValueError: the number is none that somebody can give.
    """
    lock_row(found)
    if not stages.may_be_voted_on(found):
        raise NotNow
    if not 1 <= number <= MOST:
        raise ValueError(f"{number} votes")
    if len(choices(found)) < 2:
        raise NothingToVoteOn
    found.votes, found.vote_by, found.voting_opened_at = number, until, now
    # What is voted on must not change any more.
    found.closed_at = found.closed_at or now
    people = who.reached_count(found.group)
    outbox.enqueue_mailing(
        "input.vote_opened",
        key=f"input-{found.public_id}-vote-{now:%Y%m%d%H%M%S}",
        now=now,
        by=by,
        about=About(subject=found.question[:200], group_id=found.group_id),
        round_id=found.id,
    )
    audit.record("input_vote.opened", found, actor=by, now=now, votes=number, people=people)
    return people


def vote(found: InputRound, names: Collection[str], *, by: Person, now: datetime) -> int:
    """Let ``names`` (of choices) be all that ``by`` votes for, in place of earlier votes.

    The round is locked first: of two requests the second sees what the first gave, so that nobody
    has more than their number however many they send. What is recorded names nobody.

    Returns:
        How many votes they have given now.

    Raises:
        NoSay, TooManyVotes: see there. NotNow: no votes are taken, or something is no choice.
    """
    lock_row(found)
    if not who.contributes(by, found.group):
        raise NoSay
    if not stages.takes_votes(found):
        raise NotNow
    known = {each.name: each for each in choices(found)}
    chosen = set(names)
    if not chosen <= set(known):
        raise NotNow
    if len(chosen) > found.votes:
        raise TooManyVotes
    given = sa.and_(InputVote.round_id == found.id, InputVote.person_id == by.id)
    db.session.execute(sa.delete(InputVote).where(given))
    for name in sorted(chosen):
        db.session.add(_vote(found, known[name], by, now))
    audit.record("input_vote.given", found, actor=None, now=now)
    db.session.flush()
    return len(chosen)


def close_vote(found: InputRound, *, by: Person, now: datetime) -> bool:
    """Count the votes and let everybody see the result; points may be gathered again.

    What was voted on is kept with its numbers as it was then, and the votes themselves are deleted:
    who voted for what is known to nobody any more. A vote in which nobody voted is as if it was
    never opened.

    Returns:
        Whether there is a result.

    Raises:
        NotNow: there is no vote to close.
    """
    lock_row(found)
    if not stages.is_voting(found):
        raise NotNow
    counted, voters = _counted(found), voters_count(found)
    if voters:
        found.voting_closed_at = now
        kept = [
            {"text": each.text, "points": each.texts, "votes": counted[each.name]}
            for each in choices(found)
        ]
        result = {"choices": kept, "voters": voters}
        gathering.mark(found, gathering.VOTED, result, by=by, now=now)
        db.session.execute(sa.delete(InputVote).where(InputVote.round_id == found.id))
    else:
        found.voting_opened_at = found.vote_by = None
    audit.record("input_vote.closed", found, actor=by, now=now, people=voters)
    return voters > 0


def given_by(found: InputRound, person: Person) -> set[str]:
    """What ``person`` votes for, as names of choices: shown to that person only."""
    name = sa.func.coalesce(InputTheme.public_id, Contribution.public_id)
    return set(
        db.session.scalars(
            sa.select(name)
            .select_from(InputVote)
            .outerjoin(InputTheme, InputVote.theme_id == InputTheme.id)
            .outerjoin(Contribution, InputVote.contribution_id == Contribution.id)
            .where(InputVote.round_id == found.id, InputVote.person_id == person.id)
        )
    )


def voters_count(found: InputRound) -> int:
    """How many have voted: all that anybody may know before the vote is closed."""
    counted = sa.select(sa.func.count(sa.distinct(InputVote.person_id)))
    return db.session.scalar(counted.where(InputVote.round_id == found.id)) or 0


def _counted(found: InputRound) -> Counter[str]:
    """Votes by the name of what they are for: nothing but the closing of a vote may ask."""
    name = sa.func.coalesce(InputTheme.public_id, Contribution.public_id)
    rows = db.session.execute(
        sa.select(name, sa.func.count(InputVote.id))
        .select_from(InputVote)
        .outerjoin(InputTheme, InputVote.theme_id == InputTheme.id)
        .outerjoin(Contribution, InputVote.contribution_id == Contribution.id)
        .where(InputVote.round_id == found.id)
        .group_by(name)
    )
    return Counter({row[0]: row[1] for row in rows})


def _vote(found: InputRound, choice: Choice, by: Person, now: datetime) -> InputVote:
    point = choice.contribution
    return InputVote(
        round_id=found.id,
        person_id=by.id,
        theme_id=choice.theme.id if choice.theme else None,
        contribution_id=point.id if point else None,
        given_at=now,
    )
