"""The organisers' log of mail: what went to whom, why not, and what nobody else may read."""

import pytest

from portal.db import db
from portal.mail import outbox
from portal.mail.message import CalendarPart, Lane, Mailbox, Message
from portal.models.mail import MailState, OutboxMail
from tests.calendar.examples import camp, invited

KEY = "bq7mz-" * 6


@pytest.fixture
def asked(queue) -> OutboxMail:
    """A message to Ola with a link that answers for him."""
    return queue("ola@example.org", "Jury på Skien vgs: kan du?")


def test_the_list_tells_what_to_whom_and_in_which_state(browse_as, kari, queue):
    queue("ola@example.org", "Kan du?")
    failed = queue("siri@example.org", "Takk")
    failed.state, failed.last_code, failed.last_error = MailState.FAILED, 550, "Unknown"

    page = browse_as(kari).get("/organise/mail").text

    for words in ("ola@example.org", "Kan du?", "Venter", "siri@example.org", "Mislyktes",
                  "Mottakerens e-postserver kjenner ikke adressen."):  # fmt: skip
        assert words in page


def test_the_list_is_narrowed_by_state_name_and_subject(browse_as, kari, ola, queue, now):
    queue("siri@example.org", "Kan du?", person_id=None)
    queue("jobb@example.org", "Møtet er flyttet", person_id=ola.id)
    browser = browse_as(kari)

    for query, subject in (
        ("q=hansen", "Møtet er flyttet"),
        ("q=FLYTTET", "Møtet er flyttet"),
        ("q=siri@", "Kan du?"),
    ):
        page = browser.get(f"/organise/mail?{query}").text
        assert [s for s in ("Møtet er flyttet", "Kan du?") if s in page] == [subject]
    assert "Ingen meldinger passer" in browser.get("/organise/mail?state=sent").text
    assert "Kan du?" in browser.get("/organise/mail?state=nonsense&page=99999").text


def test_the_list_costs_the_same_for_one_message_and_many(browse_as, kari, queue, queries):
    browser = browse_as(kari)
    spent = []
    for number in range(3):
        queue(f"p{number}@example.org")
        with queries() as statements:
            browser.get("/organise/mail")
        spent.append(len(statements))

    assert spent[0] == spent[2]


def test_a_message_is_shown_as_sent_with_its_keys_hidden(browse_as, kari, now):
    sender = Mailbox("kalender+hemmelig@portal.example.org", "Alliansen")
    outbox.enqueue(
        Message(
            Mailbox("ola@example.org", "Ola Hansen"), sender, "Kan du?",
            f"Hei Ola\n\nSvar her: http://localhost/asks/{KEY}?a=1.\n",
            reply_to=sender, calendar=CalendarPart("REQUEST", invited(camp())),
        ), key="1", now=now,
    )  # fmt: skip
    db.session.commit()
    mail = db.session.query(OutboxMail).one()

    page = browse_as(kari).get(f"/organise/mail/{mail.public_id}").text

    assert "http://localhost/asks/…" in page
    assert "METHOD:REQUEST" in page
    assert KEY not in page
    assert "hemmelig" not in page


def test_a_sign_in_message_is_never_shown(browse_as, kari, queue):
    mail = queue(subject="Logg inn", lane=Lane.SIGN_IN, html=f"<p>{KEY}</p>")

    page = browse_as(kari).get(f"/organise/mail/{mail.public_id}").text

    assert "Denne meldingen vises ikke" in page
    assert KEY not in page


def test_a_subject_cannot_bring_markup_into_the_page(browse_as, kari, queue):
    mail = queue(subject="<script>alert(1)</script>")
    browser = browse_as(kari)

    for address in ("/organise/mail", f"/organise/mail/{mail.public_id}"):
        assert "<script>alert" not in browser.get(address).text


def test_the_log_is_for_organisers(client, browse_as, ola, asked):
    for address in ("/organise/mail", f"/organise/mail/{asked.public_id}"):
        assert client.get(address).status_code == 302
        assert browse_as(ola).get(address).status_code == 403


def test_an_unknown_message_does_not_exist(browse_as, kari):
    assert browse_as(kari).get("/organise/mail/nosuchmail").status_code == 404
