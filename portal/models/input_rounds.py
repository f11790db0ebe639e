"""Rounds of input: a question, what people contribute, themes it is gathered under, votes."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.db import db
from portal.models.columns import json_list
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person


class InputRound(db.Model):
    """A question to a group that everybody may answer with points, in no order.

    ``shows_names`` is what contributors were promised when it was asked, and stays. With ``votes``
    each person may give so many to what matters most; nobody sees how they fall before
    ``voting_closed_at``.
    """

    __table_args__ = (CheckConstraint("votes >= 0 AND votes <= 20", name="few_votes"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    question: Mapped[str] = mapped_column(String(300))
    intro: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    shows_names: Mapped[bool] = mapped_column(default=True)
    votes: Mapped[int] = mapped_column(default=0)
    # Raised by each change to how points are gathered.
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    # Until when points are asked for.
    answer_by: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    voting_opened_at: Mapped[datetime | None]
    vote_by: Mapped[datetime | None]
    voting_closed_at: Mapped[datetime | None]
    group: Mapped[Group] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    created_by: Mapped[Optional["Person"]] = relationship()
    themes: Mapped[list["InputTheme"]] = relationship(
        back_populates="round",
        cascade="all, delete-orphan",
        order_by="InputTheme.position, InputTheme.id",
    )
    contributions: Mapped[list["Contribution"]] = relationship(
        back_populates="round",
        cascade="all, delete-orphan",
        order_by="Contribution.position, Contribution.id",
    )


class InputTheme(db.Model):
    """What similar points have in common; ``removed_at`` keeps it for undo."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("input_round.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None]
    round: Mapped[InputRound] = relationship(back_populates="themes")


class Contribution(db.Model):
    """One point somebody made, perhaps with some under it.

    ``person`` is None for one noted without saying whose it is; ``name`` is then whose it is in
    words, if that is known.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("input_round.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("input_theme.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    # Points under it, one line each.
    details: Mapped[list[str]] = mapped_column(json_list(), default=list)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    round: Mapped[InputRound] = relationship(back_populates="contributions")
    theme: Mapped[InputTheme | None] = relationship()
    person: Mapped[Optional["Person"]] = relationship()


class InputEdit(db.Model):
    """One change to how points are gathered, with what was before it, so that it can be undone."""

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("input_round.id"), index=True)
    revision: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    made_by: Mapped[Optional["Person"]] = relationship()


class InputVote(db.Model):
    """One vote of one person: for a theme, or for a point that stands alone."""

    __table_args__ = (
        UniqueConstraint("person_id", "theme_id", name="one_vote_a_theme"),
        UniqueConstraint("person_id", "contribution_id", name="one_vote_a_point"),
        CheckConstraint(
            "(theme_id IS NULL) <> (contribution_id IS NULL)", name="for_a_theme_or_a_point"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("input_round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("input_theme.id"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"), index=True)
    given_at: Mapped[datetime]


@event.listens_for(Meeting, "before_delete")
@event.listens_for(AgendaItem, "before_delete")
def _untie(mapper: Mapper[Any], connection: sa.Connection, gone: Meeting | AgendaItem) -> None:
    """A round outlives the draft of a meeting, and the agenda item, that it was tied to."""
    table: Any = InputRound.__table__
    column = table.c.meeting_id if isinstance(gone, Meeting) else table.c.item_id
    connection.execute(sa.update(table).where(column == gone.id).values({column.name: None}))
