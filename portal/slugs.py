"""Address parts that read like a title and that no other row has."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal import dates
from portal.db import db
from portal.text import slug


def free(column: InstrumentedAttribute[str], title: str) -> str:
    """``title`` as an address part, numbered when a row has it already: "moss", "moss-2"."""
    return free_each(column, [title])[0]


def dated(title: str, moment: datetime) -> str:
    """``title`` with the year that ``moment`` has in Oslo, unless it names that year itself."""
    year = str(dates.today(moment).year)
    return title if year in title else f"{title} {year}"


def free_each(column: InstrumentedAttribute[str], titles: list[str]) -> list[str]:
    """An address part for each of ``titles``, all different; the database is asked once."""
    bases = [slug(title) for title in titles]
    begins = [column.startswith(base, autoescape=True) for base in set(bases)]
    taken = set(db.session.scalars(sa.select(column).where(sa.or_(sa.false(), *begins))))
    found = []
    for base in bases:
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        found.append(name)
    return found
