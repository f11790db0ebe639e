"""The mails about a group's life: call the first meeting, it ends soon, it goes on, it closes."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import access, links, membership
from portal.db import db
from portal.groups.setup import ending, first_call
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.mailings import Composer
from portal.mail.message import Keyed, Lane
from portal.mail.reminding import occasions
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace
from portal.models.mailings import Mailing
from portal.models.minutes import FollowUp

RENEWED, CLOSED = "groups.renewed", "groups.closed"
_CHUNK = 100


def first_meeting(mailing: Mailing, now: datetime) -> Keyed:
    """Ask a lead to call the group's first meeting, or remind of it, if that is to do still."""
    person = db.session.get(
        Person, mailing.params["person_id"], options=[selectinload(Person.emails)]
    )
    group = mailing.group
    if group is None or person is None or not first_call.is_lead_to_ask(group, person):
        return
    organiser = _other(ending.organisers_of(group), person)
    yield from sendable(
        occasions.key_to(mailing.dedupe_key, person.id),
        partial(
            compose,
            "groups/first_call",
            person,
            reply_to=mailbox_of(organiser),
            organiser=organiser,
            group=group,
            days=mailing.params["days"],
            group_url=_home(group),
            plan_url=links.absolute("meetings.create", slug=group.slug),
        ),
    )


def ends(mailing: Mailing, now: datetime) -> Keyed:
    """Warn those who run a group that it ends, and say what to do."""
    found = ending.of_mailing(mailing, now)
    if found is None:
        return
    group, stage, ends_on = found
    left = db.session.scalar(
        sa.select(sa.func.count(FollowUp.id)).where(
            FollowUp.group_id == group.id, FollowUp.closed_at.is_(None)
        )
    )
    people = ending.to_tell(group)
    organisers = [each for each in people if each.is_organiser and each.email]
    for person in people:
        yield from sendable(
            occasions.key_to(mailing.dedupe_key, person.id),
            partial(
                compose,
                "groups/ending",
                person,
                reply_to=mailbox_of(_other(organisers, person)),
                expires_at=ending.until(stage, ends_on),
                group=group,
                stage=stage,
                ends_on=ends_on,
                left=left,
                organises=person.is_organiser,
                organiser=organisers[0] if organisers else None,
                group_url=_home(group),
                plan_url=links.absolute("meetings.create", slug=group.slug),
                renew_url=links.absolute("organise_groups.renew", slug=group.slug),
                close_url=links.absolute("organise_groups.close", slug=group.slug),
            ),
        )


def renewed(mailing: Mailing, now: datetime) -> Keyed:
    """Tell those in a group that it goes on, if that is so still."""
    group, last = mailing.group, date.fromisoformat(mailing.params["ends_on"])
    if group is None or group.closed_at is not None or group.ends_on != last:
        return
    yield from _to_members(mailing, group, "groups/renewed", ends_on=last)


def closed(mailing: Mailing, now: datetime) -> Keyed:
    """Tell those in a group that its work is over, if that is so still."""
    group = mailing.group
    if group is None or group.closed_at is None:
        return
    parent = group.parent if mailing.params["moved"] else None
    yield from _to_members(mailing, group, "groups/closed", parent=parent)


MAILINGS: dict[str, Composer] = {
    first_call.KIND: first_meeting,
    ending.KIND: ends,
    RENEWED: renewed,
    CLOSED: closed,
}


def _to_members(mailing: Mailing, group: Group, name: str, **values: Any) -> Keyed:
    by = access.who_acts(mailing.created_by, group)
    reply_to = mailbox_of(by)
    # By id and in chunks: the worker ends its transaction after every hundred messages.
    ids = db.session.scalars(membership.seated([group.id]).order_by(GroupPlace.person_id)).all()
    for start in range(0, len(ids), _CHUNK):
        people = db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(ids[start : start + _CHUNK]), membership.can_be_written_to())
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        ).all()
        for person in people:
            yield from sendable(
                occasions.key_to(mailing.dedupe_key, person.id),
                partial(
                    compose,
                    name,
                    person,
                    lane=Lane.BULK,
                    reply_to=reply_to,
                    group=group,
                    by=by,
                    url=_home(group),
                    **values,
                ),
            )


def _other(people: Sequence[Person], reader: Person) -> Person | None:
    return next((each for each in people if each.id != reader.id), None)


def _home(group: Group) -> str:
    return links.absolute("groups.show", slug=group.slug)
