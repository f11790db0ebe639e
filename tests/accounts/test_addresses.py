from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import addresses
from portal.accounts.addresses import _serializer
from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.audit import AuditEntry
from portal.models.mail import AddressStanding, OutboxMail
from tests.accounts.links import ask, newest_link
from tests.factories import create_person

NEW = "ola@moss.example.org"


def test_an_address_is_added_by_the_link_sent_to_it(browse_as, ola: Person):
    browser = browse_as(ola)

    browser.post("/my/addresses", data={"address": NEW})
    asked = addresses_of(ola)
    page = browser.get(newest_link())
    looked = addresses_of(ola)
    browser.post(newest_link())

    assert mails_to(NEW) == 1
    assert (page.status_code, NEW in page.text) == (200, True)
    assert asked == looked == [ola.emails[0].address]
    assert addresses_of(ola) == [ola.emails[0].address, NEW]
    assert [email.is_primary for email in ola.emails] == [True, False]


def test_an_address_that_mail_does_not_reach_is_told_of(browse_as, ola: Person):
    browser = browse_as(ola)
    browser.set_cookie("language", "en")
    before = browser.get("/my/addresses").text
    now = clock.now()
    stopped = AddressStanding(folded=ola.emails[0].folded, suppressed_at=now, last_at=now)
    db.session.add(stopped)
    db.session.commit()

    after = browser.get("/my/addresses").text

    told = "Mail does not arrive"
    assert (before.count(told), after.count(told)) == (0, 1)


def test_adding_it_twice_adds_it_once(browse_as, ola: Person):
    browser = browse_as(ola)
    browser.post("/my/addresses", data={"address": NEW})

    answers = [browser.post(newest_link()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert len(addresses_of(ola)) == 2


def test_one_signs_in_with_an_added_address(browse_as, client: FlaskClient, ola: Person):
    add(browse_as(ola))

    link = ask(client, NEW)

    assert client.post(link).status_code == 302


def test_a_link_works_for_nobody_else(browse_as, ola: Person, siri: Person):
    browse_as(ola).post("/my/addresses", data={"address": NEW})

    other = browse_as(siri)

    assert other.get(newest_link()).status_code == 404
    assert other.post(newest_link()).status_code == 404
    assert len(addresses_of(siri)) == 1


def test_whoever_is_not_signed_in_comes_back_to_the_link(
    browse_as, client: FlaskClient, ola: Person
):
    browse_as(ola).post("/my/addresses", data={"address": NEW})
    link = newest_link()

    turned_away = client.get(link)

    assert turned_away.headers["Location"].startswith("/sign-in?next=/my/addresses/confirmation/")
    signing_in = ask(client, ola.email, next=link)
    assert client.post(signing_in).headers["Location"] == link


def test_a_link_lasts_for_a_day(app, ola: Person):
    now = datetime.now(UTC)
    addresses.claim(ola, NEW, now)
    token = newest_link().rpartition("/")[2]

    day = timedelta(hours=24)
    assert addresses.read_claim(token, ola, now + day - timedelta(seconds=2)) is not None
    assert addresses.read_claim(token, ola, now + day) is None


@pytest.mark.parametrize("token", ["x", "a.b", "W10.x", "%00"])
def test_a_made_up_link_leads_to_a_page_that_helps(browse_as, ola: Person, token: str):
    assert browse_as(ola).get(f"/my/addresses/confirmation/{token}").status_code == 404


@pytest.mark.parametrize("payload", [[], ["x"], {}, 7, [1, "a@example.org", "soon"]])
def test_a_payload_of_another_shape_claims_nothing(app, ola: Person, now, payload):
    assert addresses.read_claim(str(_serializer().dumps(payload)), ola, now) is None


def test_the_answer_does_not_tell_that_somebody_else_has_an_address(
    browse_as, ola: Person, siri: Person
):
    browser = browse_as(ola)
    # In one second, since the token of each form tells when it was made.
    with time_machine.travel(clock.now(), tick=False):
        free = browser.post("/my/addresses", data={"address": NEW}, follow_redirects=True)
        taken = browser.post("/my/addresses", data={"address": siri.email}, follow_redirects=True)

    assert free.text == taken.text


def test_an_address_somebody_else_has_is_not_moved(browse_as, ola: Person, siri: Person):
    browser = browse_as(ola)
    browser.post("/my/addresses", data={"address": siri.email})

    answer = browser.post(newest_link(), follow_redirects=True)

    assert "En annen i portalen har denne adressen" in answer.text
    assert (len(addresses_of(ola)), len(addresses_of(siri))) == (1, 1)


@pytest.mark.parametrize("text", ["", "ola", "å@example.org"])
def test_what_is_no_address_is_asked_for_again(browse_as, ola: Person, text: str):
    assert browse_as(ola).post("/my/addresses", data={"address": text}).status_code == 422


def test_ones_own_address_is_not_added_again(browse_as, ola: Person):
    answer = browse_as(ola).post("/my/addresses", data={"address": ola.email.upper()})

    assert answer.status_code == 422
    assert mails_to(ola.email) == 0


def test_five_strangers_an_hour_are_written_to_and_no_more(browse_as, ola: Person):
    browser = browse_as(ola)

    answers = [
        browser.post("/my/addresses", data={"address": f"a{n}@example.org"}).status_code
        for n in range(6)
    ]

    assert answers == [302] * 5 + [422]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 5


def test_mail_goes_to_the_address_chosen_and_the_one_before_hears_of_it(browse_as, ola: Person):
    before, browser = ola.email, browse_as(ola)
    add(browser)

    browser.post("/my/addresses/primary", data={"address": NEW})

    assert ola.email == NEW
    assert mails_to(before) == 1
    assert verbs() == [
        "person.address_claimed",
        "person.address_added",
        "person.primary_address_chosen",
    ]


def test_mail_does_not_go_to_an_address_that_nobody_confirmed(browse_as, ola: Person):
    before = ola.email
    ola.emails.append(EmailAddress(address=NEW, is_primary=False))
    db.session.commit()

    browse_as(ola).post("/my/addresses/primary", data={"address": NEW})

    assert ola.email == before


def test_an_address_is_removed(browse_as, ola: Person):
    browser = browse_as(ola)
    add(browser)

    browser.post("/my/addresses/removal", data={"address": NEW})

    assert addresses_of(ola) == [ola.email]


def test_the_address_that_mail_goes_to_stays(browse_as, ola: Person):
    browse_as(ola).post("/my/addresses/removal", data={"address": ola.email})

    assert len(addresses_of(ola)) == 1


@pytest.mark.parametrize("what", ["primary", "removal"])
def test_nobody_touches_anothers_address(browse_as, ola: Person, what: str):
    siri = create_person("Siri Berg")
    siri.emails.append(EmailAddress(address=NEW, is_primary=False, confirmed_at=siri.created_at))
    db.session.commit()

    answer = browse_as(ola).post(f"/my/addresses/{what}", data={"address": NEW})

    assert answer.status_code == 404
    assert [email.is_primary for email in siri.emails] == [True, False]


def add(browser: FlaskClient) -> None:
    browser.post("/my/addresses", data={"address": NEW})
    browser.post(newest_link())


def addresses_of(person: Person) -> list[str]:
    found = sa.select(EmailAddress.address).where(EmailAddress.person_id == person.id)
    return list(db.session.scalars(found.order_by(EmailAddress.id)))


def mails_to(address: str) -> int | None:
    found = sa.select(sa.func.count()).where(OutboxMail.recipient == address)
    return db.session.scalar(found)


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
