"""Who said in a poll that the time of a meeting suits them: their invitation may say so."""

from collections.abc import Iterable

import sqlalchemy as sa

from portal.db import db
from portal.models.events import Event
from portal.models.meetings import Meeting
from portal.models.polls import DateAnswer, DateOption, DatePoll, DateReply, Suits


def among(event: Event, person_ids: Iterable[int]) -> set[int]:
    """Which of the people said yes to just this time; nobody when the meeting has moved since."""
    return set(
        db.session.scalars(
            sa.select(DateReply.person_id)
            .join(DateAnswer, DateAnswer.reply_id == DateReply.id)
            .join(DateOption, DateOption.id == DateAnswer.option_id)
            .join(DatePoll, DatePoll.id == DateOption.poll_id)
            .join(Meeting, Meeting.id == DatePoll.meeting_id)
            .where(
                Meeting.event_id == event.id,
                DateOption.chosen_at.is_not(None),
                DateOption.starts_at == event.starts_at,
                DateOption.ends_at == event.ends_at,
                DateAnswer.suits == Suits.YES,
                DateReply.person_id.in_(list(person_ids)),
            )
        )
    )
