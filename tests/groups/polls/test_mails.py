"""The mails of a poll, read as their readers would."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.polls import addresses, changing
from portal.mail import reading
from portal.models.mail import MailContent, OutboxMail
from tests.groups.polls.polling import DAYS, NO, YES, create_poll, expand, say, sits_in, span
from tests.mail.rules import broken_rules

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def poll(group):
    """Three mornings that the group is asked about."""
    return create_poll(group, intro="Vi **trenger** tid. <script>x</script>")


@pytest.fixture
def siri(group, poll):
    """Siri sits in the group and reads English."""
    return sits_in(group, "Siri Berg")


def newest_to(person) -> tuple[OutboxMail, bytes]:
    mail = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
    ).first()
    return mail, db.session.get_one(MailContent, mail.id).raw


def links_in(raw: bytes) -> set[str]:
    letter = reading.read(raw)
    found = re.findall(r"https?://[^\s\"<>]+/polls/[^\s\"<>]+", letter.text + letter.html)
    return {each.rpartition("/polls/")[2] for each in found}


def test_the_question_lists_the_times_and_has_the_readers_own_link(poll, siri, lead):
    expand()

    mail, raw = newest_to(siri)
    letter = reading.read(raw)
    assert broken_rules(raw) == []
    assert letter.subject == "Møte om notatet: when can you meet? Answer by 4 September 2026"
    assert "– Tuesday 15 September 2026, 09:00–10:30" in letter.text.splitlines()
    assert "Vi trenger tid." in letter.text
    assert "<script" not in letter.html
    assert letter.reply_to.endswith(f"<{lead.email}>")
    assert links_in(raw) == {addresses.token(poll, siri)}
    assert mail.topic == ""


def test_the_reminder_can_be_turned_off_and_the_question_cannot(poll, siri, lead):
    expand()
    changing.remind(poll, by=lead, now=clock.now() + timedelta(days=1))
    db.session.commit()
    expand(clock.now() + timedelta(days=1))

    mail, raw = newest_to(siri)
    assert broken_rules(raw) == []
    assert (mail.kind, mail.topic) == ("polls/reminder", "remind_ask")
    text = " ".join(reading.read(raw).text.split())
    assert f"{lead.name} has asked you and the others in {poll.group.name} when you can" in text
    assert b"List-Unsubscribe:" in raw
    assert links_in(raw) == {addresses.token(poll, siri)}


def test_new_times_are_named_and_no_others(poll, siri, lead):
    expand()
    say(poll, siri, YES, NO, NO)
    changing.add_times(poll, [span(DAYS[0], 14)], by=lead, now=clock.now())
    db.session.commit()
    expand()

    _mail, raw = newest_to(siri)
    letter = reading.read(raw)
    assert broken_rules(raw) == []
    assert [line for line in letter.text.splitlines() if line.startswith("–")] == [
        "– Tuesday 15 September 2026, 14:00–15:30"
    ]


def test_a_poll_that_is_closed_says_that_the_times_are_free(poll, siri, lead):
    expand()
    changing.close(poll, tell=True, by=lead, now=clock.now())
    db.session.commit()
    expand()

    _mail, raw = newest_to(siri)
    assert broken_rules(raw) == []
    assert links_in(raw) == set()
    assert "You need not keep any of the times free" in reading.read(raw).text.replace("\n", " ")
