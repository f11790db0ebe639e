"""What those called to a meeting of several groups read of who holds it."""

import pytest

from portal import clock
from portal.invitations import event_changes
from portal.models.mail import OutboxMail
from tests.factories import create_person
from tests.groups.meetings.gathered import (
    answer_page,
    called,
    create_joint,
    create_other,
    invitation_of,
)
from tests.groups.people import create_led_group, lead_of, page_of, typed
from tests.invitations.sending import entry_in, expand_mailings, messages_to
from tests.mail.rules import parts_of

pytestmark = pytest.mark.usefixtures("in_august")

HOST, OTHER, THIRD = "Faggruppen for jus", "Gruppe for skog", "Gruppe for vann"
HELD_BY = f"Holdes av: {HOST}, {OTHER}, {THIRD}"


@pytest.fixture
def siri():
    return create_person("Siri Berg")


@pytest.fixture
def joint(app, siri):
    meeting = create_joint(create_led_group(HOST), create_other(OTHER, siri), create_other(THIRD))
    meeting.event.title = "Høstsamling"
    return meeting


def text_of(mail: OutboxMail, kind: str = "text/plain") -> str:
    """One form of a message as it is read, on one line."""
    part = next(each for each in parts_of(mail.raw) if each.get_content_type() == kind)
    return " ".join(part.get_content().split())


def description_of(mail: OutboxMail) -> str:
    return entry_in(mail).value("DESCRIPTION").replace("\\,", ",")


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_the_summons_names_the_readers_own_group_and_the_others(joint, siri, kind):
    called(joint, siri)

    text = text_of(messages_to(siri)[0], kind)

    assert f"{HOST} holder samlingen sammen med {OTHER} og {THIRD}." in text
    assert f"Du får innkallingen fordi du sitter i {OTHER}." in text
    assert "kaller deg inn til «Høstsamling»." in text


def test_whoever_sits_in_the_host_group_reads_of_that(joint):
    lead = lead_of(joint.group)
    called(joint, lead)

    assert f"fordi du sitter i {HOST}." in text_of(messages_to(lead)[0])


def test_whoever_sits_in_two_of_the_groups_reads_of_both(app, siri):
    meeting = create_joint(create_led_group(HOST), create_other(OTHER, siri),
                           create_other(THIRD, siri))  # fmt: skip
    called(meeting, siri)

    assert f"fordi du sitter i {OTHER} og {THIRD}." in text_of(messages_to(siri)[0])


def test_a_guest_reads_who_holds_it_and_of_no_group_of_their_own(joint, ola):
    called(joint, ola)

    text = text_of(messages_to(ola)[0])

    assert f"{HOST} holder samlingen sammen med {OTHER} og {THIRD}." in text
    assert "fordi du sitter" not in text


def test_the_calendar_names_all_the_groups_also_when_it_changes_and_is_off(joint, siri):
    called(joint, siri)
    event, now = joint.event, clock.now()
    event_changes.change(event, {"place": "Hankø"}, by=None, now=now)
    event_changes.tell(event, by=None, now=now)
    expand_mailings(now)
    event_changes.cancel(event, "", by=None, now=now)
    expand_mailings(now)

    mails = messages_to(siri)

    assert [mail.kind for mail in mails] == [
        "invitations/request", "invitations/update", "invitations/cancel",
    ]  # fmt: skip
    assert [HELD_BY in description_of(mail) for mail in mails] == [True, True, True]
    assert f"Grupper: {HOST}, {OTHER}, {THIRD}" in text_of(mails[1])
    assert f"Samlingen skulle holdes av {HOST}, {OTHER} og {THIRD}." in text_of(mails[2])


def test_a_meeting_of_one_group_is_called_as_before(app):
    group = create_led_group(HOST)
    lead = lead_of(group)
    meeting = called(create_joint(group, days=1), lead)

    mail = messages_to(lead)[0]

    assert f"til «{meeting.event.title}» i {HOST}." in text_of(mail)
    assert "Holdes av" not in description_of(mail)


def test_the_answer_page_names_all_the_groups(joint, siri, client):
    called(joint, siri)

    page = client.get(answer_page(invitation_of(joint, siri))).text

    assert f"{HOST}, {OTHER}, {THIRD}" in page


def test_those_called_are_told_that_another_group_takes_part(browse_as, joint, siri, kari):
    called(joint, siri)
    known = [str(each.group_id) for each in joint.others]
    fourth = create_other("Gruppe for luft")
    data = typed(joint, others=[*known, str(fourth.id)], seen_others=",".join(known))
    data |= {"title": joint.event.title, "place": joint.event.place, "tell": "now"}

    browse_as(kari).post(page_of(joint, "/edit"), data=data)
    expand_mailings(clock.now())

    mail = messages_to(siri)[-1]
    assert f"{HELD_BY}, Gruppe for luft" in description_of(mail)
    before = f"{HOST}, {OTHER}, {THIRD}"
    assert f"Grupper: {before}, Gruppe for luft (før: {before})" in text_of(mail)
