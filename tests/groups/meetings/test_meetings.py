"""Meetings planned, edited, moved, cancelled and dropped by those who run the group."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.meetings import Meeting
from portal.models.minutes import Decision
from tests.factories import create_follow_up
from tests.groups.people import (
    add_item,
    create_called,
    create_draft,
    create_led_group,
    invite,
    lead_of,
    mailings,
    member_of,
    page_of,
    rows,
    typed,
    url_of,
    verbs,
)


def agenda_of(meeting: Meeting) -> list[tuple[int, str, str]]:
    return [(item.number, item.title, str(item.kind)) for item in meeting.agenda]


def test_a_lead_plans_a_meeting_that_nobody_hears_of(browse_as):
    group = create_led_group()
    ingrid = lead_of(group)

    response = browse_as(ingrid).post(
        url_of(group, "/meetings/new"),
        data={
            **typed(intro="Les saken før du kommer.", join_url="https://meet.example.org/fjord"),
            **rows({"title": "Mandat", "presenter": "Amir Khan"}, {"title": "", "presenter": "x"},
                   {"title": "Innkalling", "kind": "approval", "number": "1",
                    "papers": "https://papers.example.org/1_a"}),
        },
    )  # fmt: skip

    meeting = db.session.scalar(sa.select(Meeting))
    event = meeting.event
    assert response.headers["Location"] == page_of(meeting)
    assert (event.kind, event.visibility, event.state, event.county_code) == (
        EventKind.MEETING, Visibility.GROUP, EventState.DRAFT, "03",
    )  # fmt: skip
    assert (event.contact_name, event.contact_email) == (ingrid.name, ingrid.email)
    assert agenda_of(meeting) == [(1, "Innkalling", "approval"), (2, "Mandat", "discussion")]
    assert event.description == (
        "Les saken før du kommer.\n\n**Saksliste**\n\n"
        "Sak 1: Innkalling (godkjenning). <https://papers.example.org/1_a>\n"
        "Sak 2: Mandat (drøfting). Amir Khan"
    )
    assert "Sak 2: Mandat" in event.ical_participant.replace("\r\n ", "")
    assert mailings() == []
    assert verbs() == ["meeting.planned"]


def test_the_form_begins_with_a_title(browse_as):
    group = create_led_group("Fjordgruppen")

    page = browse_as(lead_of(group)).get(url_of(group, "/meetings/new")).text

    assert 'value="Møte i Fjordgruppen"' in page


def test_a_closed_group_plans_nothing(browse_as, kari):
    group = create_led_group(closed_at=clock.now())

    response = browse_as(kari).post(url_of(group, "/meetings/new"), data=typed())

    assert response.headers["Location"] == url_of(group)
    assert db.session.scalar(sa.select(Meeting)) is None


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(browse_as):
    group = create_led_group()
    lead, page = browse_as(lead_of(group)), url_of(group, "/meetings/new")
    wrong = {
        "Skriv en tittel": {"title": ""},
        "Skriv datoen": {"day": "32.13.2030"},
        "Skriv klokkeslettet": {"starts": ""},
        "Møtet må slutte etter at det begynner": {"ends": "08.00"},
        "Skriv hele adressen": {"join_url": "meet.example.org"},
        "Klokka stilles fram": {"day": "29.3.2026", "starts": "02.30", "ends": "04.00"},
        "Skriv saksnummeret med siffer": {"items-0-number": "to"},
    }

    got = {
        text: lead.post(page, data={**typed(), **rows({"title": "Mandat"}), **values})
        for text, values in wrong.items()
    }

    assert {text: answer.status_code for text, answer in got.items()} == dict.fromkeys(wrong, 422)
    assert [text for text, answer in got.items() if 'value="Mandat"' not in answer.text] == []
    assert [text for text, answer in got.items() if "aria-invalid" not in answer.text] == []
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0


def test_more_rows_are_given_without_saving(browse_as):
    group = create_led_group()
    items = [{"title": f"Sak {number}"} for number in range(4)]

    response = browse_as(lead_of(group)).post(
        url_of(group, "/meetings/new"), data={**typed(), **rows(*items), "add_rows": "1"}
    )

    assert response.status_code == 200
    assert 'name="items-5-title"' in response.text
    assert db.session.scalar(sa.select(Meeting)) is None


def test_the_agenda_is_put_in_order_by_its_numbers(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    first, second = add_item(meeting, 1, "Mandat"), add_item(meeting, 2, "Eventuelt")
    changed = rows(
        {"item_id": str(first.id), "number": "2", "title": "Mandat og mål"},
        {"item_id": str(second.id), "number": "3", "title": "Eventuelt"},
        {"number": "1", "title": "Innkalling", "kind": "approval"},
    )

    response = browse_as(lead_of(group)).post(
        page_of(meeting, "/edit"), data={**typed(meeting), **changed}
    )

    assert response.status_code == 302
    assert agenda_of(meeting) == [
        (1, "Innkalling", "approval"),
        (2, "Mandat og mål", "discussion"),
        (3, "Eventuelt", "discussion"),
    ]
    assert [first.number, second.number] == [2, 3]


def test_an_item_is_taken_off_by_emptying_its_title(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    first, second = add_item(meeting, 1, "Mandat"), add_item(meeting, 2, "Eventuelt")
    changed = rows(
        {"item_id": str(first.id), "number": "1", "title": ""},
        {"item_id": str(second.id), "number": "2", "title": "Eventuelt"},
    )

    browse_as(lead_of(group)).post(page_of(meeting, "/edit"), data={**typed(meeting), **changed})

    assert agenda_of(meeting) == [(1, "Eventuelt", "discussion")]


def test_what_was_minuted_stays_on_the_agenda(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    item = add_item(meeting, 1, "Mandat", minutes="Gruppen var enig.")
    item.decisions.append(Decision(text="Mandatet er vedtatt"))
    db.session.commit()
    lead = browse_as(lead_of(group))

    refused = lead.post(page_of(meeting, "/edit"), data={**typed(meeting), **rows({"title": "Ny"})})
    kept = rows({"item_id": str(item.id), "number": "1", "title": "Mandatet"})
    lead.post(page_of(meeting, "/edit"), data={**typed(meeting), **kept})

    assert refused.status_code == 422
    assert (item.title, item.minutes, len(item.decisions)) == ("Mandatet", "Gruppen var enig.", 1)


def test_an_item_of_another_meeting_is_not_touched(browse_as):
    group = create_led_group()
    meeting, other = create_draft(group), create_draft(group)
    foreign = add_item(other, 1, "Mandat")

    browse_as(lead_of(group)).post(
        page_of(meeting, "/edit"),
        data={**typed(meeting), **rows({"item_id": str(foreign.id), "title": "Kapret"})},
    )

    assert (foreign.title, foreign.meeting) == ("Mandat", other)
    assert agenda_of(meeting) == [(1, "Kapret", "discussion")]


def test_a_move_is_told_at_once_or_when_one_says_so(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    invite(meeting, *(place.person for place in group.places))
    lead = browse_as(lead_of(group))
    sequence = meeting.event.sequence

    lead.post(page_of(meeting, "/edit"), data=typed(meeting, starts="09.30", tell="later"))
    untold = lead.get(page_of(meeting)).text

    assert (mailings(), meeting.event.sequence > sequence) == ([], True)
    assert "Varsle 2 personer nå" in untold

    lead.post(page_of(meeting, "/notices"))

    assert mailings() == ["invitations.update"]
    assert not meeting.event.is_untold


def test_a_meeting_saved_unchanged_tells_nobody(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    invite(meeting, member_of(group))
    lead = browse_as(lead_of(group))
    lead.post(page_of(meeting, "/edit"), data=typed(meeting, tell="later"))
    revision = meeting.event.revision

    lead.post(page_of(meeting, "/edit"), data=typed(meeting, tell="now"))

    assert (meeting.event.revision, mailings()) == (revision, [])


def test_two_who_edit_at_once_do_not_overwrite_each_other(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    lead = browse_as(lead_of(group))
    stale = typed(meeting, place="Drammen")
    lead.post(page_of(meeting, "/edit"), data=typed(meeting, place="Moss"))

    refused = lead.post(page_of(meeting, "/edit"), data=stale)

    assert refused.status_code == 422
    assert meeting.event.place == "Moss"
    assert 'value="Drammen"' in refused.text
    assert f'value="{meeting.event.revision}"' in refused.text


def test_a_cancelled_meeting_is_neither_edited_nor_cancelled_again(browse_as):
    group = create_led_group()
    meeting = create_called(group, state=EventState.CANCELLED)
    lead = browse_as(lead_of(group))

    edited = lead.post(page_of(meeting, "/edit"), data=typed(meeting))
    cancelled = lead.post(page_of(meeting, "/cancellation"), data={"reason": ""})

    assert {edited.headers["Location"], cancelled.headers["Location"]} == {page_of(meeting)}
    assert verbs() == []


def test_too_long_a_reason_does_not_cancel(browse_as):
    group = create_led_group()
    meeting = create_called(group)

    response = browse_as(lead_of(group)).post(
        page_of(meeting, "/cancellation"), data={"reason": "x" * 501}
    )

    assert response.status_code == 422
    assert meeting.event.state == EventState.PUBLISHED


def test_a_draft_is_deleted_and_its_follow_ups_stay(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    add_item(meeting, 1, "Mandat")
    follow_up = create_follow_up(group, meeting=meeting)

    response = browse_as(lead_of(group)).post(page_of(meeting, "/deletion"))

    assert response.headers["Location"] == url_of(group)
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0
    assert follow_up.meeting_id is None
    assert verbs() == ["meeting.dropped"]


def test_a_called_meeting_is_not_deleted(browse_as):
    group = create_led_group()
    meeting = create_called(group)

    response = browse_as(lead_of(group)).post(page_of(meeting, "/deletion"))

    assert response.headers["Location"] == page_of(meeting)
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1


def test_those_who_run_the_group_are_warned_of_a_weekend(browse_as):
    group = create_led_group()
    now = clock.now()
    saturday = now + timedelta(days=28 + (5 - now.weekday()) % 7)
    meeting = create_called(group, starts_at=saturday.replace(hour=10))

    pages = [
        browse_as(each).get(page_of(meeting)).text for each in (lead_of(group), member_of(group))
    ]

    assert ["er en lørdag" in page for page in pages] == [True, False]
