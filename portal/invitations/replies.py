"""Who is invited to an event and what they answered, for those who organise it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import contains_eager

from portal.db import db
from portal.invitations import naming
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Answer, GivenAnswer, Invitation
from portal.text import search_key

# What a page about the event shows of them; the rest stands on a page of its own.
FIRST = 20
PAGE_SIZE = 100
_LONGEST_TEXT = 100


@dataclass(frozen=True)
class Replies:
    """How many gave each answer, and some of those invited, in order of names."""

    counts: dict[Answer, int]
    rows: Sequence[Invitation]

    @property
    def total(self) -> int:
        """How many are invited."""
        return sum(self.counts.values())

    @property
    def unseen(self) -> int:
        """How many are invited and not among the rows."""
        return self.total - len(self.rows)


def replies_to(event: Event) -> Replies:
    """The counts of all who are invited to ``event``, and the first of them."""
    return Replies(counts_of(event), db.session.scalars(_invited(event).limit(FIRST)).all())


def counts_of(event: Event) -> dict[Answer, int]:
    """How many of those invited gave each answer, in the order of ``Answer``; none is left out."""
    rows = db.session.execute(
        sa.select(Invitation.answer, sa.func.count())
        .where(Invitation.event_id == event.id, Invitation.removed_at.is_(None))
        .group_by(Invitation.answer)
    )
    counted = {row[0]: row[1] for row in rows}
    return {answer: counted[answer] for answer in _ORDER if answer in counted}


def page_of(event: Event, answer: Answer | None, text: str, page: int) -> Pagination:
    """A page of those invited: with that answer, and with ``text`` in their name.

    Who has left the group whose meeting it is, is not found by name.
    """
    statement = _invited(event)
    if answer is not None:
        statement = statement.where(Invitation.answer == answer)
    if key := search_key(text[:_LONGEST_TEXT]):
        statement = statement.where(
            Person.search_key.contains(key, autoescape=True),
            Person.id.not_in(naming.former_of(event)),
        )
    found = _page(statement, max(page, 1))
    # An old address may name a page that is no more.
    return found if found.page <= max(found.pages, 1) else _page(statement, max(found.pages, 1))


def invitation_or_404(event: Event, public_id: str) -> Invitation:
    """The invitation of the person called so to ``event``, removed or not."""
    found: Invitation = db.first_or_404(
        sa.select(Invitation)
        .join(Invitation.person)
        .where(Invitation.event_id == event.id, Person.public_id == public_id)
        .options(contains_eager(Invitation.person))
    )
    return found


def history_of(invitation: Invitation) -> Sequence[GivenAnswer]:
    """Every answer given to ``invitation``, counted or not, newest first."""
    return db.session.scalars(
        sa.select(GivenAnswer)
        .where(GivenAnswer.invitation_id == invitation.id)
        .order_by(GivenAnswer.given_at.desc(), GivenAnswer.id.desc())
        .limit(PAGE_SIZE)
    ).all()


_ORDER = (
    Answer.ACCEPTED,
    Answer.TENTATIVE,
    Answer.DECLINED,
    Answer.DELEGATED,
    Answer.NEEDS_ACTION,
)


def _invited(event: Event) -> sa.Select[Invitation]:
    return (
        sa.select(Invitation)
        .join(Invitation.person)
        .where(Invitation.event_id == event.id, Invitation.removed_at.is_(None))
        .options(contains_eager(Invitation.person))
        .order_by(Person.sort_key, Person.id)
    )


def _page(statement: sa.Select[Invitation], number: int) -> Pagination:
    return db.paginate(statement, page=number, per_page=PAGE_SIZE, error_out=False)
