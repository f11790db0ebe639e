"""Turning sorts of notices off and on: by one press from a mail, and on one's own page."""

import re
import threading
from datetime import timedelta
from email import message_from_bytes

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import choices, outbox, topics
from portal.mail.composing import compose
from portal.mail.message import Topic
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import OptOut
from tests.factories import MADE

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(ola):
    """Where Ola turns news off, as the header of a mail has it."""
    return choices.unsubscribe_url(ola, Topic.NEWS).removeprefix("http://localhost")


def off() -> list[tuple[int, str]]:
    return [tuple(row) for row in db.session.execute(sa.select(OptOut.person_id, OptOut.topic))]


def test_looking_changes_nothing_however_often(client, ola, path):
    for method in ("GET", "HEAD", "GET"):
        assert client.open(path, method=method).status_code == 200

    assert off() == []
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_one_press_turns_it_off_and_twice_is_as_once(client, ola, path):
    first, second = client.post(path, data=ONE_CLICK), client.post(path, data=ONE_CLICK)

    assert (first.status_code, second.status_code) == (200, 200)
    assert off() == [(ola.id, Topic.NEWS)]
    found = db.session.execute(sa.select(AuditEntry.verb, AuditEntry.actor_id)).all()
    assert [tuple(row) for row in found] == [("choice.off", ola.id)]


@pytest.mark.parametrize("how", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_provider_presses_without_cookie_or_token(app, client, ola, path, monkeypatch, how):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    elsewhere = client.post("/preferences/appearance", data={"appearance": "dark"}, check=False)

    answer = client.post(
        path, data=ONE_CLICK, content_type=how, headers={"User-Agent": "Gmail One-Click"}
    )

    assert (elsewhere.status_code, answer.status_code) == (400, 200)
    assert off() == [(ola.id, Topic.NEWS)]


def test_two_presses_at_once_are_one(app, ola):
    number, together, failed = ola.id, threading.Barrier(2), []
    db.session.commit()

    def press():
        with app.app_context():
            person = db.session.get_one(Person, number)
            db.session.commit()
            together.wait(5)
            try:
                choices.turn_off(person, Topic.NEWS, now=MADE)
                db.session.commit()
            except Exception as fault:
                failed.append(fault)

    threads = [threading.Thread(target=press) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (failed, off()) == ([], [(number, Topic.NEWS)])
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 1


def test_the_button_of_the_page_is_the_same_press(app, client, ola, path, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = client.get(path).text
    (action,) = re.findall(r'<form method="post" action="(/unsubscribe/[^"]+)"', page)

    done = client.post(action, data=ONE_CLICK).text

    assert action == path
    assert off() == [(ola.id, Topic.NEWS)]
    (undoing,) = re.findall(r'<form method="post" action="(/unsubscribe/[^"]+)"', done)
    assert client.post(undoing).headers["Location"] == path
    assert off() == []


def test_the_page_says_how_it_stands(client, ola, path):
    before = client.get(path).text
    client.post(path, data=ONE_CLICK)
    after = client.get(path).text

    assert ("/undoing" in before, "/undoing" in after) == (False, True)


def test_undoing_what_was_not_done_changes_nothing(client, ola, path):
    assert client.post(f"{path}/undoing").headers["Location"] == path
    assert off() == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "change", [lambda p: p[:-1], lambda p: p + "a", lambda p: "/unsubscribe/1-0-x"]
)
def test_a_token_that_we_did_not_make_is_not_found(client, ola, path, method, change):
    answer = client.open(change(path), method=method, data=ONE_CLICK)

    # It may have been cut by a mail reader: the page leads to where the same can be chosen.
    assert (answer.status_code, 'href="/my/notices"' in answer.text) == (404, True)
    assert off() == []


def test_a_token_for_something_else_is_not_found(client, ola, path):
    token = path.rsplit("/", 1)[1]

    assert client.get(f"/asks/{token}").status_code == 404
    assert client.get(f"/invitations/{token}").status_code == 404


def test_the_page_keeps_its_address_to_itself(client, path):
    for answer in (client.get(path), client.post(path, data=ONE_CLICK)):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_speaks_as_the_mail_did(client, ola, path):
    ola.language = "nn"
    db.session.commit()

    assert '<html lang="nn"' in client.get(path).text


def test_turned_off_while_it_waits_it_is_not_sent(client, ola, path, now):
    message = compose("outbox/test", ola, topic=Topic.NEWS, number=1, count=1, sent_at=now)
    outbox.enqueue(message, key="1", now=now)
    db.session.commit()

    client.post(path, data=ONE_CLICK)
    outbox.enqueue(message, key="2", now=now)

    found = db.session.execute(sa.select(OutboxMail.state, OutboxMail.cause)).all()
    assert [tuple(row) for row in found] == 2 * [(MailState.SUPPRESSED, Cause.UNSUBSCRIBED)]


@pytest.mark.parametrize("topic", list(Topic))
def test_a_message_that_can_be_turned_off_says_so_in_headers_and_foot(app, ola, now, topic):
    message = compose("outbox/test", ola, topic=topic, number=1, count=1, sent_at=now)
    row = outbox.row_of(message, key="1", now=now + timedelta(minutes=1))
    sent = message_from_bytes(row["raw"])
    url = choices.unsubscribe_url(ola, topic)

    assert sent["List-Unsubscribe"] == f"<{url}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.text.endswith(f"\n-- \n{topics.REASONS[topic]}\n{topics.LINKS[topic]}:\n{url}")
    assert f'href="{url}"' in message.html


def test_a_message_that_must_arrive_has_no_such_headers_and_no_such_foot(app, ola, now):
    message = compose("outbox/test", ola, number=1, count=1, sent_at=now)

    assert dict(message.headers) == {}
    assert "unsubscribe" not in message.text + message.html


def test_every_topic_is_explained():
    for texts in (topics.NAMES, topics.MEANINGS, topics.REASONS, topics.LINKS):
        assert list(texts) == list(Topic)


def test_somebody_chooses_their_notices(browse_as, ola, siri):
    browser = browse_as(ola)
    wanted = [str(Topic.NEWS), str(Topic.REMIND_EVENT)]

    answer = browser.post("/my/notices", data={"wanted": wanted})

    assert answer.headers["Location"] == "/my/notices"
    assert sorted(off()) == sorted((ola.id, topic) for topic in Topic if str(topic) not in wanted)
    page = browser.get("/my/notices").text
    checked = re.findall(r'value="(\w+)" aria-describedby="[^"]+" checked', page)
    assert checked == wanted


def test_all_can_be_turned_off_and_on_again(browse_as, ola):
    browser = browse_as(ola)

    browser.post("/my/notices", data={"csrf_token": "as a browser sends it"})
    all_off = len(off())
    browser.post("/my/notices", data={"wanted": [str(topic) for topic in Topic]})

    assert (all_off, off()) == (len(Topic), [])


def test_a_sort_of_notice_that_is_none_is_refused(browse_as, ola):
    answer = browse_as(ola).post("/my/notices", data={"wanted": ["everything"]})

    assert (answer.status_code, off()) == (422, [])


def test_ones_own_pages_lead_to_the_choices(browse_as, ola):
    browser = browse_as(ola)

    assert 'href="/my/notices"' in browser.get("/my").text
    assert 'href="/my/notices"' in browser.get("/my/profile").text
