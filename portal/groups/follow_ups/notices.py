"""The mails about follow-ups: one is given to you, its deadline is near or past, nobody has it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import dates, links
from portal.db import db
from portal.groups import leading
from portal.groups.follow_ups import addresses, reminding, telling
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.mailings import Composer
from portal.mail.message import Keyed, Lane, Message, Topic
from portal.mail.reminding import occasions, times
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.mailings import Mailing
from portal.models.minutes import FollowUp

# A mail is read to its end when it is short; the page has them all.
_MOST = 20


def given(mailing: Mailing, now: datetime) -> Keyed:
    """Tell an owner of what they were given, if it is theirs and open still."""
    owner = _person(mailing.params["owner_id"])
    rows = db.session.scalars(
        sa.select(FollowUp)
        .where(
            FollowUp.id.in_(mailing.params["follow_up_ids"]),
            FollowUp.owner_id == mailing.params["owner_id"],
            FollowUp.closed_at.is_(None),
            FollowUp.is_in_hand,
        )
        .options(joinedload(FollowUp.group), joinedload(FollowUp.meeting))
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
    ).all()
    if owner is None or not rows:
        return
    lead = _lead_to_answer(rows[0].group, owner)
    yield from sendable(
        f"{mailing.dedupe_key}-mail",
        lambda: compose(
            "groups/follow_ups_given",
            owner,
            reply_to=mailbox_of(lead),
            lead=lead,
            group=rows[0].group,
            today=dates.today(now),
            **_listed(rows, owner),
        ),
    )


def owner(mailing: Mailing, now: datetime) -> Keyed:
    """Remind an owner of a deadline that is near or has just passed."""
    found = reminding.of_mailing(mailing, now)
    person = _person(mailing.params["owner_id"])
    if found is None or person is None:
        return
    occasion, rows = found
    lead = _lead_to_answer(rows[0].group, person)
    yield from sendable(
        occasions.key_to(occasion.key, person.id),
        lambda: compose(
            "groups/follow_ups_due",
            person,
            lane=Lane.BULK,
            topic=Topic.REMIND_FOLLOW_UP,
            reply_to=mailbox_of(lead),
            lead=lead,
            expires_at=times.true_until(occasion.day, occasion.until, now),
            is_late=occasion.stage is reminding.Stage.LATE,
            day=occasion.day,
            nearness=times.nearness(occasion.day, now),
            **_listed(rows, person),
        ),
    )


def unowned(mailing: Mailing, now: datetime) -> Keyed:
    """Tell those who lead a group of what is late there and in nobody's hands."""
    found = reminding.unowned_of(mailing, now)
    if found is None:
        return
    group, until, rows = found
    for lead in leading.to_write_to(group):
        yield from sendable(
            occasions.key_to(mailing.dedupe_key, lead.id),
            partial(
                compose,
                "groups/follow_ups_unowned",
                lead,
                lane=Lane.BULK,
                topic=Topic.REMIND_FOLLOW_UP,
                expires_at=until,
                group=group,
                follow_ups=rows[:_MOST],
                more=max(len(rows) - _MOST, 0),
                url_of=page_of,
                url=links.absolute("follow_ups.index", slug=group.slug),
            ),
        )


MAILINGS: dict[str, Composer] = {
    telling.KIND: given,
    reminding.KIND: owner,
    reminding.KIND_UNOWNED: unowned,
}


def handed_back(follow_up: FollowUp, lead: Person, by: Person) -> Message:
    """Tell whoever leads the group that an owner cannot do it after all.

    Raises:
        NoAddress: the lead has none.
    """
    return compose(
        "groups/follow_up_handed_back",
        lead,
        reply_to=mailbox_of(by),
        follow_up=follow_up,
        group=follow_up.group,
        by=by,
        url=page_of(follow_up),
    )


def page_of(follow_up: FollowUp) -> str:
    """The full address of a follow-up's page."""
    return links.absolute(
        "follow_ups.show", slug=follow_up.group.slug, public_id=follow_up.public_id
    )


def _listed(rows: Sequence[FollowUp], owner: Person) -> dict[str, Any]:
    return {
        "follow_ups": rows[:_MOST],
        "more": max(len(rows) - _MOST, 0),
        "url": links.absolute("home.my_page"),
        "close_url": lambda follow_up: addresses.url(follow_up, owner),
        "url_of": page_of,
    }


def _lead_to_answer(group: Group, reader: Person) -> Person | None:
    """Who gets an answer to the mail: whoever leads the group, unless that is the reader."""
    return next((each for each in leading.to_write_to(group) if each.id != reader.id), None)


def _person(number: int) -> Person | None:
    found = db.session.get(Person, number, options=[selectinload(Person.emails)])
    return found if found and found.suspended_at is None else None
