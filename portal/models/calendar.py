"""What feeds are told apart by: one number that rises with every change a calendar could show."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db


class CalendarRevision(db.Model):
    """The one row that says how often calendars have changed, and when they last did.

    It comes with the first change; without it nothing has changed yet.
    """

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
