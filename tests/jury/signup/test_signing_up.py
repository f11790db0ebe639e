from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.signup import actions, offers, queries
from portal.jury.signup.actions import SignupClosed, sign_up
from portal.jury.signup.offers import Offer
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.jury import ConflictKind, DayAnswer, Wish
from tests.factories import create_camp, create_school, create_season, create_signup
from tests.jury.signup.volunteering import TRAVEL, fill_in, mails, schools, signups

pytestmark = pytest.mark.usefixtures("in_august")


def test_somebody_signed_in_volunteers_at_once(browse_as: Any, ola: Person):
    season = create_season()
    camp = create_camp(season)
    client = browse_as(ola)

    first = client.get(f"/seasons/{season.slug}/signup").text
    answer = client.post(fill_in(client, season, camp))

    (signup,) = signups()
    assert 'name="email"' not in first
    assert answer.headers["Location"] == f"/signups/{signup.public_id}"
    assert signup.juror == ola
    assert client.get(answer.headers["Location"]).status_code == 200
    assert [mail.recipient for mail in mails("jury/signup_receipt")] == [ola.email]
    verbs = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.actor_id == ola.id))
    assert "signup.made" in verbs.all()


def test_submitting_twice_makes_one_offer_and_one_receipt(browse_as: Any, ola: Person):
    season = create_season()
    client = browse_as(ola)
    check = fill_in(client, season, create_camp(season))

    client.post(check)
    again = client.post(check)

    assert again.headers["Location"] == f"/seasons/{season.slug}/signup"
    assert (len(signups()), len(mails("jury/signup_receipt"))) == (1, 1)


def test_a_draft_begun_before_signing_in_counts_when_the_address_is_ones_own(
    browse_as: Any, ola: Person
):
    season = create_season()
    client = browse_as(ola)
    session = client.get_cookie("session")
    client.delete_cookie("session")
    check = fill_in(client, season, create_camp(season), email=ola.email)
    client.set_cookie("session", session.value)

    client.post(check)

    assert [signup.juror for signup in signups()] == [ola]


def test_another_address_than_ones_own_must_be_confirmed(browse_as: Any, ola: Person, siri: Person):
    season = create_season()
    client = browse_as(ola)
    session = client.get_cookie("session")
    client.delete_cookie("session")
    check = fill_in(client, season, create_camp(season), email=siri.email)
    client.set_cookie("session", session.value)

    client.post(check)

    assert signups() == []
    assert [mail.recipient for mail in mails("jury/confirm_signup")] == [siri.email]


def test_who_was_signed_out_meanwhile_signs_in_and_goes_on(browse_as: Any, ola: Person):
    season = create_season()
    client = browse_as(ola)
    session = client.get_cookie("session")
    check = fill_in(client, season, create_camp(season))

    client.delete_cookie("session")
    away = [client.get(check), client.post(check)]
    client.set_cookie("session", session.value)
    client.post(check)

    assert {answer.headers["Location"] for answer in away} == {f"/sign-in?next={check}"}
    assert [signup.juror for signup in signups()] == [ola]


def test_the_same_offer_once_more_changes_nothing(ola: Person, now: datetime):
    season = create_season()
    offer = offer_for(create_camp(season))

    first = sign_up(season, ola, offer=offer, now=now)
    again = sign_up(season, ola, offer=offer, now=now + timedelta(hours=1))
    db.session.commit()

    assert again is first
    assert (first.revision, first.updated_at) == (1, now)
    assert len(mails("jury/signup_receipt")) == 1


def test_signing_up_again_replaces_the_offer(ola: Person, now: datetime):
    season = create_season()
    moss, horten = create_camp(season), create_camp(season, create_school("Horten vgs"))
    sign_up(season, ola, offer=offer_for(moss, conflicts=work_at(moss)), now=now)

    newer = offer_for(horten, wishes={horten.id: Wish.WISH}, at_most=4)
    signup = sign_up(season, ola, offer=newer, now=now)
    db.session.commit()

    assert offers.of_signup(signup) == newer
    assert signup.revision == 2
    keys = [mail.dedupe_key for mail in mails("jury/signup_receipt")]
    assert keys == [f"signup-{signup.id}-rev-1", f"signup-{signup.id}-rev-2"]


def test_signing_up_again_takes_back_a_withdrawal(ola: Person, now: datetime):
    season = create_season()
    offer = offer_for(create_camp(season))
    signup = sign_up(season, ola, offer=offer, now=now)
    actions.withdraw(signup, reason="Syk", now=now)

    again = sign_up(season, ola, offer=offer, now=now)
    db.session.commit()

    assert (again.withdrawn_at, again.withdrawal_reason, again.revision) == (None, "", 3)
    assert len(mails("jury/signup_receipt")) == 2


def test_answers_for_camps_that_are_over_stay(ola: Person, now: datetime):
    season = create_season()
    over, ahead = create_camp(season, day=now - timedelta(days=2)), create_camp(season)
    create_signup(season, ola, over)

    signup = sign_up(season, ola, offer=offer_for(ahead), now=now)
    db.session.commit()

    assert sorted(day.camp_id for day in signup.days) == [over.id, ahead.id]


def test_nobody_signs_up_when_it_is_closed(ola: Person, now: datetime):
    season = create_season(signup_closes_at=now)

    with pytest.raises(SignupClosed):
        sign_up(season, ola, offer=offer_for(create_camp(season)), now=now)

    assert signups() == []


def test_a_change_begins_with_what_was_said(browse_as: Any, ola: Person):
    season = create_season()
    moss, horten = create_camp(season), create_camp(season, create_school("Horten vgs"))
    client = browse_as(ola)
    page = fill_in(client, season, moss).replace("/check", "/schools")
    client.post(page, data=schools(moss, **{f"conflicts_{moss.school_id}": ["work"]}))
    client.post(page.replace("/schools", "/check"))
    (signup,) = signups()

    shown = client.get(f"/signups/{signup.public_id}/change").text
    days = client.post(f"/signups/{signup.public_id}/change", data={**TRAVEL, "most_camps": "7"})
    both = {f"camp_{moss.id}": "yes", f"camp_{horten.id}": "yes"}
    again = schools(moss, horten, **{f"conflicts_{moss.school_id}": ["work"]})
    last = client.post(days.headers["Location"].replace("/check", "/days"), data=both)
    check = client.post(last.headers["Location"], data=again).headers["Location"]
    client.post(check)

    (signup,) = signups()
    assert 'value="1530"' in shown
    assert signup.at_most == 7
    assert {day.camp_id: day.answer for day in signup.days} == {
        moss.id: DayAnswer.YES, horten.id: DayAnswer.YES,
    }  # fmt: skip
    assert [(each.school_id, each.kind) for each in signup.conflicts] == [
        (moss.school_id, ConflictKind.WORK)
    ]


def test_a_draft_of_somebody_signed_in_is_nobody_elses(browse_as: Any, ola: Person, siri: Person):
    season = create_season()
    check = fill_in(browse_as(ola), season, create_camp(season))

    assert browse_as(siri).get(check).status_code == 404
    assert browse_as(siri).post(check).status_code == 404


def test_looking_at_the_change_page_writes_nothing(browse_as: Any, ola: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))
    before = offers.of_signup(signup)

    browse_as(ola).get(f"/signups/{signup.public_id}/change")

    assert offers.of_signup(signup) == before
    assert queries.signups_of(ola) == [signup]


def test_who_has_offered_is_led_to_the_offer(browse_as: Any, ola: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))

    answer = browse_as(ola).get(f"/seasons/{season.slug}/signup")

    assert answer.headers["Location"] == f"/signups/{signup.public_id}"


@pytest.mark.parametrize("page", ["", "/change", "/withdrawal"])
def test_an_offer_is_nobody_elses(
    browse_as: Any, client: Any, ola: Person, siri: Person, page: str
):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))
    address = f"/signups/{signup.public_id}{page}"

    assert browse_as(ola).get(address).status_code == 200
    assert browse_as(siri).get(address).status_code == 404
    assert client.get(address).headers["Location"].startswith("/sign-in")


def test_a_person_sees_every_season_the_newest_first(ola: Person):
    old, new = create_season("2025", year=2025), create_season("2026")
    first = create_signup(old, ola, withdrawn_at=old.created_at)
    second = create_signup(new, ola)

    assert list(queries.signups_of(ola)) == [second, first]


def offer_for(*camps: Any, **values: Any) -> Offer:
    """A yes to each of ``camps``, from Moss."""
    days = {camp.id: DayAnswer.YES for camp in camps}
    return Offer(municipality_code="3103", postcode="1530", days=days, **values)


def work_at(camp: Any) -> frozenset[tuple[int, ConflictKind]]:
    return frozenset({(camp.school_id, ConflictKind.WORK)})
