"""The way of whoever is asked: from the mail to an offer without a second mail, or to a no."""

import html
import re

import pytest
import sqlalchemy as sa

from portal import access
from portal.db import db
from portal.jury.appeals import actions
from portal.jury.signup import actions as signing_up
from portal.models.accounts import RoleName
from portal.models.appeals import AppealRecipient
from portal.models.groups import GroupPlace
from portal.models.jury import JurySignup, SignupDraft
from portal.models.mail import OutboxMail
from tests.factories import create_person, create_signup
from tests.groups.people import verbs
from tests.jury.appeals.asked import HELD, ask, deliver, link_in, mails_to
from tests.jury.signup.volunteering import mails, schools

TRAVEL = {"longest": "any", "most_camps": "2", "takes_ferry": "y"}


@pytest.fixture
def link(in_august, season, group, people, kari):
    """The path in Ola's mail."""
    people["ola"].phone = "90 00 00 00"
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)
    return link_in(mails_to(people["ola"])[0])


def row_of(person) -> AppealRecipient:
    return db.session.scalar(
        sa.select(AppealRecipient).where(AppealRecipient.person_id == person.id)
    )


def field_value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return html.unescape(found[1])


def say_yes(client, link: str) -> str:
    """Press the button, and return where it leads."""
    return client.post(f"{link}/signup").headers["Location"]


def go_through(client, page: str, season, **values) -> str:
    """Answer the steps with a yes to the first camp; the address after the last press."""
    camp = season.camps[0]
    data = {"name": "Ola Hansen", "email": values.pop("email"), "postcode": "1530", **TRAVEL}
    page = client.post(page, data={**data, **values}).headers["Location"]
    page = client.post(page, data={f"camp_{camp.id}": "yes"}).headers["Location"]
    page = client.post(page, data=schools(camp)).headers["Location"]
    return client.post(page).headers["Location"]


def test_reading_the_page_changes_nothing_and_names_the_schools_near(client, link, people):
    page = html.unescape(client.get(link).text)

    assert ("Kirkeparken vgs" in page, "Horten vgs" in page, "Hamar vgs" in page) == (
        True, True, False,
    )  # fmt: skip
    assert "Faggruppe for fjorden" in page
    assert "checked" not in page
    assert db.session.scalar(sa.select(SignupDraft)) is None
    assert row_of(people["ola"]).declined_at is None


def test_the_way_from_the_mail_to_an_offer_takes_no_second_mail(
    client, link, season, people, in_august
):
    ola = people["ola"]

    page = say_yes(client, link)
    first = client.get(page).text
    known = {name: field_value(first, name) for name in ("name", "email", "phone", "postcode")}
    end = go_through(client, page, season, email=ola.email, phone="91 11 11 11")

    assert known == {
        "name": "Ola Hansen",
        "email": ola.email,
        "phone": "90 00 00 00",
        "postcode": "1530",
    }
    assert end == link
    signup = db.session.scalar(sa.select(JurySignup))
    assert (signup.juror, [day.camp.name for day in signup.days if day.answer == "yes"]) == (
        ola, ["Kirkeparken vgs"],
    )  # fmt: skip
    assert (len(mails("jury/confirm_signup")), len(mails("jury/signup_receipt"))) == (0, 1)
    assert ola.phone == "91 11 11 11"
    assert "/signups/" not in client.get(link).text


def test_it_does_not_sign_anybody_in(client, link, season, people):
    go_through(client, say_yes(client, link), season, email=people["ola"].email)

    assert client.get_cookie(access.session_cookie()) is None
    assert client.get("/my").status_code == 302


def test_another_address_than_the_one_written_to_is_confirmed_by_mail_as_ever(client, link, season):
    end = go_through(client, say_yes(client, link), season, email="en.annen@example.org")

    assert end.endswith("/sent")
    assert db.session.scalar(sa.select(JurySignup)) is None
    assert len(mails("jury/confirm_signup")) == 1


def test_the_offer_is_that_of_the_person_the_link_was_mailed_to_whatever_name_is_written(
    client, link, season, people
):
    go_through(
        client, say_yes(client, link), season, email=people["ola"].email, name="Per Spelmann"
    )

    assert db.session.scalar(sa.select(JurySignup)).juror.name == "Ola Hansen"


def test_a_link_revoked_on_the_way_proves_nothing_any_more(client, link, season, people):
    page = say_yes(client, link)
    people["ola"].reply_generation += 1
    db.session.commit()

    end = go_through(client, page, season, email=people["ola"].email)

    assert end.endswith("/sent")
    assert db.session.scalar(sa.select(JurySignup)) is None
    assert client.get(link).status_code == 404


def test_the_press_of_the_button_proves_an_address_that_was_only_written_down(
    client, link, people, in_august
):
    people["ola"].emails[0].confirmed_at = None
    db.session.commit()
    client.get(link)
    assert people["ola"].emails[0].confirmed_at is None

    say_yes(client, link)

    assert people["ola"].emails[0].confirmed_at == in_august


def test_the_same_browser_goes_on_where_it_stopped_and_another_begins_anew(
    app, client, link, season, people
):
    page = say_yes(client, link)
    data = {"name": "Ola", "email": people["ola"].email, "postcode": "1530", **TRAVEL}
    days = client.post(page, data=data).headers["Location"]

    again, elsewhere = say_yes(client, link), say_yes(app.test_client(), link)

    assert again == days
    assert elsewhere.endswith("/travel")
    assert elsewhere != page


def test_another_browser_does_not_open_what_was_begun(app, client, link):
    page = say_yes(client, link)

    assert app.test_client().get(page).status_code == 404


def test_a_step_that_is_not_reached_yet_leads_to_the_first(client, link):
    page = say_yes(client, link)

    for step in ("days", "schools", "check"):
        answer = client.get(page.replace("travel", step))
        assert answer.headers["Location"] == page


def test_whoever_is_signed_in_goes_on_as_themselves(link, season, people, browse_as):
    browser = browse_as(people["ola"])

    page = say_yes(browser, link)

    draft = db.session.scalar(sa.select(SignupDraft))
    assert (draft.person_id, 'name="email"' in browser.get(page).text) == (people["ola"].id, False)


def test_somebody_else_who_is_signed_in_cannot_answer(link, people, kari, browse_as):
    browser = browse_as(kari)

    page = browser.get(link).text
    browser.post(f"{link}/no", data={"comment": "Nei"})
    where = say_yes(browser, link)

    assert ("/no" in page, where) == (False, link)
    assert row_of(people["ola"]).declined_at is None
    assert db.session.scalar(sa.select(SignupDraft)) is None


def test_a_place_of_the_group_stands_in_for_a_place_of_ones_own(
    in_august, client, season, group, people, kari
):
    nina = people["nina"]
    place = db.session.scalar(sa.select(GroupPlace).where(GroupPlace.person_id == nina.id))
    place.municipality_code = "3103"
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)

    page = client.get(say_yes(client, link_in(mails_to(nina)[0]))).text

    assert re.search(r'<option selected value="3103">', page)


def test_a_no_with_a_word_is_kept_changed_and_taken_back_by_signing_up(
    client, link, season, people, in_august
):
    ola = people["ola"]
    client.post(f"{link}/no", data={"comment": "Har ferie."})
    first = (row_of(ola).declined_at, row_of(ola).comment)
    client.post(f"{link}/no", data={"comment": "Har permisjon."})
    second = row_of(ola).comment
    assert "Har permisjon." in client.get(link).text

    go_through(client, say_yes(client, link), season, email=ola.email)

    assert (first, second) == ((in_august, "Har ferie."), "Har permisjon.")
    assert (row_of(ola).declined_at, row_of(ola).comment) == (None, "")
    assert [verb for verb in verbs() if verb.startswith("appeal")] == [
        "appeal.sent", "appeal.declined", "appeal.declined", "appeal.reconsidered",
    ]  # fmt: skip


def test_a_no_needs_no_word(client, link, people, in_august):
    client.post(f"{link}/no")

    assert row_of(people["ola"]).declined_at == in_august


def test_a_word_too_long_is_refused_and_kept(client, link, people):
    answer = client.post(f"{link}/no", data={"comment": "x" * 501})

    assert (answer.status_code, "x" * 501 in answer.text) == (422, True)
    assert row_of(people["ola"]).declined_at is None


def test_whoever_has_signed_up_is_thanked_and_their_no_changes_nothing(
    client, link, season, people
):
    create_signup(season, people["ola"])

    client.post(f"{link}/no", data={"comment": "Nei"})
    page = client.get(link)

    assert (page.status_code, "<form" in page.text.split("<main")[1].split("</main")[0]) == (
        200, False,
    )  # fmt: skip
    assert row_of(people["ola"]).declined_at is None


def test_two_answers_at_once_a_yes_goes_before_a_no(link, season, people, in_august):
    create_signup(season, people["ola"])

    with pytest.raises(actions.HasSignedUp):
        actions.decline(row_of(people["ola"]), comment="", now=in_august)


def test_after_the_deadline_there_is_nothing_to_press(client, link, season, in_august):
    season.signup_closes_at = in_august
    db.session.commit()

    page = client.get(link)
    where = say_yes(client, link)

    assert (page.status_code, 'method="post" action="/appeals' in page.text) == (200, False)
    assert where == link
    assert db.session.scalar(sa.select(SignupDraft)) is None


def test_a_deadline_that_passes_on_the_way_is_told_and_nothing_counts(
    client, link, season, people, in_august
):
    page = say_yes(client, link)
    camp = season.camps[0]
    data = {"name": "Ola", "email": people["ola"].email, "postcode": "1530", **TRAVEL}
    page = client.post(page, data=data).headers["Location"]
    page = client.post(page, data={f"camp_{camp.id}": "yes"}).headers["Location"]
    check = client.post(page, data=schools(camp)).headers["Location"]
    season.signup_closes_at = in_august
    db.session.commit()

    assert client.post(check).status_code == 409
    assert db.session.scalar(sa.select(JurySignup)) is None


def test_a_withdrawn_offer_can_be_made_again_from_the_mail(client, link, season, people, in_august):
    signup = create_signup(season, people["ola"])
    signing_up.withdraw(signup, reason="", now=in_august)
    db.session.commit()

    go_through(client, say_yes(client, link), season, email=people["ola"].email)

    assert db.session.scalar(sa.select(JurySignup)).withdrawn_at is None


@pytest.mark.parametrize("spoil", ["forged", "moved", "suspended"])
def test_a_link_that_counts_no_longer_is_not_known(client, link, people, in_august, spoil):
    if spoil == "forged":
        link = link[:-1] + ("a" if link[-1] != "a" else "b")
    elif spoil == "moved":
        db.session.delete(people["ola"].emails[0])
    else:
        people["ola"].suspended_at = in_august
    db.session.commit()

    codes = [client.get(link).status_code]
    codes += [client.post(f"{link}/{rest}").status_code for rest in ("signup", "no")]

    assert codes == [404, 404, 404]


def test_an_organiser_who_signs_up_from_the_mail_keeps_their_roles_to_the_sign_in(
    in_august, client, season, group, people, kari
):
    person = create_person("Berit Lie", role=RoleName.ADMIN, postcode="1530")
    group.places.append(GroupPlace(person=person, state="confirmed", role="member"))
    db.session.commit()
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)
    link = link_in(mails_to(person)[0])

    go_through(client, say_yes(client, link), season, email=person.email)

    assert db.session.scalar(sa.select(JurySignup)).juror == person
    assert client.get("/my").status_code == 302


def test_no_word_of_why_a_school_or_a_person_is_left_out(client, link, people):
    page, mail = (
        client.get(link).text,
        db.session.scalar(sa.select(OutboxMail).where(OutboxMail.person_id == people["ola"].id)),
    )

    for said in ("habil", "impartial", "conflict", "utelatt", "left out"):
        assert said not in page.casefold()
        assert said.encode() not in mail.raw.lower()
