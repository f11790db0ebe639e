"""Places in a group: added, filled, changed and left, and the calls that follow along."""

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.places import actions as place_actions
from portal.models.accounts import Person
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from tests.factories import create_organisation, create_person, create_place
from tests.groups.meetings.gathered import called
from tests.groups.people import (
    PLACE,
    create_called,
    create_draft,
    create_led_group,
    invite,
    lead_of,
    mail_kinds,
    member_of,
    place_page,
    url_of,
    verbs,
)
from tests.invitations.sending import let_mail_leave


def newest_place() -> GroupPlace:
    return db.session.scalars(sa.select(GroupPlace).order_by(GroupPlace.id.desc())).first()


def people_count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Person.id)))


def invited_to(meeting) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(Invitation.person_id)
            .where(Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None))
            .order_by(Invitation.id)
        )
    )


def test_a_place_may_be_only_words(browse_as):
    group, gjovik = create_led_group(), create_organisation("Gjøvik kommune")

    response = browse_as(lead_of(group)).post(
        url_of(group, "/places/new"),
        data={"label": "Gjøvik (bekrefter navn)", "state": "pending", "note": "Ringt",
              "organisation": str(gjovik.id)},
    )  # fmt: skip

    place = newest_place()
    assert response.headers["Location"] == url_of(group)
    assert (place.label, place.person, place.state, place.role, place.organisation, place.note) == (
        "Gjøvik (bekrefter navn)", None, PlaceState.PENDING, PlaceRole.MEMBER, gjovik, "Ringt",
    )  # fmt: skip
    assert verbs() == ["place.added"]


def test_nobody_gets_a_place_in_a_group_that_is_closed(browse_as, kari):
    group = create_led_group(closed_at=clock.now())
    before, client = len(group.places), browse_as(kari)

    answer = client.post(url_of(group, "/places/new"), data={**PLACE, "label": "Moss"})

    assert (answer.status_code, len(group.places)) == (302, before)
    assert "/places/new" not in client.get(url_of(group)).text


def test_a_place_is_for_somebody(browse_as, kari):
    group = create_led_group()

    response = browse_as(kari).post(url_of(group, "/places/new"), data=PLACE)

    assert response.status_code == 422
    assert "Skriv hvem som har plassen" in response.text


def test_an_organiser_finds_a_person_by_address(browse_as, kari, ola):
    group = create_led_group()

    browse_as(kari).post(
        url_of(group, "/places/new"),
        data={**PLACE, "email": ola.email.upper(), "role": "observer", "tell": "y"},
    )

    place = newest_place()
    assert (place.person, place.role, place.label) == (ola, PlaceRole.OBSERVER, "")
    assert mail_kinds() == [("groups/place", ola.id)]


def test_an_organiser_chooses_between_those_a_name_fits(browse_as, kari):
    group = create_led_group()
    one, other = create_person("Ola Hansen"), create_person("Ola Kjell Hansen")
    organiser, page = browse_as(kari), url_of(group, "/places/new")

    unclear = organiser.post(page, data={**PLACE, "name": "ola hansen"})
    chosen = organiser.post(page, data={**PLACE, "name": "ola hansen", "person": other.public_id})

    assert unclear.status_code == 422
    assert (one.public_id in unclear.text, other.public_id in unclear.text) == (True, True)
    assert chosen.status_code == 302
    assert newest_place().person == other


def test_somebody_the_name_does_not_fit_cannot_be_slipped_in(browse_as, kari, siri):
    group = create_led_group()
    create_person("Ola Hansen")

    response = browse_as(kari).post(
        url_of(group, "/places/new"),
        data={**PLACE, "name": "Ola Hansen", "person": siri.public_id},
    )

    assert response.status_code == 422
    assert len(group.places) == 2


def test_an_unknown_name_needs_an_address(browse_as, kari):
    group = create_led_group()
    before = people_count()

    response = browse_as(kari).post(
        url_of(group, "/places/new"), data={**PLACE, "name": "Nora Lie"}
    )

    assert response.status_code == 422
    assert "Vi kjenner ingen med det navnet" in response.text
    assert people_count() == before


def test_a_new_person_is_made_of_name_and_address(browse_as, kari):
    group = create_led_group()
    organiser, page = browse_as(kari), url_of(group, "/places/new")

    nameless = organiser.post(page, data={**PLACE, "email": "nora@example.org"})
    whole = organiser.post(page, data={**PLACE, "name": "Nora Lie", "email": "nora@example.org"})

    nora = newest_place().person
    assert (nameless.status_code, whole.status_code) == (422, 302)
    assert (nora.name, nora.email, nora.emails[0].confirmed_at) == (
        "Nora Lie", "nora@example.org", None,
    )  # fmt: skip


def test_an_address_that_is_none_is_not_taken(browse_as, kari):
    group = create_led_group()

    response = browse_as(kari).post(
        url_of(group, "/places/new"), data={**PLACE, "name": "Nora", "email": "nora@nowhere"}
    )

    assert response.status_code == 422
    assert "Skriv en e-postadresse" in response.text


def test_a_lead_looks_nobody_up(browse_as, ola):
    group = create_led_group()
    lead = browse_as(lead_of(group))
    before = people_count()

    page = lead.get(url_of(group, "/places/new")).text
    lead.post(
        url_of(group, "/places/new"),
        data={**PLACE, "label": "Moss", "email": ola.email, "name": "Ny Person", "role": "lead"},
    )

    place = newest_place()
    assert 'name="email"' not in page
    assert (place.person, place.role, place.label) == (None, PlaceRole.MEMBER, "Moss")
    assert people_count() == before


def test_nobody_has_two_places_in_a_group(browse_as, kari):
    group = create_led_group()

    response = browse_as(kari).post(
        url_of(group, "/places/new"), data={**PLACE, "email": member_of(group).email}
    )

    assert response.status_code == 422
    assert "har allerede en plass" in response.text
    assert len(group.places) == 2


def test_an_open_place_gets_its_person(browse_as, kari, ola):
    group = create_led_group()
    place = create_place(group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING)

    browse_as(kari).post(
        place_page(place, "/edit"),
        data={**PLACE, "label": place.label, "email": ola.email, "tell": "y"},
    )

    assert (place.person, place.label, place.state) == (
        ola, "Gjøvik (bekrefter navn)", PlaceState.CONFIRMED,
    )  # fmt: skip
    assert mail_kinds() == [("groups/place", ola.id)]
    assert verbs() == ["place.changed"]


def test_the_mail_about_a_place_goes_out_in_the_readers_language(browse_as, kari):
    group = create_led_group("Fjordgruppa")
    nora = create_person("Nora Lie", language="nn")

    browse_as(kari).post(
        url_of(group, "/places/new"), data={**PLACE, "email": nora.email, "tell": "y"}
    )

    mail = db.session.scalar(sa.select(OutboxMail))
    assert mail.subject == "Du har fått plass i Fjordgruppa"
    assert (mail.kind, mail.recipient) == ("groups/place", nora.email)


def test_a_newcomer_is_invited_to_the_meetings_that_are_called(browse_as, kari, ola):
    group = create_led_group()
    called, draft = create_called(group), create_draft(group)

    browse_as(kari).post(url_of(group, "/places/new"), data={**PLACE, "email": ola.email})

    assert (invited_to(called), invited_to(draft)) == ([ola.id], [])
    assert mail_kinds() == [("invitations/request", ola.id)]


def test_whoever_leaves_is_uninvited_and_sees_nothing_more(browse_as):
    group = create_led_group()
    lead, amir = lead_of(group), member_of(group)
    meeting = create_called(group)
    called(meeting, lead, amir)
    let_mail_leave()
    place = next(each for each in group.places if each.person == amir)
    visitor = browse_as(lead)

    asked = visitor.get(place_page(place, "/leaving"))
    left = visitor.post(place_page(place, "/leaving"))

    assert "1 møte" in asked.text
    assert left.headers["Location"] == url_of(group)
    assert place.state == PlaceState.LEFT
    assert invited_to(meeting) == [lead.id]
    assert mail_kinds()[2:] == [("invitations/uninvite", amir.id)]
    assert browse_as(amir).get(url_of(group)).status_code == 404
    assert verbs()[2:] == ["place.changed", "invitation.removed"]


def test_leaving_twice_leaves_once(browse_as):
    group = create_led_group()
    place = create_place(group, create_person("Per Olsen"), state=PlaceState.LEFT)

    response = browse_as(lead_of(group)).post(place_page(place, "/leaving"))

    assert response.status_code == 302
    assert verbs() == []


def test_a_place_that_changes_hands_changes_who_is_invited(browse_as, kari, ola):
    group = create_led_group()
    amir = member_of(group)
    meeting = create_called(group)
    called(meeting, amir)
    let_mail_leave()
    place = next(each for each in group.places if each.person == amir)

    browse_as(kari).post(place_page(place, "/edit"), data={**PLACE, "email": ola.email})

    assert place.person == ola
    assert invited_to(meeting) == [ola.id]
    assert mail_kinds()[1:] == [("invitations/uninvite", amir.id), ("invitations/request", ola.id)]


def test_a_no_takes_the_place_and_the_invitations(browse_as):
    group = create_led_group()
    amir = member_of(group)
    meeting = create_called(group)
    invite(meeting, amir)
    place = next(each for each in group.places if each.person == amir)

    browse_as(lead_of(group)).post(
        place_page(place, "/edit"), data={"label": "", "state": "declined", "organisation": ""}
    )

    assert place.state == PlaceState.DECLINED
    assert invited_to(meeting) == []


def test_somebody_who_comes_back_takes_up_the_old_place(browse_as, kari, ola):
    group = create_led_group()
    old = create_place(group, ola, state=PlaceState.LEFT)

    browse_as(kari).post(url_of(group, "/places/new"), data={**PLACE, "email": ola.email})

    assert old.state == PlaceState.CONFIRMED
    assert len(group.places) == 3


def test_somebody_who_left_may_fill_an_open_place(browse_as, kari, ola):
    group = create_led_group()
    create_place(group, ola, state=PlaceState.LEFT)
    open_place = create_place(group, label="Moss", state=PlaceState.PENDING)

    browse_as(kari).post(
        place_page(open_place, "/edit"), data={**PLACE, "label": "Moss", "email": ola.email}
    )

    assert (open_place.person, len(group.places)) == (ola, 3)


def test_a_long_label_is_sent_back_with_everything_typed(browse_as):
    group = create_led_group()

    response = browse_as(lead_of(group)).post(
        url_of(group, "/places/new"),
        data={**PLACE, "label": "x" * 201, "note": "Ring først"},
    )

    assert response.status_code == 422
    assert "Ring først" in response.text


def test_a_place_with_the_number_of_one_that_is_gone_is_told_of(kari, ola, now):
    first, second = create_led_group("Fjordgruppa"), create_led_group("Skoggruppa")
    gone = create_place(first, ola)
    number = gone.id
    told = [place_actions.tell_of_place(gone, by=kari, now=now)]
    db.session.delete(gone)
    db.session.commit()

    place = create_place(second, ola, id=number)
    told += [place_actions.tell_of_place(place, by=kari, now=now) for _ in range(2)]

    assert told == [True, True, False]
    subjects = db.session.scalars(sa.select(OutboxMail.subject).order_by(OutboxMail.id)).all()
    assert subjects == ["Du har fått plass i Fjordgruppa", "Du har fått plass i Skoggruppa"]
