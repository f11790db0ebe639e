"""What came in lately and what it did, and the addresses that answers came from."""

import re
from datetime import timedelta

import pytest
from flask_babel import force_locale

from portal.answers.inbox import words as inbox_words
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.models.inbox import (
    CalendarAlias,
)
from tests.answers.inbox_cases import GUEST, create_message, unproved

pytestmark = pytest.mark.usefixtures("in_august")


def test_what_came_in_lately_says_what_it_did(desk, invitation, now):
    for result, reason in (
        ("applied", Reason.ANSWERED),
        ("ignored", Reason.OLDER_ANSWER),
        ("rejected", Reason.REVOKED),
        ("queued", Reason.UNPROVED),
    ):
        unproved(invitation, result=result, reason=reason)
    unproved(invitation, received_at=now - timedelta(days=31), comment="For lenge siden")

    page = desk.get("/organise/inbox/recent").text

    assert "4 messages" in page
    with force_locale("en"):
        for reason in (Reason.ANSWERED, Reason.OLDER_ANSWER, Reason.REVOKED, Reason.UNPROVED):
            assert str(inbox_words.REASONS[reason]) in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("result=applied", 1),
        ("result=rejected", 0),
        ("result=nonsense", 3),
        ("q=ola+hansen", 2),
        ("q=RESEPSJONEN", 2),
        (f"q={GUEST}", 1),
        ("q=%25", 0),
        ("event={slug}", 2),
        ("event={slug}&result=applied&q=ola", 1),
    ],
)
def test_what_came_in_is_searched(desk, invitation, query, found):
    unproved(invitation)
    unproved(invitation, result="applied", reason=Reason.ANSWERED)
    create_message(sender=GUEST, sender_name="Jonas Moen")

    page = desk.get("/organise/inbox/recent?" + query.replace("{slug}", invitation.event.slug)).text

    assert len(re.findall(r'<th scope="row">', page)) == found


def test_an_event_that_there_is_none_of_is_not_found(desk):
    assert desk.get("/organise/inbox/recent?event=nowhere").status_code == 404


def test_an_alias_is_confirmed_or_removed_on_the_persons_page(desk, kari, ola, now):
    for address in ("ola.privat@example.org", "noen.andre@example.org"):
        db.session.add(CalendarAlias(person=ola, address=address, seen_at=now))
    db.session.commit()
    first, second = db.session.scalars(db.select(CalendarAlias).order_by(CalendarAlias.id)).all()
    path = f"/organise/people/{ola.public_id}"

    page = desk.get(path).text
    desk.post(f"{path}/aliases/{first.public_id}/confirmation")
    desk.post(f"{path}/aliases/{second.public_id}/removal")

    assert "Answers also come from" in page
    assert [
        (alias.address, alias.confirmed_at, alias.confirmed_by)
        for alias in db.session.scalars(db.select(CalendarAlias))
    ] == [("ola.privat@example.org", now, kari)]


def test_an_alias_is_found_at_its_own_person_only(desk, ola, siri, now):
    alias = CalendarAlias(person=ola, address="ola.privat@example.org", seen_at=now)
    db.session.add(alias)
    db.session.commit()

    path = f"/organise/people/{siri.public_id}/aliases/{alias.public_id}/removal"

    assert desk.post(path).status_code == 404
    assert db.session.get(CalendarAlias, alias.id) is not None
