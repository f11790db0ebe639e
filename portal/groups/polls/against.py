"""What speaks against the times of a poll, where those who sit in the group are from."""

from datetime import date

import sqlalchemy as sa

from portal import dates, day_notes
from portal.db import db
from portal.geography import calendar_days, counties, municipalities
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, GroupPlace
from portal.models.places import Organisation
from portal.models.polls import DatePoll


def times_of(poll: DatePoll) -> dict[int, list[str]]:
    """By the id of each time the sentences against its day; times that are fine are left out.

    Breaks are those of the counties that somebody in the group stands for, and are named by them.
    """
    codes, breaks = _municipalities(poll.group_id), day_notes.known_breaks()
    found = {
        each.id: _sentences(dates.today(each.starts_at), codes, breaks) for each in poll.options
    }
    return {number: texts for number, texts in found.items() if texts}


def _municipalities(group_id: int) -> list[str]:
    code = sa.func.coalesce(
        GroupPlace.municipality_code, Organisation.municipality_code, Person.municipality_code
    )
    return list(
        db.session.scalars(
            sa.select(code)
            .select_from(GroupPlace)
            .outerjoin(Organisation, Organisation.id == GroupPlace.organisation_id)
            .outerjoin(Person, Person.id == GroupPlace.person_id)
            .where(
                GroupPlace.group_id == group_id,
                GroupPlace.state.in_(CURRENT_PLACES),
                code.is_not(None),
            )
            .distinct()
        )
    )


def _sentences(day: date, codes: list[str], breaks: list[calendar_days.SchoolBreak]) -> list[str]:
    everywhere = [warning.text for warning in day_notes.of_day(day, None, breaks)]
    where: dict[str, list[str]] = {}
    for county in sorted({found for code in codes if (found := _county(code, day))}):
        for warning in day_notes.of_day(day, county, breaks):
            if warning.text not in everywhere:
                where.setdefault(warning.text, []).append(_name(county))
    return [*everywhere, *(f"{text} ({dates.county_list(names)})" for text, names in where.items())]


def _county(code: str, day: date) -> str | None:
    try:
        return municipalities.county_of(code, day).code
    except municipalities.UnknownMunicipality:
        return None


def _name(code: str) -> str:
    county = counties.get(code)
    return county.name if county else code
