"""``flask people …``: roles and the first way in, from the shell."""

import click
import sqlalchemy as sa

from portal import clock, links, people
from portal.accounts import roles, sign_in_mail
from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.groups.places import actions as place_actions
from portal.models.accounts import Person, RoleName
from portal.models.groups import Group, GroupPlace, PlaceRole, PlaceState

group = CommandGroup("people", help="Who may do what, and how they get in.")


@group.command("grant")
@click.argument("email")
@click.argument("role")
@click.option("--county", default="", metavar="CODE", help="The county of a coordinator.")
@click.option("--group", "slug", default="", metavar="SLUG", help="The group of a lead or member.")
def grant(email: str, role: str, county: str, slug: str) -> None:
    """Give EMAIL a ROLE: admin, organiser, coordinator (--county), or a place in a --group.

    In a group the ROLE is lead, deputy, member or observer. Somebody unknown is made known.
    """
    person = _known_or_new(email)
    if slug:
        _seat(person, role, slug)
    else:
        _give_role(person, role, county)
    db.session.commit()
    click.echo(f"{person.name} <{email.strip()}> is {role}{_where(county, slug)}.")


@group.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs EMAIL in once, within ten minutes; the address is asked for there."""
    person = people.find_by_email(email)
    if person is None:
        fail(f"{email}: nobody has this address. Make them known with: people grant {email} ROLE")
    if person.suspended_at is not None:
        fail(f"{email}: this person is suspended")
    token = sign_in_mail.link_for(person, email, clock.now())
    db.session.commit()
    click.echo(links.absolute("accounts.use_link", token=token))


def _known_or_new(email: str) -> Person:
    found = people.find_by_email(email)
    if found is not None:
        return found
    name = email.partition("@")[0].replace(".", " ").replace("_", " ").title()
    try:
        return people.create_person(name, email, confirmed_at=None, now=clock.now())
    except people.BadAddress:
        fail(f"{email!r} is not an email address")


def _give_role(person: Person, role: str, county: str) -> None:
    try:
        roles.grant(person, RoleName(role), county, actor=None, now=clock.now())
    except ValueError:
        fail(f"There is no role {role!r}. Roles are admin, organiser and coordinator")
    except roles.NeedsCounty:
        fail(f"A coordinator needs --county CODE, others none; {county!r} will not do")


def _seat(person: Person, role: str, slug: str) -> None:
    found = db.session.scalar(sa.select(Group).where(Group.slug == slug))
    if found is None:
        fail(f"There is no group {slug!r}")
    if role not in list(PlaceRole):
        fail(f"There is no place {role!r} in a group. Places are lead, deputy, member, observer")
    values = {"role": PlaceRole(role), "state": PlaceState.CONFIRMED}
    own = _place_of(person, found)
    # From the shell there is nobody else who could stand as the one who did it.
    if own is None:
        place_actions.add_place(found, values, person=person, by=person, now=clock.now())
    elif {name: getattr(own, name) for name in values} != values:
        place_actions.change_place(own, values, by=person, now=clock.now())


def _place_of(person: Person, found: Group) -> GroupPlace | None:
    places = sa.select(GroupPlace).where(
        GroupPlace.group_id == found.id, GroupPlace.person_id == person.id
    )
    return db.session.scalar(places)


def _where(county: str, slug: str) -> str:
    return f" in {slug or county}" if slug or county else ""
