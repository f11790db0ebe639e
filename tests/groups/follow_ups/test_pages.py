"""The pages of follow-ups: listed, shown with what became of them, changed, taken, handed back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal import clock, dates
from portal.db import db
from portal.groups.follow_ups import actions
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mail import OutboxMail
from portal.models.minutes import FollowUp
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.people import add_item, create_called, create_led_group, url_of, verbs


def page(follow_up: FollowUp, rest: str = "") -> str:
    return url_of(follow_up.group, f"/follow-ups/{follow_up.public_id}{rest}")


def typed(follow_up: FollowUp, **values) -> dict[str, str]:
    usual = {
        "text": follow_up.text,
        "owner": "",
        "owner_label": "",
        "due_on": "",
        "revision": str(follow_up.revision),
    }
    return {**usual, **values}


def test_a_follow_up_tells_where_it_came_up_and_what_became_of_it(group, lead, amir, browse_as):
    meeting = create_called(group, title="Møte om ombruk")
    item = add_item(meeting, 3, "Hva gjør kommunene?")
    follow_up = create_follow_up(group, meeting=meeting, item=item)
    amir.language = lead.language = "en"
    ingrid = browse_as(lead)

    ingrid.post(page(follow_up, "/edit"), data=typed(follow_up, owner=amir.public_id))
    browse_as(amir).post(page(follow_up, "/closing"), data={"note": "Sendt"})
    ingrid.post(page(follow_up, "/reopening"))
    shown = ingrid.get(page(follow_up)).text

    wanted = [
        "Møte om ombruk", "Item 3:", "Hva gjør kommunene?", "Written down, with the minutes.",
        "Ingrid Solberg changed who is responsible. It was given to Amir Khan.",
        "Amir Khan closed it.", "Ingrid Solberg opened it again.", "Sendt",
    ]  # fmt: skip
    assert [each for each in wanted if each not in shown] == []
    assert verbs() == ["follow_up.changed", "follow_up.closed", "follow_up.reopened"]


def test_whoever_has_left_is_named_nowhere(group, lead, browse_as):
    per, lead.language = create_person("Per Sluttet"), "en"
    place = create_place(group, per)
    follow_up = actions.add_follow_up(
        group, "Ringe havnene", owner=per, due_on=None, by=per, now=clock.now()
    )
    place.state = PlaceState.LEFT
    db.session.commit()
    ingrid = browse_as(lead)

    pages = [
        ingrid.get(each).text
        for each in (page(follow_up), url_of(group, "/follow-ups"), page(follow_up, "/edit"))
    ]

    assert ["Per Sluttet" in each for each in pages] == [False, False, False]
    assert "A former member wrote it down" in pages[0]
    assert "whoever had it has left the group" in pages[1]


def test_words_may_stand_for_who_does_it_but_not_beside_a_person(group, lead, amir, browse_as):
    follow_up, ingrid = create_follow_up(group), browse_as(lead)

    both = ingrid.post(
        page(follow_up, "/edit"),
        data=typed(follow_up, owner=amir.public_id, owner_label="Sekretariatet"),
    )
    ingrid.post(page(follow_up, "/edit"), data=typed(follow_up, owner_label="Sekretariatet"))

    assert both.status_code == 422
    assert (follow_up.owner, follow_up.owner_label) == (None, "Sekretariatet")
    assert "Sekretariatet" in ingrid.get(page(follow_up)).text


def test_of_two_who_change_it_the_second_is_shown_what_the_first_wrote(
    group, lead, kari, browse_as
):
    follow_up = create_follow_up(group)
    first = typed(follow_up, text="Skriv et kort svar", due_on="1.9.2030")
    second = typed(follow_up, text="Skriv et langt svar")

    browse_as(lead).post(page(follow_up, "/edit"), data=first)
    shown = browse_as(kari).post(page(follow_up, "/edit"), data=second)

    assert (shown.status_code, follow_up.text) == (409, "Skriv et kort svar")
    assert ("Skriv et kort svar" in shown.text, "Skriv et langt svar" in shown.text) == (True, True)
    again = {**second, "revision": str(follow_up.revision)}
    browse_as(kari).post(page(follow_up, "/edit"), data=again)
    assert (follow_up.text, follow_up.due_on) == ("Skriv et langt svar", None)


def test_what_is_closed_is_opened_before_it_is_changed(group, lead, browse_as):
    follow_up = create_follow_up(group, closed_at=clock.now())

    answers = [
        browse_as(lead).get(page(follow_up, "/edit")),
        browse_as(lead).post(page(follow_up, "/edit"), data=typed(follow_up, text="Nytt")),
    ]

    assert [each.headers["Location"] for each in answers] == [page(follow_up)] * 2
    assert follow_up.text == "Skriv høringssvar"


def test_a_member_takes_what_nobody_has_and_the_second_is_told_so(group, amir, browse_as):
    follow_up, siri = create_follow_up(group), create_person("Siri Berg")
    create_place(group, siri)

    browse_as(amir).post(page(follow_up, "/taking"))
    browse_as(siri).post(page(follow_up, "/taking"))

    assert (follow_up.owner, follow_up.tell_owner_at) == (amir, None)
    assert verbs() == ["follow_up.taken"]


def test_what_a_body_does_in_words_is_not_there_to_be_taken(group, amir, browse_as):
    follow_up = create_follow_up(group, owner_label="Gjøvik kommune")

    browse_as(amir).post(page(follow_up, "/taking"))

    assert follow_up.owner is None
    assert "/taking" not in browse_as(amir).get(page(follow_up)).text


def test_what_somebody_who_left_had_may_be_taken(group, amir, browse_as):
    per = create_person("Per Sluttet")
    create_place(group, per, state=PlaceState.LEFT)
    follow_up = create_follow_up(group, owner=per)

    browse_as(amir).post(page(follow_up, "/taking"))

    assert follow_up.owner == amir


def test_an_owner_hands_it_back_and_the_lead_is_told(group, lead, amir, browse_as):
    follow_up = create_follow_up(group, owner=amir)

    browse_as(amir).post(page(follow_up, "/handing-back"))

    told = db.session.execute(sa.select(OutboxMail.kind, OutboxMail.person_id)).all()
    assert follow_up.owner is None
    assert told == [("groups/follow_up_handed_back", lead.id)]


def test_an_owner_opens_again_what_they_closed_and_not_what_the_lead_did(
    group, lead, amir, browse_as
):
    mine, hers = (create_follow_up(group, owner=amir) for _each in range(2))
    browse_as(amir).post(page(mine, "/closing"), data={"note": ""})
    browse_as(lead).post(page(hers, "/closing"), data={"note": ""})

    got = [browse_as(amir).post(page(each, "/reopening")).status_code for each in (mine, hers)]

    assert got == [302, 403]
    assert (mine.closed_at, hers.closed_at is None) == (None, False)


def test_a_list_is_narrowed_to_ones_own_to_what_is_free_and_to_what_is_closed(
    group, amir, browse_as
):
    create_follow_up(group, "Min egen", owner=amir)
    create_follow_up(group, "Ingens")
    create_follow_up(group, "Kommunens", owner_label="Gjøvik kommune")
    create_follow_up(group, "Gjort", closed_at=clock.now())
    names = ("Min egen", "Ingens", "Kommunens", "Gjort")

    pages = {
        show: browse_as(amir).get(url_of(group, f"/follow-ups?show={show}")).text
        for show in ("open", "mine", "free", "closed", "nonsense")
    }

    assert {show: [each for each in names if each in text] for show, text in pages.items()} == {
        "open": ["Min egen", "Ingens", "Kommunens"],
        "mine": ["Min egen"],
        "free": ["Ingens"],
        "closed": ["Gjort"],
        "nonsense": ["Min egen", "Ingens", "Kommunens"],
    }


@pytest.mark.parametrize("show", ["open", "mine", "free", "closed"])
def test_an_empty_list_says_what_would_stand_there(group, amir, browse_as, show: str):
    assert "empty" in browse_as(amir).get(url_of(group, f"/follow-ups?show={show}")).text


def test_observers_see_follow_ups_as_the_group_says(group, browse_as):
    observer, follow_up = create_person("Olga"), create_follow_up(group)
    create_place(group, observer, role=PlaceRole.OBSERVER)
    visitor = browse_as(observer)
    addresses = (page(follow_up), url_of(group, "/follow-ups"))

    seen = [visitor.get(each).status_code for each in addresses]
    group.observers_see_minutes = False
    db.session.commit()
    hidden = [visitor.get(each).status_code for each in addresses]

    assert (seen, hidden) == ([200, 200], [404, 404])
    assert follow_up.text not in visitor.get(url_of(group)).text


def test_what_came_from_another_group_tells_of_its_meeting_to_those_who_see_it(
    group, kari, amir, browse_as
):
    other = create_led_group("Gruppe for kraft")
    meeting = create_called(other, title="Hemmelig møte")
    follow_up = create_follow_up(group, meeting=meeting)

    seen = ["Hemmelig møte" in browse_as(each).get(page(follow_up)).text for each in (kari, amir)]

    assert seen == [True, False]


def test_my_page_has_what_i_follow_up_with_what_is_late(group, amir, browse_as):
    yesterday = clock.now().date() - timedelta(days=2)
    follow_up = create_follow_up(group, "Ringe havnene", owner=amir, due_on=yesterday)

    shown = browse_as(amir).get("/my").text

    assert ("Ringe havnene" in shown, "Over fristen" in shown) == (True, True)
    assert page(follow_up, "/closing") in shown


def test_pages_ask_as_often_whatever_there_is(group, lead, browse_as, queries):
    fill(group, lead, 18)
    one, ingrid = db.session.scalars(sa.select(FollowUp).limit(1)).one(), browse_as(lead)
    rest = ("", "/follow-ups", "/follow-ups?show=closed&page=2")
    addresses = (*(url_of(group, each) for each in rest), page(one), "/my")

    few = [asked_for(ingrid, queries, each) for each in addresses]
    fill(group, lead, 1782)
    many = [asked_for(ingrid, queries, each) for each in addresses]

    assert few == many


def asked_for(client, queries, address: str) -> int:
    client.get(address, check=False)
    with queries() as statements:
        client.get(address, check=False)
    return len(statements)


def fill(group, owner, count: int) -> None:
    db.session.add_all(
        FollowUp(
            group=group,
            text=f"Sak {number}",
            owner=owner if number % 2 else None,
            due_on=date(2026, 1, 1) if number % 3 else None,
            created_at=group.created_at,
            closed_at=clock.now() if number % 2 else None,
        )
        for number in range(count)
    )
    db.session.commit()


def test_a_new_deadline_before_today_is_refused_beside_its_field(group, lead, browse_as):
    yesterday = dates.today(clock.now()) - timedelta(days=1)
    data = {"text": "Ringe havnene", "owner": "", "due_on": f"{yesterday:%d.%m.%Y}"}

    answer = browse_as(lead).post(url_of(group, "/follow-ups/new"), data=data)

    assert answer.status_code == 422
    assert "Fristen er før i dag. Skriv en senere dato" in answer.text
    assert ("Ringe havnene" in answer.text, data["due_on"] in answer.text) == (True, True)
    assert db.session.scalars(sa.select(FollowUp)).all() == []


def test_an_old_deadline_may_stay_but_not_become_another_that_is_over(group, lead, browse_as):
    today = dates.today(clock.now())
    old, older = today - timedelta(days=3), today - timedelta(days=9)
    follow_up, browser = create_follow_up(group, due_on=old), browse_as(lead)

    refused = browser.post(
        page(follow_up, "/edit"), data=typed(follow_up, due_on=f"{older:%d.%m.%Y}")
    )
    kept = browser.post(
        page(follow_up, "/edit"),
        data=typed(follow_up, text="Ringe igjen", due_on=f"{old:%d.%m.%Y}", owner_label=""),
    )

    db.session.expire_all()
    assert (refused.status_code, kept.status_code) == (422, 302)
    assert (follow_up.text, follow_up.due_on) == ("Ringe igjen", old)
