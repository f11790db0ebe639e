"""What an organiser settles counts as the answer, unless it was given to an older time."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from portal.answers.inbox import applying
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.models.audit import AuditEntry
from portal.models.invitations import AnswerSource, GivenAnswer
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of

LATER = timedelta(hours=3)


def settle(invitation, kari, at) -> Reason:
    """Kari says that what waits is Ola's answer."""
    return applying.apply_answer(
        rows()[-1], [invitation], source=AnswerSource.ORGANISER, now=at, by=kari
    )


def test_an_organiser_settles_an_answer_that_nobody_vouched_for(take, told, invitation, kari, now):
    take(shapes.exchange(replace(told, to="kalender@portal.example.org", comment="Gjerne")))
    assert state_of(invitation)[0] == "needs-action"

    assert settle(invitation, kari, now + LATER) == Reason.ANSWERED

    assert state_of(invitation) == ("accepted", "organiser", "Gjerne")
    given = db.session.scalars(sa.select(GivenAnswer)).one()
    assert (given.source, given.message_id) == (AnswerSource.ORGANISER, rows()[-1].id)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "inbox.settled")
    ).one()
    assert (entry.actor_id, entry.details) == (kari.id, {"invitation": invitation.id})


def test_a_newer_answer_outlasts_what_is_settled_late(take, told, invitation, kari, now):
    take(shapes.exchange(replace(told, to="kalender@portal.example.org")))
    take(shapes.exchange(replace(
        told, partstat="DECLINED", message_id="2@x", dtstamp="20260820T085900Z"
    )))  # fmt: skip

    reason = applying.apply_answer(
        rows()[0], [invitation], source=AnswerSource.ORGANISER, now=now + LATER, by=kari
    )

    assert (reason, state_of(invitation)[0]) == (Reason.OLDER_ANSWER, "declined")


def test_an_answer_to_another_time_cannot_be_settled(take, told, invitation, kari, now):
    take(shapes.exchange(replace(told, to="kalender@portal.example.org")))
    invitation.event.sequence = invitation.event.time_sequence = 1

    assert settle(invitation, kari, now + LATER) == Reason.OLDER_TIME
    assert state_of(invitation)[0] == "needs-action"


def test_of_nothing_that_can_be_answered_nothing_becomes(take, told, invitation, kari, now):
    take(shapes.exchange(replace(told, to="kalender@portal.example.org")))

    assert settle(invitation, kari, invitation.event.ends_at) == Reason.NOTHING_TO_ANSWER
