from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.signup import drafts
from portal.mail import addresses
from portal.models.accounts import EmailAddress, Person, RoleName, SignInSession
from portal.models.jury import SignupDraft
from portal.models.mail import Lane
from tests.factories import (
    create_camp,
    create_organisation,
    create_person,
    create_season,
    create_signup,
)
from tests.jury.signup.volunteering import (
    ADDRESS,
    OLA,
    TRAVEL,
    body_of,
    fill_in,
    mails,
    newest_link,
    signups,
    submit,
)

pytestmark = pytest.mark.usefixtures("in_august")


def test_looking_at_the_link_changes_nothing(client: FlaskClient):
    season = create_season()
    link = submit(client, season, create_camp(season))

    for _ in range(3):
        page = client.get(link)
        client.head(link)

    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert (signups(), people()) == ([], [])


def test_the_mail_is_in_the_readers_language_and_never_shown(client: FlaskClient):
    season = create_season(contact_name="Kari Nordmann", contact_phone="22 00 00 00")
    client.set_cookie("language", "nn")

    link = submit(client, season, create_camp(season))

    (mail,) = mails("jury/confirm_signup")
    assert (mail.recipient, mail.lane) == (ADDRESS, Lane.SIGN_IN)
    assert mail.subject == "Stadfest at du vil vere jurymedlem i Oppdrag Oslofjorden 2026"
    assert body_of(mail) == (
        "Hei, Ola Hansen\n\n"
        "Du har meldt deg som jurymedlem i Oppdrag Oslofjorden 2026. Opne lenkja og stadfest, så"
        " gjeld tilbodet ditt.\n\n"
        f"http://localhost{link}\n\n"
        "Lenkja verkar til fredag 21. august 2026 kl. 11.00. Var det ikkje deg? Då treng du ikkje"
        " gjere noko, og ingenting skjer.\n\n"
        "Venleg helsing\nKari Nordmann\nTelefon 22 00 00 00\nOsloregionen\n"
    )


def test_confirming_makes_the_person_signs_in_and_sends_a_receipt(client: FlaskClient):
    season = create_season()
    moss = create_organisation("Moss kommune")
    camp = create_camp(season)
    link = submit(client, season, camp, employer="moss", phone="912 34 567")

    answer = client.post(link)

    (signup,) = signups()
    (person,) = people()
    assert answer.headers["Location"] == f"/signups/{signup.public_id}"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert (person.name, person.phone, person.organisation) == ("Ola Hansen", "912 34 567", moss)
    assert person.emails[0].confirmed_at is not None
    (receipt,) = mails("jury/signup_receipt")
    assert receipt.dedupe_key == f"signup-{signup.id}-rev-1"
    assert f"- {camp.name}, tirsdag 20. oktober 2026: Ja\n" in body_of(receipt)
    assert f"http://localhost/signups/{signup.public_id}/withdrawal" in body_of(receipt)


def test_confirming_shows_that_mail_arrives(client: FlaskClient):
    season = create_season()
    link = submit(client, season, create_camp(season))
    addresses.note_refusal(
        db.session.connection(), ADDRESS, datetime.now(UTC), code=550, words="No", is_final=True
    )

    client.post(link)

    assert addresses.suppressed({ADDRESS}) == set()


def test_confirming_twice_says_that_it_is_done(client: FlaskClient):
    season = create_season()
    link = submit(client, season, create_camp(season))

    client.post(link)
    again = [client.post(link), client.get(link)]

    assert [answer.status_code for answer in again] == [200, 200]
    assert all("Tilbudet ditt er allerede bekreftet" in answer.text for answer in again)
    assert (len(signups()), len(people()), len(mails("jury/signup_receipt"))) == (1, 1, 1)


def test_pressing_submit_twice_sends_one_link(client: FlaskClient):
    season = create_season()
    check = fill_in(client, season, create_camp(season))

    answers = [client.post(check) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {check.replace("check", "sent")}
    assert len(mails("jury/confirm_signup")) == 1
    assert client.post(newest_link()).status_code == 302


def test_a_newer_link_takes_the_place_of_the_older(client: FlaskClient, now: datetime):
    season = create_season()
    check = fill_in(client, season, create_camp(season))
    client.post(check)
    older = newest_link()

    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        client.post(check)
        dead = client.post(older)
        client.post(newest_link())

    assert dead.status_code == 404
    assert len(signups()) == 1


def test_changing_the_address_makes_the_link_worthless(client: FlaskClient, ola: Person):
    season = create_season()
    camp = create_camp(season)
    check = fill_in(client, season, camp, email="siri@example.org")
    client.post(check)
    link = newest_link()

    client.post(check.replace("/check", "/travel"), data={**OLA, **TRAVEL, "email": ola.email})

    assert client.post(link).status_code == 404
    assert signups() == []


def test_a_link_lasts_a_day(client: FlaskClient, now: datetime):
    season = create_season()
    link = submit(client, season, create_camp(season))

    with time_machine.travel(now + timedelta(hours=24)):
        answers = [client.get(link), client.post(link)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "Fyll ut skjemaet på nytt" in answers[0].text
    assert signups() == []


@pytest.mark.parametrize("token", ["x", "a" * 43, "b" * 200])
def test_a_link_nobody_made_is_dead(client: FlaskClient, token: str):
    assert client.get(f"/signups/confirm/{token}").status_code == 404
    assert client.post(f"/signups/confirm/{token}").status_code == 404


def test_the_answer_is_the_same_for_known_and_unknown_addresses(client: FlaskClient, ola: Person):
    season = create_season()
    camp = create_camp(season)

    pages = []
    for address in (ola.email, "ukjent@example.org"):
        sent = client.post(fill_in(client, season, camp, email=address)).headers["Location"]
        text = client.get(sent).text.replace(address, "")
        pages.append(text.replace(sent.split("/")[-2], ""))

    assert pages[0] == pages[1]
    assert len(mails("jury/confirm_signup")) == 2


def test_nothing_of_a_known_person_changes_before_they_confirm(client: FlaskClient):
    ola = create_person("Ola Hansen", email=ADDRESS, phone="22 00 00 00")
    season = create_season()
    camp = create_camp(season)
    create_signup(season, ola, camp, at_most=3)

    link = submit(client, season, camp, name="O. Hansen", phone="912 34 567", most_camps="1")
    before = (ola.name, ola.phone, signups()[0].at_most)
    client.post(link)

    assert before == ("Ola Hansen", "22 00 00 00", 3)
    assert (ola.name, ola.phone, signups()[0].at_most) == ("Ola Hansen", "912 34 567", 1)
    assert len(signups()) == 1


def test_the_address_is_known_in_whatever_case_it_is_written(client: FlaskClient):
    ola = create_person("Ola Hansen", email=ADDRESS)
    season = create_season()

    client.post(submit(client, season, create_camp(season), email=ADDRESS.upper()))

    assert [signup.juror for signup in signups()] == [ola]


def test_another_browser_confirms_without_being_signed_in(app: Flask, client: FlaskClient):
    season = create_season()
    link = submit(client, season, create_camp(season))

    answer = app.test_client().post(link)

    assert answer.status_code == 200
    assert "Takk. Tilbudet ditt gjelder nå" in answer.text
    assert len(signups()) == 1
    assert db.session.scalars(sa.select(SignInSession)).all() == []


def test_who_holds_a_role_is_not_signed_in_by_a_link_that_lasts_a_day(client: FlaskClient):
    create_person("Kari Nordmann", email=ADDRESS, role=RoleName.ORGANISER)
    season = create_season()

    client.post(submit(client, season, create_camp(season)))

    assert len(signups()) == 1
    assert db.session.scalars(sa.select(SignInSession)).all() == []


def test_who_is_shut_out_stays_out(client: FlaskClient, now: datetime):
    create_person("Ola Hansen", email=ADDRESS, suspended_at=now)
    season = create_season()

    answer = client.post(submit(client, season, create_camp(season)))

    assert answer.status_code == 410
    assert signups() == []


def test_what_was_sent_before_the_deadline_counts_after_it(client: FlaskClient, now: datetime):
    season = create_season(signup_closes_at=now + timedelta(hours=1))
    link = submit(client, season, create_camp(season))

    with time_machine.travel(now + timedelta(hours=2)):
        client.post(link)

    assert len(signups()) == 1


def test_a_camp_that_moved_away_meanwhile_is_not_counted(client: FlaskClient, now: datetime):
    season = create_season()
    camp = create_camp(season)
    link = submit(client, season, camp)
    camp.event.starts_at, camp.event.ends_at = now - timedelta(hours=2), now - timedelta(hours=1)
    db.session.commit()

    answer = client.post(link)

    assert answer.status_code == 409
    assert "Vi kunne ikke ta med svarene dine" in answer.text
    assert (signups(), people()) == ([], [])


def test_nobodys_mailbox_is_flooded(client: FlaskClient, app: Flask):
    season = create_season()
    camp = create_camp(season)

    answers = [app.test_client() for _ in range(6)]
    statuses = [each.post(fill_in(each, season, camp)).status_code for each in answers]

    assert statuses == [302, 302, 302, 302, 302, 429]
    assert len(mails("jury/confirm_signup")) == 5


def test_one_draft_sends_five_links_at_most(client: FlaskClient):
    season = create_season()
    camp = create_camp(season)
    check = fill_in(client, season, camp)

    statuses = []
    for _ in range(6):
        client.post(check.replace("/check", "/travel"), data={**OLA, **TRAVEL})
        statuses.append(client.post(check).status_code)

    assert statuses == [302, 302, 302, 302, 302, 429]


def test_a_confirmed_draft_leads_to_the_offer(client: FlaskClient):
    season = create_season()
    check = fill_in(client, season, create_camp(season))
    client.post(check)
    client.post(newest_link())

    answers = [client.get(check), client.post(check.replace("check", "days"), data={})]

    assert {answer.headers["Location"] for answer in answers} == {f"/seasons/{season.slug}/signup"}


def people() -> list[Any]:
    """Everybody with an address."""
    return list(db.session.scalars(sa.select(Person).join(EmailAddress)))


def test_the_secret_of_a_link_is_not_stored(client: FlaskClient):
    season = create_season()
    link = submit(client, season, create_camp(season))

    (draft,) = db.session.scalars(sa.select(SignupDraft))

    assert draft.token_hash not in link
    assert link.rsplit("/", 1)[1] not in repr(vars(draft))


def test_a_draft_with_the_number_of_one_that_is_gone_gets_its_link(
    client: FlaskClient, app: Flask, now: datetime
):
    season = create_season()
    camp = create_camp(season)
    submit(client, season, camp)
    number = db.session.scalars(sa.select(SignupDraft.id)).one()
    drafts.drop_expired(now + timedelta(days=8))
    db.session.commit()

    siri = app.test_client()
    check = fill_in(siri, season, camp, email="siri@example.org")
    db.session.execute(sa.update(SignupDraft).values(id=number))
    siri.post(check)

    recipients = [mail.recipient for mail in mails("jury/confirm_signup")]
    assert recipients == [ADDRESS, "siri@example.org"]
