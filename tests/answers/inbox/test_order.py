"""Which answer counts: the newest to the time as it is; what came late is kept, and asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.answers.inbox.taking import Received
from portal.db import db
from portal.invitations import actions, event_changes
from portal.models.inbox import InboxResult
from portal.models.invitations import Answer, AnswerSource, GivenAnswer
from portal.models.mail import OutboxMail
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of
from tests.answers.inbox.shapes import stamp

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LARGEST = 2**31 - 1


def history() -> list[tuple[str, bool]]:
    """Every answer given and whether it counts, oldest first."""
    found = db.session.scalars(sa.select(GivenAnswer).order_by(GivenAnswer.id))
    return [(str(each.answer), each.counts) for each in found]


def mails() -> list[str]:
    """What is queued, by its key, in order."""
    return list(db.session.scalars(sa.select(OutboxMail.dedupe_key).order_by(OutboxMail.id)))


def at(told, moment, number: int = 2, **values):
    """The same answer written at another moment, in a message of its own."""
    return replace(told, dtstamp=stamp(moment), message_id=f"{number}@mail.example.org", **values)


def test_the_same_message_twice_is_as_once(take, told, invitation):
    raw = shapes.google(told)

    done = [take(raw) for _each in range(3)]

    assert [each.reason for each in done] == ["answered", "known_already", "known_already"]
    assert done[1] == Received(InboxResult.IGNORED, "known_already", told.uid)
    assert (history(), len(rows())) == ([("accepted", True)], 1)


def test_a_message_without_a_name_is_known_by_its_octets(take, told, invitation):
    raw = shapes.exchange(replace(told, message_id=""))

    assert [take(raw).reason, take(raw).reason] == ["answered", "known_already"]
    assert (
        take(shapes.exchange(replace(told, message_id="", partstat="DECLINED"))).reason
        == "answered"
    )


def test_one_message_to_two_people_is_an_answer_of_each(take, told, invitation, siri, kari, now):
    actions.invite(invitation.event, siri, by=kari, now=now)
    hers = replace(
        told, to=actions.notices.addresses.calendar_address(siri), attendee="siri.berg@example.org"
    )

    assert [take(shapes.apple(each)).reason for each in (told, hers)] == ["answered"] * 2


def test_the_later_answer_counts_and_both_are_kept(take, told, invitation, now):
    take(shapes.google(told))

    take(shapes.google(at(told, now, partstat="DECLINED")))

    assert state_of(invitation)[0] == "declined"
    assert history() == [("accepted", True), ("declined", True)]


def test_an_answer_overtaken_on_its_way_does_not_count(take, told, invitation, now):
    take(shapes.google(at(told, now, partstat="DECLINED")))

    done = take(shapes.google(at(told, now - MINUTE, 3)))

    assert done == Received(InboxResult.IGNORED, "older_answer", told.uid, "accepted")
    assert state_of(invitation)[0] == "declined"
    assert history() == [("declined", True), ("accepted", False)]


def test_of_two_written_in_one_second_the_second_to_come_counts(take, told, invitation):
    take(shapes.google(told))

    take(shapes.google(replace(told, partstat="TENTATIVE", message_id="2@mail.example.org")))

    assert state_of(invitation)[0] == "tentative"


def test_an_answer_on_the_page_is_newer_than_one_written_before(take, told, invitation, now):
    actions.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE, now=now)

    done = take(shapes.google(at(told, now - MINUTE)), now + MINUTE)

    assert done.reason == "older_answer"
    assert state_of(invitation)[:2] == ("declined", "page")


def test_an_answer_by_mail_is_newer_than_one_on_the_page_before(take, told, invitation, now):
    actions.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE, now=now)

    take(shapes.google(at(told, now + MINUTE)), now + 2 * MINUTE)

    assert state_of(invitation)[:2] == ("accepted", "mail")


def test_a_number_that_no_calendar_has_been_sent_does_not_make_the_page_newer(
    take, told, invitation, now
):
    event_changes.raise_sequence(invitation.event, now)
    actions.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE, now=now)

    take(shapes.google(at(told, now + MINUTE, sequence=0)), now + 2 * MINUTE)

    assert state_of(invitation)[:2] == ("accepted", "mail")


@pytest.mark.parametrize(
    ("dtstamp", "sequence"), [("20990101T000000Z", 0), ("20260820T085500Z", LARGEST)]
)
def test_a_fast_clock_or_a_made_up_number_is_not_newer_for_ever(
    take, told, invitation, now, dtstamp: str, sequence: int
):
    take(shapes.google(replace(told, dtstamp=dtstamp, sequence=sequence)))

    take(shapes.google(at(told, now + MINUTE, partstat="DECLINED")), now + MINUTE)

    assert state_of(invitation)[0] == "declined"
    actions.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now + HOUR)
    assert state_of(invitation)[:2] == ("accepted", "page")


def move(invitation, kari, now, *, tell: bool = True) -> None:
    """Put the event off by a day, and tell those invited."""
    event = invitation.event
    values = {"starts_at": event.starts_at + DAY, "ends_at": event.ends_at + DAY}
    event_changes.change(event, values, by=kari, now=now)
    if tell:
        event_changes.tell(event, by=kari, now=now)
    db.session.commit()


def test_an_answer_to_an_older_time_is_kept_and_asked_for_again(take, told, invitation, kari, now):
    move(invitation, kari, now)
    before = len(mails())

    done = take(shapes.exchange(told), now + MINUTE)

    assert done == Received(InboxResult.IGNORED, "older_time", told.uid, "accepted")
    assert (state_of(invitation)[0], history()) == ("needs-action", [("accepted", False)])
    assert len(mails()) == before + 1
    assert "-refresh-" in mails()[-1]


def test_asking_again_comes_to_an_end(take, told, invitation, kari, now):
    move(invitation, kari, now)
    before = len(mails())

    for number in range(30):
        take(shapes.exchange(replace(told, message_id=f"{number}@loop.example.org")), now + MINUTE)

    assert len(mails()) == before + 1
    assert state_of(invitation)[0] == "needs-action"


def test_an_answer_to_the_present_time_counts_after_a_move(take, told, invitation, kari, now):
    move(invitation, kari, now)
    answer = at(told, now + MINUTE, sequence=invitation.event.sequence)

    assert take(shapes.exchange(answer), now + MINUTE).reason == "answered"
    assert state_of(invitation)[0] == "accepted"


def test_an_older_number_counts_when_only_the_text_has_changed(take, told, invitation, kari, now):
    event_changes.change(invitation.event, {"place": "Rådhuset"}, by=kari, now=now)
    event_changes.tell(invitation.event, by=kari, now=now)
    assert invitation.event.sequence > 0

    assert take(shapes.exchange(told), now + MINUTE).reason == "answered"


def test_what_nobody_has_been_told_is_not_told_by_asking_again(take, told, invitation, kari, now):
    move(invitation, kari, now, tell=False)
    before = mails()

    assert take(shapes.exchange(told), now + MINUTE).reason == "older_time"
    assert (mails(), state_of(invitation)[0]) == (before, "needs-action")


def test_who_is_uninvited_has_nothing_to_answer(take, told, invitation, kari, ola, now):
    actions.uninvite(invitation.event, ola, by=kari, now=now)
    before = len(mails())

    done = take(shapes.exchange(replace(told, sequence=9)), now + MINUTE)

    assert done == Received(InboxResult.IGNORED, "nothing_to_answer", told.uid, "accepted")
    assert (len(mails()), history()) == (before, [])


def test_what_is_off_or_over_is_not_answered(take, told, invitation, kari, now):
    late = invitation.event.ends_at + MINUTE

    assert take(shapes.google(told), late).reason == "nothing_to_answer"
    event_changes.cancel(invitation.event, "", by=kari, now=now)
    assert take(shapes.google(at(told, now))).reason == "nothing_to_answer"
    assert (state_of(invitation)[0], history()) == ("needs-action", [])


def test_a_reply_that_answers_nothing_changes_nothing(take, told, invitation):
    for number, partstat in enumerate(("NEEDS-ACTION", "IN-PROCESS", "")):
        answer = replace(told, partstat=partstat, message_id=f"{number}@x.example.org")

        assert take(shapes.exchange(answer)).reason == "no_answer"
    assert (state_of(invitation)[0], history()) == ("needs-action", [])
