"""The way of whoever asks: whom, in which words, what they get, sent once."""

import html
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.appeals import actions, standing
from portal.jury.appeals.standing import Standing
from portal.mail import choices
from portal.models.appeals import JuryAppeal
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.mail import AddressStanding, OutboxMail
from portal.models.mailings import Mailing, Topic
from portal.tokens import public_id
from tests.factories import create_person, create_place, create_season, create_signup
from tests.groups.people import verbs
from tests.jury.appeals.asked import (
    HELD,
    answers_url,
    ask,
    deliver,
    mailings,
    mails_to,
    press,
    preview_of,
    seen_of,
    seen_on,
    write_url,
)
from tests.jury.signup.volunteering import body_of


@pytest.fixture
def lead(group):
    person = create_person("Ingrid Solberg", municipality_code="3103")
    create_place(group, person, role=PlaceRole.LEAD)
    return person


def ticked(page: str) -> list[str]:
    """The names with a tick, in their order."""
    boxes = re.findall(r'name="person"[^>]*?( checked)?>\s*<label[^>]*><b>([^<]*)', page)
    return [name for checked, name in boxes if checked]


def standings(group, season, now) -> dict[str, Standing]:
    return {m.person.name: m.standing for m in standing.members_of(group, season, now)}


def test_the_lead_sees_who_is_near_which_school_and_who_is_left_out(
    in_august, season, group, lead, browse_as
):
    page = html.unescape(browse_as(lead).get(write_url(group, season)).text)

    assert ticked(page) == ["Ingrid Solberg", "Ola Hansen", "Siri Berg", "Nina Dahl"]
    assert re.search(r"Ola Hansen</b>\s*<br>\s*Kirkeparken vgs \(.*?\), Horten vgs \(", page)
    assert re.search(r'<th scope="row">Per Olsen</th><td>[^<]+</td>', page)


def test_each_standing_is_told(in_august, season, group, people, lead, kari):
    now = in_august
    create_signup(season, people["ola"])
    db.session.add(
        AddressStanding(
            folded=people["siri"].email, public_id=public_id(), suppressed_at=now, last_at=now,
            refusals=2, bounces=0, last_error="",
        )
    )  # fmt: skip
    choices.turn_off(people["nina"], Topic.NEWS, now=now)
    create_place(group, create_person("Berit Lie", suspended_at=now))
    create_place(group, create_person("Åse Vik"), state=PlaceState.LEFT)

    assert standings(group, season, now) == {
        "Ingrid Solberg": Standing.FREE,
        "Ola Hansen": Standing.SIGNED_UP,
        "Siri Berg": Standing.UNREACHABLE,
        "Nina Dahl": Standing.TURNED_OFF,
        "Per Olsen": Standing.NO_ADDRESS,
    }


def test_a_withdrawn_offer_is_a_no(in_august, season, group, people):
    create_signup(season, people["ola"], withdrawn_at=in_august)

    assert standings(group, season, in_august)["Ola Hansen"] == Standing.DECLINED


def test_written_looked_at_and_sent_it_is_one_mailing_to_those_ticked(
    in_august, season, group, people, lead, browse_as
):
    browser = browse_as(lead)
    preview = preview_of(
        browser, group, season, people["ola"], people["siri"],
        words="Vi trenger **dere**.", answer_by="18.9.2026",
    )  # fmt: skip
    page = html.unescape(browser.get(preview).text)
    assert "<p>Vi trenger dere.</p>" in re.sub(r"<p [^>]*>\s*", "<p>", page)
    assert "ola.hansen" in page
    assert "/appeals/…" in page
    assert mailings("jury.appeal") == 0

    where = press(browser, preview)

    assert where == answers_url(group, season)
    appeal = db.session.scalar(sa.select(JuryAppeal))
    found = [(r.person.name, r.is_near, len(r.camps)) for r in appeal.recipients]
    assert found == [("Ola Hansen", True, 2), ("Siri Berg", False, 3)]
    assert (appeal.answer_by, appeal.mailing.total) == (date(2026, 9, 18), 2)
    assert deliver(in_august) == 0
    assert deliver(in_august + HELD) == 2
    assert "appeal.sent" in verbs()


def test_a_test_goes_to_the_one_who_writes_and_names_the_schools_of_the_first(
    in_august, season, group, people, lead, browse_as
):
    browser = browse_as(lead)
    preview = preview_of(browser, group, season, people["ola"])

    for _press in range(2):
        browser.post(preview.replace("/preview", "/tests"), data={"occasion": "one"})

    (mail,) = mails_to(lead, "jury/appeal_test")
    assert mail.topic == ""
    assert "Kirkeparken vgs" in body_of(mail)
    assert "/appeals/" not in body_of(mail)
    assert f"/seasons/{season.slug}/signup" in body_of(mail)
    assert mailings("jury.appeal") == 0


def test_two_presses_of_the_button_ask_once(in_august, season, group, people, lead, browse_as):
    browser = browse_as(lead)
    preview = preview_of(browser, group, season, people["ola"])
    seen = seen_on(browser, preview)
    url = preview.replace("/preview", "/sending")

    answers = [browser.post(url, data={"seen": seen}) for _press in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [answers_url(group, season)] * 2
    assert mailings("jury.appeal") == 1


def test_of_two_who_send_the_same_question_the_second_is_shown_what_the_first_did(
    in_august, season, group, people, lead, kari, browse_as
):
    first, second = browse_as(lead), browse_as(kari)
    one = preview_of(first, group, season, people["ola"])
    other = preview_of(second, group, season, people["ola"])
    seen = seen_on(second, other)

    press(first, one)
    answer = second.post(other.replace("/preview", "/sending"), data={"seen": seen})

    assert answer.headers["Location"] == write_url(group, season)
    assert mailings("jury.appeal") == 1


def test_asked_again_those_who_have_not_answered_are_not_ticked_and_the_page_warns(
    in_august, season, group, people, kari, browse_as
):
    ask(group, season, kari, in_august)
    newcomer = create_person("Berit Lie")
    create_place(group, newcomer)
    create_signup(season, people["ola"])

    page = html.unescape(browse_as(kari).get(write_url(group, season)).text)

    assert ticked(page) == ["Berit Lie"]
    assert standings(group, season, in_august) == {
        "Ola Hansen": Standing.SIGNED_UP,
        "Siri Berg": Standing.ASKED,
        "Nina Dahl": Standing.ASKED,
        "Per Olsen": Standing.NO_ADDRESS,
        "Berit Lie": Standing.FREE,
    }
    assert 'data-color="info"' in page


def test_who_answers_or_leaves_while_it_is_held_gets_no_mail(
    in_august, season, group, people, kari
):
    ask(group, season, kari, in_august)
    create_signup(season, people["ola"])
    place = db.session.scalar(
        sa.select(GroupPlace).where(GroupPlace.person_id == people["siri"].id)
    )
    place.state = PlaceState.LEFT
    db.session.commit()

    assert deliver(in_august + HELD) == 1
    assert [mail.person_id for mail in db.session.scalars(sa.select(OutboxMail))] == [
        people["nina"].id
    ]


def test_nobody_ticked_is_told_and_what_was_typed_stays(in_august, season, group, kari, browse_as):
    answer = browse_as(kari).post(write_url(group, season), data={"words": "Kom, da."})

    assert answer.status_code == 422
    assert "Kom, da." in answer.text
    assert ticked(answer.text) == []


@pytest.mark.parametrize("day", ["1.8.2026", "1.10.2026", "i morgen"])
def test_a_deadline_that_makes_no_sense_is_refused(
    in_august, season, group, people, kari, browse_as, day
):
    data = {"person": people["ola"].public_id, "answer_by": day}

    answer = browse_as(kari).post(write_url(group, season), data=data)

    assert answer.status_code == 422
    assert "answer_by-error" in answer.text


def test_one_who_cannot_be_asked_is_not_however_the_form_is_sent(
    in_august, season, group, people, kari, browse_as
):
    preview_of(browse_as(kari), group, season, people["ola"], people["per"])

    appeal = db.session.scalar(sa.select(JuryAppeal))
    assert [r.person.name for r in appeal.recipients] == ["Ola Hansen"]


def test_a_draft_is_taken_up_again_and_can_be_thrown_away(
    in_august, season, group, people, kari, browse_as
):
    browser = browse_as(kari)
    preview = preview_of(browser, group, season, people["ola"], words="Hjelp oss.")

    page = browser.get(write_url(group, season)).text
    assert (ticked(page), "Hjelp oss." in page) == (["Ola Hansen"], True)
    browser.post(preview.replace("/preview", "/removal"))

    assert db.session.scalar(sa.select(JuryAppeal)) is None
    assert browser.get(preview, check=False).status_code == 404


def test_somebody_elses_draft_does_not_exist(in_august, season, group, people, lead, kari,
                                             browse_as):  # fmt: skip
    preview = preview_of(browse_as(kari), group, season, people["ola"])

    assert browse_as(lead).get(preview).status_code == 404


def test_a_mailing_stopped_in_time_reaches_nobody_and_they_can_be_asked_anew(
    in_august, season, group, kari, lead, browse_as
):
    appeal = ask(group, season, kari, in_august)

    browse_as(lead).post(f"/groups/{group.slug}/appeals/{appeal.public_id}/stop")

    assert deliver(in_august + HELD) == 0
    assert set(standings(group, season, in_august).values()) == {
        Standing.FREE, Standing.NO_ADDRESS,
    }  # fmt: skip


def test_the_group_page_leads_there_for_those_who_run_it_while_a_season_is_open(
    in_august, season, group, lead, people, browse_as
):
    button = f'href="/groups/{group.slug}/appeals"'
    runs, sits = (
        browse_as(each).get(f"/groups/{group.slug}").text for each in (lead, people["ola"])
    )
    season.signup_closes_at = in_august - timedelta(days=1)
    db.session.commit()
    later = browse_as(lead).get(f"/groups/{group.slug}").text

    assert (button in runs, button in sits, button in later) == (True, False, False)


def test_with_one_season_one_goes_straight_on_with_several_one_chooses(
    in_august, season, group, kari, browse_as
):
    url = f"/groups/{group.slug}/appeals"
    browser = browse_as(kari)
    straight = browser.get(url).headers["Location"]
    other = create_season("Oppdrag Mjøsa 2026")

    page = browser.get(url)

    assert (straight, page.status_code) == (write_url(group, season), 200)
    assert [write_url(group, each) in page.text for each in (season, other)] == [True, True]


def test_a_season_that_takes_no_sign_ups_says_so_and_asks_nobody(
    in_august, season, group, people, kari, browse_as
):
    browser = browse_as(kari)
    preview = preview_of(browser, group, season, people["ola"])
    season.signup_closes_at = in_august - timedelta(days=1)
    db.session.commit()

    where = press_closed(browser, preview)

    assert (where, mailings("jury.appeal")) == (write_url(group, season), 0)
    assert browser.get(write_url(group, season)).status_code == 200
    assert browser.post(write_url(group, season)).status_code == 409


def press_closed(browser, preview: str) -> str:
    url = preview.replace("/preview", "/sending")
    return browser.post(url, data={"seen": "x"}).headers["Location"]


def test_sending_locks_out_what_is_not_what_was_looked_at(in_august, season, group, people, kari):
    members = standing.members_of(group, season, in_august)
    free = [each for each in members if each.is_asked_at_first]
    appeal = actions.keep(group, season, free, words="En", answer_by=None, by=kari, now=in_august)
    looked_at = seen_of(appeal, in_august)
    appeal.words = "To"
    db.session.commit()

    with pytest.raises(actions.ChangedMeanwhile):
        actions.send(appeal, looked_at=looked_at, by=kari, now=in_august)


def test_the_season_page_lists_every_group_with_its_answers(
    in_august, season, group, people, kari, browse_as
):
    ask(group, season, kari, in_august)
    create_signup(season, people["ola"])
    appeal = db.session.scalar(sa.select(JuryAppeal))
    actions.decline(appeal.recipients[1], comment="", now=in_august)
    db.session.commit()

    page = browse_as(kari).get(f"/organise/seasons/{season.slug}/appeals").text

    assert re.findall(r'<td class="num">(\d+)</td>', page) == [
        "4", "3", "1", "0", "1", "1", "0",
    ]  # fmt: skip


def test_the_mailing_is_of_the_group_and_the_season(in_august, season, group, kari):
    ask(group, season, kari, in_august)

    mailing = db.session.scalar(sa.select(Mailing))
    assert (mailing.season_id, mailing.group_id, mailing.created_by) == (season.id, group.id, kari)
