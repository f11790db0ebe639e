"""The people of the demo: a cast with parts to play, and as many volunteers as a season needs."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from portal import people
from portal.accounts import actions as accounts
from portal.accounts import roles
from portal.db import db
from portal.demo import names
from portal.geography import postcodes
from portal.models.accounts import Person, RoleName
from portal.models.places import Membership, Organisation, OrganisationKind
from portal.text import slug

VOLUNTEERS = 60
# Since before the season of the archive: who is asked today was often asked then.
_KNOWN_SINCE = datetime.fromisoformat("2023-08-01T07:00:00+00:00")
PARTNERS = {
    "Osloregionen": Membership.YES,
    "Ungt Entreprenørskap": Membership.NO,
    "Østlandssamarbeidet": Membership.NO,
}
# Where volunteers work: municipalities on both sides of the fjord and inland, the nearest twice.
_WORKPLACES = (
    *("0301", "0301", "0301", "0301", "3103", "3103", "3107", "3107", "3105", "3101", "3118"),
    *("3207", "3212", "3214", "3216", "3218", "3220", "3201", "3203", "3203", "3205", "3205"),
    *("3209", "3222", "3228", "3240", "3301", "3301", "3303", "3303", "3305", "3312", "3314"),
    *("3403", "3403", "3407", "3407", "3411", "3443", "3446", "3448", "3401", "3901", "3901"),
    *("3903", "3905", "3907", "3907", "3909", "3909", "3911", "4001", "4003", "4003", "4005"),
    *("4014", "4012", "4020"),
)
_JOBS = (
    *("Næringsrådgiver", "Klima- og miljørådgiver", "Næringssjef", "Vannområdekoordinator"),
    *("Rådgiver i samfunnsutvikling", "Plansjef", "Innovasjonsrådgiver", "Prosjektleder"),
    *("Skolefaglig rådgiver", "Fagleder for vann og avløp", "Kommunikasjonsrådgiver"),
)


@dataclass(frozen=True)
class Cast:
    """Who plays which part. ``volunteers`` are those who offer to serve, Ola first."""

    kari: Person
    ola: Person
    siri: Person
    ingrid: Person
    amir: Person
    turid: Person
    volunteers: tuple[Person, ...]


def fill(rng: random.Random, now: datetime) -> Cast:
    """Make the partners, the cast and the volunteers, and flush."""
    _add_partners()
    kari = _kari(now)
    ola, siri, ingrid, amir, turid = (
        _person(name, kari, workplace, job)
        for name, workplace, job in (
            ("Ola Hansen", "3103", "Næringsrådgiver"),
            ("Siri Berg", "3303", "Skolefaglig rådgiver"),
            ("Ingrid Solberg", "3301", "Næringssjef"),
            ("Amir Khan", "0301", "Innovasjonsrådgiver"),
            ("Turid Bakke", "4003", "Fylkeskoordinator"),
        )
    )
    roles.grant(turid, RoleName.COORDINATOR, "40", actor=kari, now=now - timedelta(days=90))
    siri.language = "nn"
    found = names.invented(rng, {kari.name, ola.name, siri.name, ingrid.name, amir.name})
    workplaces = [*_WORKPLACES, *(rng.choice(_WORKPLACES) for _ in range(VOLUNTEERS))]
    others = [
        _person(name, kari, workplaces[number], rng.choice(_JOBS), rng)
        for number, name in enumerate(islice(found, VOLUNTEERS - 1))
    ]
    return Cast(kari, ola, siri, ingrid, amir, turid, (ola, *others))


def add(name: str, kari: Person, workplace: str, job: str) -> Person:
    """One person more, whom ``kari`` wrote down; ``workplace`` is a municipality's code."""
    return _person(name, kari, workplace, job)


def organisation(name: str) -> Organisation:
    """The organisation called so.

    Raises:
        NoResultFound: neither the register nor the demo has it.
    """
    return db.session.scalars(sa.select(Organisation).where(Organisation.name == name)).one()


def _add_partners() -> None:
    known = set(db.session.scalars(sa.select(Organisation.name)))
    db.session.add_all(
        Organisation(name=name, kind=OrganisationKind.PARTNER, member=member)
        for name, member in PARTNERS.items()
        if name not in known
    )
    db.session.flush()


def _kari(now: datetime) -> Person:
    """The secretariat: the first administrator, who made all the others."""
    kari = people.create_person(
        "Kari Nordmann", "kari.nordmann@example.org", confirmed_at=_KNOWN_SINCE, now=_KNOWN_SINCE
    )
    for role in (RoleName.ADMIN, RoleName.ORGANISER):
        roles.grant(kari, role, "", actor=None, now=_KNOWN_SINCE)
    told = {
        "phone": "22 00 00 01",
        "job_title": "Seniorrådgiver",
        "organisation_id": organisation("Osloregionen").id,
        "municipality_code": "0301",
        "postcode": "0037",
    }
    accounts.change_person(kari, told, actor=kari, now=_KNOWN_SINCE)
    return kari


def _person(
    name: str, kari: Person, workplace: str, job: str, rng: random.Random | None = None
) -> Person:
    address = f"{slug(name).replace('-', '.')}@example.org"
    person = people.create_person(
        name, address, confirmed_at=_KNOWN_SINCE, now=_KNOWN_SINCE, actor=kari
    )
    person.job_title = job
    person.municipality_code = workplace
    person.postcode = _postcode(workplace, rng)
    person.organisation = _employer(workplace, rng)
    person.language = "nn" if rng and rng.random() < 0.1 else "nb"
    return person


def _postcode(workplace: str, rng: random.Random | None) -> str:
    """A street postcode of the municipality: the first, or any."""
    known = [
        each.code
        for each in postcodes.all()
        if each.municipality_code == workplace and each.usage == "street"
    ]
    return rng.choice(known) if rng else known[0]


def _employer(workplace: str, rng: random.Random | None) -> Organisation | None:
    """The municipality, or now and then the county council that it lies in."""
    county = workplace[:2]
    if rng and rng.random() < 0.2 and county != "03":
        wanted = {"kind": OrganisationKind.COUNTY_COUNCIL, "county_code": county}
    else:
        wanted = {"kind": OrganisationKind.MUNICIPALITY, "municipality_code": workplace}
    return db.session.scalar(sa.select(Organisation).filter_by(**wanted))
