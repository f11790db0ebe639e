"""Minutes approved by a later meeting or without one: once, for good, and undone the same day."""

from datetime import date, timedelta

import pytest
import time_machine

from portal import clock
from portal.db import db
from portal.groups.meetings import actions as meeting_actions
from portal.groups.minutes import approving
from portal.groups.minutes.document import Approval, Correction
from portal.groups.writing.locking import MinutesAreLocked
from portal.models.groups import PlaceRole
from portal.models.minutes import Decision
from tests.factories import create_person, create_place
from tests.groups.minutes.people import approve, create_held, create_later, read
from tests.groups.people import (
    add_item,
    create_called,
    create_led_group,
    lead_of,
    mailings,
    member_of,
    page_of,
    rows,
    typed,
    verbs,
)

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(group):
    return create_held(group)


def decided(meeting) -> list[str]:
    db.session.refresh(meeting)
    return [each.text for item in meeting.agenda for each in item.decisions]


def test_the_button_under_the_item_approves_the_minutes(held, group, browse_as):
    later = create_later(held)
    client = browse_as(lead_of(group))

    page = client.get(page_of(later)).text
    answer = client.post(page_of(later, "/approvals/1"), data={"changes": "", "back": "x"})

    assert page_of(later, "/approvals/1") in page
    assert answer.headers["Location"] == page_of(later)
    assert (held.approved_at, held.approved_in, held.approved_by) == (
        clock.now(), later, lead_of(group),
    )  # fmt: skip
    assert decided(later) == ["Referatet er godkjent."]
    assert (verbs()[-1], mailings()) == ("minutes.approved", [])
    assert later.minutes_revision == 1
    # What stands under the item now says so, and the button is gone.
    assert page_of(later, "/approvals/1") not in client.get(page_of(later)).text


def test_the_changes_agreed_stand_in_the_decision_and_at_the_top(held, group, browse_as):
    later = create_later(held)

    browse_as(lead_of(group)).post(
        page_of(later, "/approvals/1"), data={"changes": "Sak 1: to kommuner."}
    )

    assert decided(later) == ["Referatet er godkjent med disse endringene: Sak 1: to kommuner."]
    assert read(held).approval == Approval(
        on=date(2026, 8, 20),
        by="Ingrid Solberg",
        in_title="Neste møte",
        in_day=date(2026, 8, 20),
        changes="Sak 1: to kommuner.",
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Referatet er godkjent."),
        ("nn", "Referatet er godkjent."),
        ("en", "The minutes are approved."),
    ],
)
def test_the_decision_is_in_the_language_of_the_later_meeting(
    held, group, browse_as, language: str, text: str
):
    later = create_later(held, language=language)

    browse_as(lead_of(group)).post(page_of(later, "/approvals/1"), data={})

    assert decided(later) == [text]


def test_a_decision_that_stands_already_is_not_written_twice(held, kari):
    later = create_later(held)
    later.agenda[0].decisions.append(Decision(text="Referatet er godkjent."))
    db.session.commit()

    approving.approve_at(later.agenda[0], "", by=kari, now=clock.now())

    assert decided(later) == ["Referatet er godkjent."]


def test_minutes_are_approved_once(held, group, browse_as):
    later, client = create_later(held), browse_as(lead_of(group))
    client.post(page_of(later, "/approvals/1"), data={"changes": "Først"})

    client.post(page_of(later, "/approvals/1"), data={"changes": "Så"})

    assert read(held).approval.changes == "Først"
    assert verbs().count("minutes.approved") == 1


def test_the_one_who_writes_goes_back_to_writing(held, group, browse_as):
    later, client = create_later(held), browse_as(lead_of(group))
    back = page_of(later, "/writing")

    there = client.post(page_of(later, "/approvals/1"), data={"back": back})
    elsewhere = client.post(page_of(later, "/approvals/1"), data={"back": f"//x.example{back}"})

    assert [there.headers["Location"], elsewhere.headers["Location"]] == [back, page_of(later)]


def test_nothing_is_approved_before_its_day(held, kari, group, browse_as):
    coming = create_called(group)
    item = add_item(coming, 1, "Referat", usual="minutes", approves=held)
    ahead = create_held(group, days_ago=-5)
    later = create_later(ahead)

    with pytest.raises(approving.NotMetYet):
        approving.approve_at(item, "", by=kari, now=clock.now())
    with pytest.raises(approving.NotMetYet):
        approving.approve_at(later.agenda[0], "", by=kari, now=clock.now())

    assert "/approvals/1" not in browse_as(lead_of(group)).get(page_of(coming)).text


def test_a_cancelled_meeting_offers_no_approval(held, kari, group, browse_as):
    later = create_later(held)
    meeting_actions.cancel_meeting(later, "Sykdom", by=kari, now=clock.now())
    db.session.commit()

    page = browse_as(lead_of(group)).get(page_of(later)).text

    assert page_of(later, "/approvals/1") not in page
    assert page_of(held, "/minutes") in page


def test_an_item_of_another_kind_approves_nothing(held, kari):
    later = create_later(held)
    item = add_item(later, 2, "Eventuelt", approves=held)

    with pytest.raises(approving.NotApprovedHere):
        approving.approve_at(item, "", by=kari, now=clock.now())


def test_nobody_approves_the_minutes_of_a_group_they_do_not_run(held, browse_as):
    other = create_led_group("En annen gruppe")
    later = create_later(create_held(other))
    later.agenda[0].approves = held
    db.session.commit()

    answer = browse_as(lead_of(other)).post(page_of(later, "/approvals/1"), data={})

    assert (answer.status_code, held.approved_at) == (404, None)


def test_approved_minutes_let_nobody_change_the_meeting(held, group, kari, browse_as):
    approve(held, kari)
    client = browse_as(lead_of(group))

    shown = client.get(page_of(held, "/edit"))
    sent = client.post(page_of(held, "/edit"), data={**typed(held), **rows({"title": "Ny sak"})})

    assert [shown.status_code, sent.status_code] == [302, 302]
    with pytest.raises(MinutesAreLocked):
        meeting_actions.edit_meeting(
            held, {}, [], intro="", seen_revision=held.event.revision, by=kari, now=clock.now()
        )
    assert [item.title for item in held.agenda] == ["Mandat"]


def test_an_organiser_approves_without_a_meeting_for_a_reason(held, group, kari, browse_as):
    address = page_of(held, "/minutes/approval")
    client = browse_as(kari)

    empty = client.post(address, data={"reason": " "})
    client.post(address, data={"reason": "Gruppen er avsluttet."})

    assert empty.status_code == 422
    assert read(held).approval == Approval(
        on=date(2026, 8, 20), by="Kari Nordmann", reason="Gruppen er avsluttet."
    )
    assert browse_as(lead_of(group)).get(address).status_code == 403


def test_whoever_approved_undoes_it_on_the_same_day(held, group, browse_as):
    later, client = create_later(held), browse_as(lead_of(group))
    client.post(page_of(later, "/approvals/1"), data={"changes": "En feil"})
    page = client.get(page_of(held, "/minutes")).text

    client.post(page_of(held, "/minutes/approval/undoing"))

    assert page_of(held, "/minutes/approval/undoing") in page
    assert (held.approved_at, held.approved_in, held.approved_by, held.document) == (None,) * 4
    assert decided(later) == []
    assert verbs()[-1] == "minutes.approval_undone"


def test_another_who_runs_the_group_does_not_undo_it_but_an_organiser_does(
    held, group, kari, browse_as
):
    deputy = create_person("Nora Lie")
    create_place(group, deputy, role=PlaceRole.DEPUTY)
    approve(held, lead_of(group))

    browse_as(deputy).post(page_of(held, "/minutes/approval/undoing"))
    assert held.is_approved
    browse_as(kari).post(page_of(held, "/minutes/approval/undoing"))

    assert not held.is_approved


def test_an_approval_stands_from_the_next_day_or_when_something_builds_on_it(held, group, kari):
    other, third = create_held(group, days_ago=60), create_held(group, days_ago=90)
    for each in (held, other, third):
        approving.approve_alone(each, "Siste møte", by=kari, now=clock.now())
    approving.add_addendum(other, "Feil", by=kari, now=clock.now())
    third.public_at = clock.now()
    db.session.commit()

    for meeting, moment in (
        (held, clock.now() + timedelta(days=1)),
        (other, clock.now()),
        (third, clock.now()),
    ):
        with pytest.raises(approving.CannotUndo):
            approving.undo(meeting, by=kari, now=moment)
    approving.undo(held, by=kari, now=clock.now() + timedelta(hours=12))


def test_what_an_approved_meeting_decided_is_not_taken_out_of_it(held, kari):
    later = approve(held, kari)
    approving.approve_alone(later, "Siste møte", by=kari, now=clock.now())
    db.session.commit()

    with pytest.raises(MinutesAreLocked):
        approving.undo(held, by=kari, now=clock.now())


def test_minutes_are_corrected_by_numbered_addenda(held, group, kari, browse_as):
    approve(held, kari)
    client = browse_as(lead_of(group))

    client.post(page_of(held, "/minutes/addenda/new"), data={"text": "Sak 1: to."})
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        browse_as(kari).post(page_of(held, "/minutes/addenda/new"), data={"text": "Nei, tre."})
    lead_of(group).name = "Ingrid Vik"
    db.session.commit()

    assert read(held).addenda == (
        Correction(1, "Sak 1: to.", date(2026, 8, 20), "Ingrid Solberg"),
        Correction(2, "Nei, tre.", date(2026, 8, 21), "Kari Nordmann"),
    )
    page = browse_as(member_of(group)).get(page_of(held, "/minutes")).text
    assert 'href="#addenda"' in page


def test_minutes_not_approved_are_changed_and_not_corrected(held, kari, browse_as):
    client = browse_as(kari)

    answer = client.post(page_of(held, "/minutes/addenda/new"), data={"text": "Feil"})

    assert (answer.status_code, read(held).addenda) == (302, ())
    with pytest.raises(approving.NotApprovedHere):
        approving.add_addendum(held, "Feil", by=kari, now=clock.now())


def test_an_empty_addendum_is_asked_for_again(held, kari, browse_as):
    approve(held, kari)

    answer = browse_as(kari).post(page_of(held, "/minutes/addenda/new"), data={"text": ""})

    assert answer.status_code == 422
