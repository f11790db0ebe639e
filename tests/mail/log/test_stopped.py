"""The addresses that nothing is sent to: the list, lifting, and those who are told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import addresses, queries
from portal.mail.log import stopped
from portal.models.audit import AuditEntry
from portal.models.mail import AddressStanding, Cause, MailState
from tests.factories import create_person

GONE = "550 5.1.1 User unknown"


@pytest.fixture(autouse=True)
def in_english(kari, ola):
    """The words of the pages as the code has them."""
    kari.language = ola.language = "en"
    db.session.commit()


def close(address: str, now) -> AddressStanding:
    """Let mail to ``address`` have come back."""
    addresses.note_refusal(
        db.session.connection(), address, now, code=550, words=GONE, is_final=True
    )
    db.session.commit()
    standing = addresses.standing_of(address)
    assert standing is not None
    return standing


def cells(page: str) -> list[list[str]]:
    """What stands in the rows of the tables, without markup."""
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
            for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)]  # fmt: skip
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in rows[1:]]


@pytest.mark.usefixtures("in_august")
def test_the_list_tells_whose_since_when_why_and_what_is_held(browse_as, kari, ola, queue, now):
    queue(ola.email, "Kan du?", expires_at=now + timedelta(hours=1))
    queue(ola.email.upper(), "Takk", expires_at=now + timedelta(hours=1))
    queue(ola.email, "For sent", expires_at=now)
    close(ola.email, now)
    close("nobody@example.org", now - timedelta(days=1))

    page = browse_as(kari).get("/organise/mail/addresses").text

    why = f"The receiving server knows no such address. {GONE}"
    assert cells(page) == [
        [ola.email, "Ola Hansen", "20 Aug 2026, 11:00", why, "2 messages", "Send there again"],
        ["nobody@example.org", "No longer anybody’s", "19 Aug 2026, 11:00", why, "Nothing",
         "Send there again"],
    ]  # fmt: skip
    assert f"/organise/people/{ola.public_id}" in page


def test_without_any_the_page_says_that_mail_arrives(browse_as, kari):
    page = browse_as(kari).get("/organise/mail/addresses").text

    assert "Mail arrives everywhere" in page
    assert "<table" not in page


@pytest.mark.usefixtures("in_august")
def test_lifting_lets_go_what_is_still_of_use(browse_as, kari, queue, now):
    due = now - timedelta(days=2)
    waits = queue("Ola@example.org", "Kan du?", not_before=due, expires_at=now + timedelta(hours=1))
    late = queue("ola@example.org", "For sent", not_before=due, expires_at=now)
    standing = close("ola@example.org", now)
    browser = browse_as(kari)

    lifting = f"/organise/mail/addresses/{standing.public_id}/lifting"
    page = browser.post(lifting, follow_redirects=True).text

    assert (
        "Mail goes to ola@example.org again, beginning with 1 message that was held back." in page
    )
    assert (waits.state, waits.cause, waits.not_before) == (MailState.QUEUED, Cause.NONE, now)
    assert (late.state, late.cause) == (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED)
    # It has waited since now, and not since it was held back.
    assert queries.queue(now) == queries.Queue(1, 0)
    assert cells(page) == [
        ["ola@example.org", "No longer anybody’s", "20 Aug 2026, 11:00", kari.name]
    ]
    _closed, entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert (entry.verb, entry.object_id, entry.actor_id) == (
        "address.lifted", standing.id, kari.id,
    )  # fmt: skip


@pytest.mark.usefixtures("in_august")
def test_lifting_twice_is_as_once(browse_as, kari, now):
    lifting = f"/organise/mail/addresses/{close('ola@example.org', now).public_id}/lifting"
    browser = browse_as(kari)

    first = browser.post(lifting, follow_redirects=True).text
    second = browser.post(lifting, follow_redirects=True).text

    assert "Mail goes to ola@example.org again. Nothing had been held back." in first
    assert "Mail goes to this address already." in second
    assert [entry.verb for entry in db.session.scalars(sa.select(AuditEntry))] == [
        "address.suppressed",
        "address.lifted",
    ]


def test_lifting_what_is_not_there_is_not_found(browse_as, kari):
    assert browse_as(kari).post("/organise/mail/addresses/nothing/lifting").status_code == 404


def test_what_was_lifted_is_remembered_when_mail_arrives_again(browse_as, kari, ola, now):
    standing = close(ola.email, now)
    addresses.prove(ola.email, by=ola, now=now)
    addresses.note_refusal(db.session.connection(), ola.email, now, code=450, words="Grey")
    addresses.note_delivery(db.session.connection(), [ola.email])
    db.session.commit()

    page = browse_as(kari).get("/organise/mail/addresses").text

    assert cells(page) == [
        [ola.email, "Ola Hansen", "20 Aug 2026, 11:00", "A link that was used"],
    ]  # fmt: skip
    assert standing.refusals == 0


def test_only_the_last_twenty_that_were_lifted_are_shown(app, kari, now):
    for number in range(22):
        standing = close(f"p{number}@example.org", now)
        addresses.lift(standing, by=kari, now=now + timedelta(minutes=number))

    lifted = [each.folded for each in stopped.lately_lifted()]

    assert lifted == [f"p{number}@example.org" for number in range(21, 1, -1)]


def test_the_list_costs_the_same_for_one_address_and_many(browse_as, kari, queue, now, queries):
    browser = browse_as(kari)
    spent = []
    for number in range(3):
        person = create_person(f"Per {number}")
        queue(person.email)
        close(person.email, now)
        addresses.lift(close(f"lifted{number}@example.org", now), by=person, now=now)
        db.session.commit()
        with queries() as statements:
            browser.get("/organise/mail/addresses")
        spent.append(len(statements))

    assert spent[0] == spent[2]


def test_the_person_is_told_on_their_own_page(browse_as, ola, siri, now):
    close(ola.email, now)

    page = browse_as(ola).get("/my").text

    assert f"Mail to {ola.email} does not arrive" in page
    assert "Confirm another address" in page
    assert "alert" not in browse_as(siri).get("/my").text.partition("<main")[2]


def test_organisers_see_it_on_the_page_of_the_person_and_among_what_waits(
    browse_as, kari, ola, now
):
    close(ola.email, now)
    browser = browse_as(kari)

    assert (
        f"Nothing is sent to {ola.email}" in browser.get(f"/organise/people/{ola.public_id}").text
    )
    assert re.search(
        r"<b>1</b> <a [^>]+>addresses that mail does not reach", browser.get("/organise/").text
    )


def test_the_page_of_organisers_tells_of_mail_that_is_stuck(browse_as, kari, queue):
    browser = browse_as(kari)
    mail = queue()
    mail.not_before = datetime.now(UTC) - timedelta(minutes=9)
    calm = [browser.get(path).text for path in ("/organise/", "/organise/mail")]
    mail.not_before = datetime.now(UTC) - timedelta(minutes=14, seconds=5)
    stuck = [browser.get(path).text for path in ("/organise/", "/organise/mail")]

    assert ["Mail has waited for" in page for page in calm] == [False, False]
    assert ["Mail has waited for 14 minutes" in page for page in stuck] == [True, True]
    assert ["1 message should have left by now." in page for page in stuck] == [True, True]
