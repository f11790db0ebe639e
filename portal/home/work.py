"""What lies before those who organise: seasons and how they stand, and what waits to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.groups.setup import queries as groups
from portal.home import queries
from portal.home.queries import Progress
from portal.mail import queries as mail_queries
from portal.mail.log import stopped
from portal.mail.queries import Queue
from portal.models.events import Event, EventState
from portal.models.groups import Group
from portal.models.mail import MailState, OutboxMail
from portal.models.seasons import Season


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for an organiser, in numbers."""

    drafts: int
    untold: int
    failed_mails: int
    waiting_mails: int
    stopped_addresses: int
    # Answers that came by mail and that somebody must decide of.
    waiting_answers: int
    # Open groups whose last day is near or has passed.
    groups_ending: Sequence[Group]
    queue: Queue
    seasons: Sequence[tuple[Season, Progress]]

    @property
    def is_done(self) -> bool:
        """Whether nothing waits."""
        waits = (self.drafts, self.untold, self.failed_mails, self.waiting_answers)
        return not (any(waits) or self.groups_ending)


def waiting(now: datetime) -> Work:
    """What is left to do at ``now``, in all events and seasons."""
    ahead = Event.ends_at > now
    return Work(
        drafts=_count(Event, ahead, Event.state == EventState.DRAFT),
        untold=_count(
            Event, ahead, Event.state != EventState.DRAFT, Event.told_revision < Event.revision
        ),
        failed_mails=_count(OutboxMail, mail_queries.stands_in(MailState.FAILED)),
        waiting_mails=_count(OutboxMail, mail_queries.stands_in(MailState.QUEUED)),
        stopped_addresses=stopped.count(),
        waiting_answers=mail_queries.waiting_answers(),
        groups_ending=groups.ending(dates.today(now)),
        queue=mail_queries.queue(now),
        seasons=seasons_at_work(),
    )


def seasons_at_work() -> Sequence[tuple[Season, Progress]]:
    """Every season not yet archived, newest first, with how far it has come."""
    seasons = db.session.scalars(
        sa.select(Season)
        .where(Season.archived_at.is_(None))
        .order_by(Season.year.desc(), Season.id.desc())
    ).all()
    progress = queries.progress_of(seasons)
    return [(season, progress[season.id]) for season in seasons]


def _count(model: type[Event | OutboxMail], *conditions: sa.ColumnElement[bool]) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))
    return found or 0
