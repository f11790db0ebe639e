"""Rows of the demo that have the pages, and who looks at these."""

from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.models.seasons import Season

KARI = "kari.nordmann@example.org"
NOBODY = ""

Values = dict[str, Any]
# By endpoint: what its address is made of, and the mail address of who looks at it.
Given = dict[str, tuple[Values, str]]


def one(table: Any, *conditions: Any, last: bool = False) -> Any:
    """The first row of ``table``, or the last, that meets the conditions."""
    order = table.id.desc() if last else table.id
    found = db.session.scalars(sa.select(table).where(*conditions).order_by(order)).first()
    assert found is not None, f"the demo has no such {table.__name__}"
    return found


def coming_season() -> Any:
    """The season that is on."""
    return one(Season, Season.published_at.is_not(None), Season.archived_at.is_(None))
