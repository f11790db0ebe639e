"""Which timing holds for whom: that of the event, else of its season, else the usual one."""

from collections.abc import Iterable
from typing import Self

import sqlalchemy as sa

from portal.db import db
from portal.mail.reminding.times import USUAL, Timing
from portal.models.mailings import ReminderKind, ReminderRule


class Rules:
    """Every rule there is, read at once: seasons and events with one of their own are few."""

    def __init__(self, rows: Iterable[ReminderRule]) -> None:
        self._of_season: dict[tuple[int, ReminderKind], Timing] = {}
        self._of_event: dict[tuple[int, ReminderKind], Timing] = {}
        for row in rows:
            timing = Timing(row.days_before, row.at, row.is_on)
            if row.event_id is not None:
                self._of_event[row.event_id, row.kind] = timing
            elif row.season_id is not None:
                self._of_season[row.season_id, row.kind] = timing

    @classmethod
    def read(cls) -> Self:
        """The rules as they stand."""
        return cls(db.session.scalars(sa.select(ReminderRule)))

    def timing(
        self, kind: ReminderKind, *, season_id: int | None = None, event_id: int | None = None
    ) -> Timing:
        """What holds for ``kind`` in a season, or for one event (of a season, if it has one)."""
        if event_id is not None and (event_id, kind) in self._of_event:
            return self._of_event[event_id, kind]
        if season_id is not None and (season_id, kind) in self._of_season:
            return self._of_season[season_id, kind]
        return USUAL[kind]

    def is_own(
        self, kind: ReminderKind, *, season_id: int | None = None, event_id: int | None = None
    ) -> bool:
        """Whether the event, or else the season, has a time of its own for ``kind``."""
        if event_id is not None:
            return (event_id, kind) in self._of_event
        return (season_id, kind) in self._of_season
