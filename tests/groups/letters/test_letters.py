"""Those who run a group write to it: looked at, held, stopped, one mail each."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.mail import reading
from portal.mail.mime import to_bytes
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mailings import Mailing
from tests.factories import create_person, create_place
from tests.groups.people import create_led_group, lead_of, mailings, member_of, url_of, verbs

LETTER = {"name": "abcdefghjkmn", "subject": "Papirer til møtet", "body": "Les **dette** først."}
NEW = "/letters/new"


@pytest.fixture
def browser(browse_as, group, lead):
    return browse_as(lead)


def send(browser, group, **values):
    return browser.post(url_of(group, NEW), data={**LETTER, "step": "send", **values})


def made(mailing):
    return list(worker.COMPOSERS["groups.letter"](mailing, clock.now()))


def only_mailing() -> Mailing:
    return db.session.scalars(sa.select(Mailing)).one()


def test_a_lead_looks_before_anything_is_sent(browser, group):
    page = browser.post(url_of(group, NEW), data=LETTER).text
    changed = browser.post(url_of(group, NEW), data={**LETTER, "step": "change"})

    assert ("<strong>dette</strong>" in page, "Send til 2 personer" in page) == (True, True)
    assert (changed.status_code, "Les **dette** først." in changed.text) == (200, True)
    assert mailings() == []


def test_each_gets_a_mail_of_their_own_and_answers_go_to_who_wrote(browser, group, lead):
    create_place(group, create_person("Odd"), role=PlaceRole.OBSERVER)
    create_place(group, create_person("Gått"), state=PlaceState.LEFT)
    create_place(group, create_person("Uten", email=None))

    answer = send(browser, group)

    letters = made(only_mailing())
    assert answer.headers["Location"] == url_of(group)
    assert [message.recipient.name for _key, message in letters] == [
        "Ingrid Solberg", "Amir Khan", "Odd",
    ]  # fmt: skip
    message = letters[1][1]
    assert (message.subject, message.reply_to.address, str(message.topic)) == (
        "Papirer til møtet", lead.email, "news",
    )  # fmt: skip
    letter = reading.read(to_bytes(message, message_id="x@localhost", date=clock.now()))
    assert ("Les dette først." in letter.text, "<strong>dette</strong>" in letter.html) == (
        True,
        True,
    )
    assert group.name in letter.text
    assert verbs() == ["group.letter_written"]


def test_pressing_twice_writes_once(browser, group):
    for _number in range(2):
        send(browser, group)

    assert (mailings(), verbs()) == (["groups.letter"], ["group.letter_written"])


def test_a_letter_waits_and_can_be_stopped(browser, group):
    send(browser, group)
    mailing = only_mailing()
    home = browser.get(url_of(group)).text

    browser.post(url_of(group, f"/letters/{mailing.public_id}/stopping"))

    assert ("Papirer til møtet" in home, "Stopp den" in home) == (True, True)
    assert mailing.hold_until - mailing.created_at >= timedelta(minutes=1)
    assert mailing.stopped_at is not None
    assert "Stoppet" in browser.get(url_of(group)).text


def test_who_leaves_during_the_hold_does_not_get_it(browser, group):
    send(browser, group)
    next(each for each in group.places if each.person == member_of(group)).state = PlaceState.LEFT
    db.session.commit()

    assert [message.recipient.name for _key, message in made(only_mailing())] == ["Ingrid Solberg"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"subject": ""}, "Skriv et emne"),
        ({"body": " "}, "Skriv meldingen"),
        ({"subject": "x" * 151}, "x" * 151),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(browser, group, values, words):
    answer = send(browser, group, **values)

    assert (answer.status_code, words in answer.text, mailings()) == (422, True, [])


def test_members_and_others_do_not_write(browse_as, group, lead):
    outsider = create_person("Utenfor")
    mailing = send(browse_as(lead), group) and only_mailing()
    stopping = url_of(group, f"/letters/{mailing.public_id}/stopping")

    got = [
        [visitor.get(url_of(group, NEW)).status_code, send(visitor, group).status_code,
         visitor.post(stopping).status_code]
        for visitor in (browse_as(member_of(group)), browse_as(outsider))
    ]  # fmt: skip

    assert got == [[403, 403, 403], [404, 404, 404]]
    assert (len(mailings()), mailing.stopped_at) == (1, None)


def test_a_letter_of_another_group_cannot_be_stopped_here(browse_as, browser, group):
    other = create_led_group("En annen")
    send(browse_as(lead_of(other)), other)

    answer = browser.post(url_of(group, f"/letters/{only_mailing().public_id}/stopping"))

    assert (answer.status_code, only_mailing().stopped_at) == (404, None)


def test_members_do_not_see_what_leads_wrote(browse_as, browser, group):
    send(browser, group)

    assert "Papirer til møtet" not in browse_as(member_of(group)).get(url_of(group)).text
