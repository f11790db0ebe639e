"""From the preview to the outbox: shown as sent, tried on oneself, confirmed, held, sent once."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import choices, control, reading
from portal.mail.choices import turn_off
from portal.mail.control import Progress, Stage
from portal.mail.message import Topic
from portal.mailings import actions, previews, queries
from portal.mailings.audiences import Audience, Who
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.groups import PlaceState
from portal.models.mail import Cause, Lane, MailState, OutboxMail
from portal.models.mailings import Mailing, MailingDraft
from tests.mail.conftest import delivery, server  # noqa: F401
from tests.mail.rules import broken_rules
from tests.mailings.writing import (
    AT,
    DRAFT,
    confirmation,
    expand,
    group_of,
    send,
    write,
)

pytestmark = pytest.mark.usefixtures("in_august")
HELD = timedelta(seconds=300)


@pytest.fixture
def desk(browse_as, kari):
    """Kari's browser."""
    return browse_as(kari)


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def mailings() -> list[Mailing]:
    return list(db.session.scalars(sa.select(Mailing)))


def test_the_preview_is_what_is_sent_to_the_letter(desk, kari, now):
    group = group_of(3)
    for place, language in zip(group.places, ("nb", "nn", "en"), strict=True):
        place.person.language = language
    write(desk, group, subject_en="News of {name}", body_en="Dear {first_name}\n\n1. one")
    draft = queries.draft_of(kari, DRAFT)
    people = queries.some_of(Audience.read(draft.audience))
    shown = {p.person.id: p.letter for p in previews.of_each(draft, people, by=kari, now=now)}

    send(desk)
    expand(now + HELD)

    sent = {
        mail.person_id: previews.without_key(reading.read(mail.raw), mail.person)
        for mail in mails()
    }
    later = {number: vars(each) | {"sent_at": now + HELD} for number, each in shown.items()}
    assert {number: vars(each) for number, each in sent.items()} == later
    assert [each.subject for each in sent.values()] == [
        "Nytt om Medlem 0", "Nytt om Medlem 1", "News of Medlem 2",
    ]  # fmt: skip


def test_the_page_shows_the_letters_and_no_key_to_anybodys_choices(desk):
    group = group_of(3)
    write(desk, group)
    keys = [choices.unsubscribe_url(place.person, Topic.NEWS) for place in group.places]

    page = desk.get(f"{AT}/preview").text
    copies = [
        desk.get(f"{AT}/letters/{place.person.public_id}", check=False) for place in group.places
    ]

    assert re.findall(r"Nytt om Medlem \d", page) == [f"Nytt om Medlem {n}" for n in range(3)]
    assert [each.status_code for each in copies] == [200, 200, 200]
    assert "Hei Medlem" in copies[0].text
    assert "<strong" in copies[0].text
    assert [key for key in keys if key in page or any(key in each.text for each in copies)] == []


def test_a_copy_alone_on_its_page_can_do_nothing(desk):
    group = group_of(1)
    write(desk, group)

    copy = desk.get(f"{AT}/letters/{group.places[0].person.public_id}", check=False)

    rules = copy.headers["Content-Security-Policy"]
    assert rules.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "allow-scripts" not in rules


def test_only_the_copies_of_those_shown_can_be_looked_at(desk, siri):
    write(desk, group_of(1))

    assert desk.get(f"{AT}/letters/{siri.public_id}").status_code == 404


def test_what_is_written_cannot_bring_script_or_headers_along(desk, now):
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example.org/z)"
    write(desk, group_of(1), subject_nb="<b>Nytt</b>", body_nb=evil)
    send(desk)
    expand(now + HELD)

    (mail,) = mails()
    letter = reading.read(mail.raw)
    assert broken_rules(mail.raw) == []
    assert [
        bad for bad in ("<script", 'href="javascript', "<img", "<b>") if bad in letter.html
    ] == []
    assert letter.subject == "<b>Nytt</b>"


def test_a_test_comes_to_me_alone_marked_and_at_once(desk, kari, siri):
    write(desk, group_of(3))
    turn_off(kari, Topic.NEWS, now=kari.created_at)
    db.session.commit()

    for _press in range(2):
        desk.post(f"{AT}/tests", data={"occasion": "once"})
    desk.post(f"{AT}/tests", data={"occasion": "twice"})

    found = [(m.recipient, m.kind, m.lane, m.state, m.topic, m.mailing_id) for m in mails()]
    once = (kari.email, "mailings/test", int(Lane.SINGLE), MailState.QUEUED, "", None)
    assert found == [once, once]
    letter = reading.read(mails()[0].raw)
    assert re.fullmatch(r"\w+: Nytt om Kari Nordmann", letter.subject)
    assert letter.text.splitlines()[:3] == ["Hei Kari", "", "Dette er viktig."]
    assert mailings() == []


def test_whoever_has_no_address_hears_that_a_test_goes_nowhere(desk, kari):
    write(desk, group_of(1))
    kari.emails.clear()
    db.session.commit()

    assert desk.post(f"{AT}/tests", data={"occasion": "1"}).headers["Location"] == f"{AT}/preview"
    assert mails() == []


def test_a_mailing_is_one_row_until_its_hold_is_over(desk, kari, now):
    group = group_of(3)
    write(desk, group)

    mailing = send(desk)

    assert (mailing.kind, mailing.subject, mailing.group_id, mailing.created_by_id) == (
        "mailings.news", "Nytt om {navn}", group.id, kari.id,
    )  # fmt: skip
    assert (mailing.hold_until, mailing.total) == (now + HELD, 3)
    assert control.progress(mailing, now) == Progress(Stage.HELD, total=3, waiting=3)
    assert (expand(now + HELD - timedelta(seconds=1)), mails()) == (0, [])
    assert expand(now + HELD) == 3
    assert Counter((m.kind, m.lane, m.topic, m.state) for m in mails()) == {
        ("mailings/news", int(Lane.BULK), "news", MailState.QUEUED): 3
    }
    assert db.session.scalar(sa.select(sa.func.count(MailingDraft.id))) == 0


def test_the_hold_is_a_setting(app, desk, now, monkeypatch):
    monkeypatch.setitem(app.config, "MAILING_HOLD_SECONDS", 0)
    write(desk, group_of(1))

    assert send(desk).hold_until == now
    assert expand(now) == 1


def test_stopped_during_the_hold_nobody_gets_anything(desk, server, delivery, now):  # noqa: F811
    write(desk, group_of(3))
    mailing = send(desk)

    desk.post(f"/organise/mailings/{mailing.public_id}/stop")

    assert (expand(now + HELD), mails(), delivery.drain(), server.taken) == (0, [], 0, [])


def test_everybody_gets_it_once_whatever_is_pressed(desk, server, delivery, now):  # noqa: F811
    write(desk, group_of(3))
    typed = confirmation(desk)

    answers = [desk.post(f"{AT}/sending", data=typed) for _press in range(3)]
    expand(now + HELD)
    expand(now + HELD)
    delivery.tell_time = lambda: now + HELD
    db.session.commit()
    delivery.drain()

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Counter(server.recipients) == {f"m{n}@example.org": 1 for n in range(3)}
    verbs = list(db.session.scalars(sa.select(AuditEntry.verb)))
    assert verbs.count("mailing.created") == 1


def test_two_presses_at_once_send_one_mailing(desk, kari, now):
    write(desk, group_of(3))
    draft = queries.draft_of(kari, DRAFT)
    seen = {"revision": draft.revision, "count": 3, "by": kari, "now": now}

    # The second has read the draft before the first was done with it.
    first = actions.send(draft, **seen)
    second = actions.send(draft, **seen)
    db.session.commit()

    assert first is second
    assert len(mailings()) == 1


@pytest.mark.parametrize(("people", "asked"), [(50, False), (51, True)])
def test_above_fifty_the_number_must_be_written_down(desk, people, asked):
    write(desk, group_of(people))

    assert ('name="typed"' in desk.get(f"{AT}/sending").text) is asked


@pytest.mark.parametrize("typed", ["", "50", "52", "many"])
def test_another_number_sends_nothing(desk, typed):
    write(desk, group_of(51))

    answer = desk.post(f"{AT}/sending", data={**confirmation(desk), "typed": typed})

    assert (answer.status_code, mailings()) == (422, [])
    assert 'id="typed-error"' in answer.text


def test_the_right_number_sends_it(desk):
    write(desk, group_of(51))

    assert send(desk, typed=" 51 ").total == 51


def test_a_number_that_has_changed_since_is_looked_at_again(desk, siri):
    group = group_of(2)
    write(desk, group)
    seen = confirmation(desk)
    group.places[0].state = PlaceState.LEFT
    db.session.commit()

    answer = desk.post(f"{AT}/sending", data=seen)

    assert (answer.headers["Location"], mailings()) == (f"{AT}/preview", [])


def test_a_text_that_was_changed_in_another_window_is_looked_at_again(desk):
    group = group_of(2)
    write(desk, group)
    seen = confirmation(desk)
    write(desk, group, body_nb="Noe annet")

    answer = desk.post(f"{AT}/sending", data=seen)

    assert (answer.headers["Location"], mailings()) == (f"{AT}/preview", [])


def test_what_reaches_nobody_is_not_sent(desk):
    write(desk, group_of(0))

    page = desk.get(f"{AT}/sending")
    answer = desk.post(f"{AT}/sending", data={"revision": "2", "count": "0"})

    assert (page.status_code, answer.headers["Location"]) == (200, f"{AT}/preview")
    assert mailings() == []


def test_who_drops_out_during_the_hold_gets_nothing_and_nobody_is_added(desk, siri, now):
    group = group_of(4)
    write(desk, group)
    send(desk)
    people = [place.person for place in group.places]
    group.places[0].state = PlaceState.LEFT
    turn_off(people[1], Topic.NEWS, now=now)
    people[2].emails.clear()
    group.places.append(type(group.places[0])(person=siri, state=PlaceState.CONFIRMED))
    db.session.commit()

    expand(now + HELD)

    assert [(mail.person_id, mail.state, mail.cause) for mail in mails()] == [
        (people[1].id, MailState.SUPPRESSED, Cause.UNSUBSCRIBED),
        (people[3].id, MailState.QUEUED, Cause.NONE),
    ]
    progress = control.progress(mailings()[0], now + HELD)
    assert progress == Progress(Stage.SENDING, total=2, waiting=1, unwanted=1)


def test_a_name_that_cannot_stand_in_a_header_stops_only_its_own(desk, now):
    group = group_of(3)
    write(desk, group)
    send(desk)
    db.session.execute(
        sa.update(Person).where(Person.id == group.places[1].person_id).values(name="Medlem\n1")
    )

    assert expand(now + HELD) == 2


def test_the_headers_let_mail_readers_turn_it_off(desk, now):
    write(desk, group_of(1))
    send(desk)
    expand(now + HELD)

    (mail,) = mails()
    url = choices.unsubscribe_url(mail.person, Topic.NEWS)
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in mail.raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mail.raw
    assert broken_rules(mail.raw) == []


def test_what_is_about_a_season_or_an_event_says_so(app, kari, now):
    season, event = Audience(Who.VOLUNTEERS, 7), Audience(Who.INVITED, 8, "accepted")

    assert (season.season_id, season.event_id) == (7, None)
    assert (event.season_id, event.event_id) == (None, 8)
