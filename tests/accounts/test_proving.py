"""Who uses a link that was mailed has shown that mail arrives: a stopped address opens again."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import actions, sign_in_mail
from portal.accounts.addresses import read_claim
from portal.db import db
from portal.mail import addresses
from portal.models.accounts import Person
from portal.models.mail import AddressStanding, MailState, OutboxMail
from tests.accounts.links import ask, newest_link
from tests.mail.conftest import queue  # noqa: F401

NEW = "ny@example.org"


def close(address: str) -> AddressStanding:
    """Let mail to ``address`` have come back."""
    addresses.note_refusal(
        db.session.connection(), address, clock.now(), code=550, words="No", is_final=True
    )
    db.session.commit()
    standing = addresses.standing_of(address)
    assert standing is not None
    return standing


@pytest.fixture
def held(ola: Person, queue) -> OutboxMail:  # noqa: F811
    """A message to Ola that is held back."""
    mail = queue(ola.email, person_id=ola.id, expires_at=clock.now() + timedelta(days=1))
    close(ola.email or "")
    return mail


def test_a_sign_in_link_from_the_mail_lets_held_mail_go(
    client: FlaskClient, ola: Person, held: OutboxMail
):
    path = ask(client, ola.email or "")
    client.get(path)
    assert held.state == MailState.SUPPRESSED

    client.post(path)

    standing = addresses.standing_of(ola.email or "")
    assert standing is not None
    assert (standing.suppressed_at, standing.lifted_by_id) == (None, ola.id)
    assert held.state == MailState.QUEUED


def test_a_dead_link_proves_nothing(client: FlaskClient, ola: Person, held: OutboxMail):
    path = ask(client, ola.email or "")
    client.post("/sign-out")
    ola.suspended_at = clock.now()

    client.post(path)

    assert held.state == MailState.SUPPRESSED


def test_a_link_that_a_command_printed_proves_nothing(ola: Person, held: OutboxMail):
    token = sign_in_mail.link_for(ola, ola.email or "", clock.now())

    actions.use_link(token, clock.now())
    db.session.commit()

    assert held.state == MailState.SUPPRESSED


def test_a_link_that_confirms_an_address_goes_to_a_stopped_one_and_opens_it(browse_as, ola: Person):
    standing = close(NEW)
    browser = browse_as(ola)
    browser.post("/my/addresses", data={"address": NEW})
    mail = db.session.query(OutboxMail).one()
    path = newest_link()
    browser.get(path)
    assert (mail.state, standing.suppressed_at is None) == (MailState.QUEUED, False)

    browser.post(path)

    assert (standing.suppressed_at, standing.lifted_by_id) == (None, ola.id)
    assert [email.address for email in ola.emails] == [ola.email, NEW]


def test_somebody_elses_address_is_not_opened(browse_as, ola: Person, siri: Person):
    browser = browse_as(ola)
    browser.post("/my/addresses", data={"address": siri.email})
    path = newest_link()
    standing = close(siri.email or "")
    assert read_claim(path.rsplit("/", 1)[1], ola, clock.now()) is not None

    browser.post(path)

    assert standing.suppressed_at is not None


def test_nobody_else_sees_the_message_that_confirms_an_address(
    browse_as, kari: Person, ola: Person
):
    browse_as(ola).post("/my/addresses", data={"address": NEW})
    mail = db.session.query(OutboxMail).one()
    token = newest_link().rsplit("/", 1)[1]

    page = browse_as(kari).get(f"/organise/mail/{mail.public_id}").text

    assert mail.subject in page
    assert token not in page
    assert "<iframe" not in page
