"""Valid, dull rows. A test names only what it is about; all else is as ordinary as can be."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from portal.db import db
from portal.models.accounts import EmailAddress, Person, Role, RoleName
from portal.models.appeals import JuryAppeal
from portal.models.events import Event, EventKind, EventState
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from portal.models.jury import DayAnswer, JurySignup, SignupDay
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.models.places import Organisation, OrganisationKind, School
from portal.models.seasons import Camp, Panel, Season
from portal.text import slug

MADE = datetime(2026, 8, 1, 8, 0, tzinfo=UTC)
_numbers = count(1)
Row = TypeVar("Row")


def create_person(
    name: str = "Per Olsen",
    *,
    email: str | None = "",
    role: RoleName | None = None,
    county: str = "",
    **values: Any,
) -> Person:
    """A person with one confirmed address (``email=None``: with none), and at most one role."""
    person = Person(name=name, created_at=MADE, **values)
    if email is not None:
        address = email or f"{slug(name).replace('-', '.')}.{next(_numbers)}@example.org"
        person.emails.append(EmailAddress(address=address, is_primary=True, confirmed_at=MADE))
    if role is not None:
        person.roles.append(Role(name=role, county_code=county, granted_at=MADE))
    return _saved(person)


def create_organisation(name: str = "", **values: Any) -> Organisation:
    """A municipality that organises things."""
    name = name or f"Kommune {next(_numbers)}"
    return _saved(Organisation(**{"name": name, "kind": OrganisationKind.MUNICIPALITY, **values}))


def create_event(title: str = "Webinar om fjorden", **values: Any) -> Event:
    """A published public webinar of ninety minutes in October 2026."""
    number = next(_numbers)
    starts = values.pop("starts_at", datetime(2026, 10, 15, 7, 0, tzinfo=UTC))
    defaults: dict[str, Any] = {
        "slug": f"{slug(title)}-{number}",
        "kind": EventKind.WEBINAR,
        "state": EventState.PUBLISHED,
        "title": title,
        "starts_at": starts,
        "ends_at": values.pop("ends_at", starts + timedelta(minutes=90)),
        "uid": f"event-{number}@localhost",
        "created_at": MADE,
        "changed_at": MADE,
        "published_at": MADE,
    }
    return _saved(Event(**{**defaults, **values}))


def create_school(name: str = "", **values: Any) -> School:
    """An ordinary school in Moss."""
    defaults: dict[str, Any] = {
        "name": name or f"Skole {next(_numbers)} videregående skole",
        "orgnr": f"{900000000 + next(_numbers)}",
        "municipality_code": "3103",
        "postcode": "1530",
        "place": "Moss",
        "latitude": 59.43,
        "longitude": 10.66,
    }
    return _saved(School(**{**defaults, **values}))


def create_season(name: str = "Oppdrag Oslofjorden 2026", **values: Any) -> Season:
    """A published season that takes sign-ups from 1 August to the end of September 2026."""
    defaults: dict[str, Any] = {
        "slug": f"{slug(name)}-{next(_numbers)}",
        "name": name,
        "year": 2026,
        "counties": ["03", "31", "32", "33", "34", "39", "40"],
        "created_at": MADE,
        "published_at": MADE,
        "signup_opens_at": MADE,
        "signup_closes_at": datetime(2026, 9, 30, 21, 59, tzinfo=UTC),
    }
    return _saved(Season(**{**defaults, **values}))


def create_camp(
    season: Season,
    school: School | None = None,
    *,
    day: datetime = datetime(2026, 10, 20, 6, 30, tzinfo=UTC),
    minimum: int = 1,
    target: int = 2,
    **event_values: Any,
) -> Camp:
    """A camp at ``school`` on one school day, with one panel."""
    school = school or create_school()
    event = create_event(
        f"Innovasjonscamp på {school.name}",
        kind=EventKind.CAMP,
        starts_at=day,
        ends_at=day + timedelta(hours=6),
        place=school.name,
        municipality_code=school.municipality_code,
        county_code=event_values.pop("county_code", "31"),
        **event_values,
    )
    camp = Camp(season=season, event=event, school=school)
    camp.panels.append(Panel(number=1, minimum=minimum, target=target))
    return _saved(camp)


def create_signup(season: Season, juror: Person, *camps: Camp, **values: Any) -> JurySignup:
    """An offer from Moss to serve once, with a yes to each of ``camps``."""
    defaults: dict[str, Any] = {
        "postcode": "1530",
        "municipality_code": "3103",
        "consent_at": MADE,
        "created_at": MADE,
        "updated_at": MADE,
    }
    signup = JurySignup(season=season, juror=juror, **{**defaults, **values})
    signup.days.extend(SignupDay(camp=camp, answer=DayAnswer.YES) for camp in camps)
    return _saved(signup)


def create_group(name: str = "Arbeidsgruppe for fjorden", **values: Any) -> Group:
    """A working group without places."""
    defaults: dict[str, Any] = {
        "slug": f"{slug(name)}-{next(_numbers)}",
        "name": name,
        "kind": GroupKind.WORKING,
        "created_at": MADE,
    }
    return _saved(Group(**{**defaults, **values}))


def create_place(
    group: Group, person: Person | None = None, *, role: PlaceRole = PlaceRole.MEMBER, **values: Any
) -> GroupPlace:
    """A confirmed place in ``group``."""
    state = values.pop("state", PlaceState.CONFIRMED)
    return _saved(GroupPlace(group=group, person=person, role=role, state=state, **values))


def create_meeting(group: Group, **event_values: Any) -> Meeting:
    """A published meeting of ``group``, visible to it; nobody has been called yet."""
    event = create_event(
        **{
            "title": f"Møte i {group.name}",
            "kind": EventKind.MEETING,
            "visibility": "group",
            **event_values,
        }
    )
    return _saved(Meeting(event=event, group=group))


def create_follow_up(group: Group, text: str = "Skriv høringssvar", **values: Any) -> FollowUp:
    """Something the group has to do, with neither owner nor deadline."""
    return _saved(FollowUp(group=group, text=text, **{"created_at": MADE, **values}))


def create_appeal(group: Group, season: Season, **values: Any) -> JuryAppeal:
    """A question to a group about jury duty that nobody has got yet."""
    return _saved(JuryAppeal(group=group, season=season, **{"created_at": MADE, **values}))


def _saved(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row
