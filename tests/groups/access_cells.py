"""Every address of a group and who may use it: the cells that tests of access go through."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.models.accounts import RoleName
from portal.models.groups import NameRequest, PlaceRole, PlaceState
from portal.models.mailings import Mailing
from portal.models.meetings import MeetingGuest
from portal.models.minutes import Attendance, AttendanceState, ImportNote
from tests.factories import (
    create_appeal,
    create_follow_up,
    create_person,
    create_place,
    create_season,
)
from tests.groups.input_rounds.rounds import create_draft as create_round_draft
from tests.groups.input_rounds.rounds import create_round, gather
from tests.groups.people import (
    add_comment,
    add_item,
    create_called,
    create_draft,
    create_held,
    create_led_group,
    invite,
    lead_of,
)
from tests.groups.polls.polling import create_draft_poll, span

READERS = ("observer", "member", "lead", "deputy", "organiser", "admin")
RUNNERS = ("lead", "deputy", "organiser", "admin")
OUTSIDERS = ("nobody", "guest", "other group", "left", "declined", "coordinator")
ORGANISERS = ("organiser", "admin")
EVERYBODY = ("anonymous", *OUTSIDERS, *READERS)

READ = {
    "": READERS,
    "/members": READERS,
    "/meetings/{called}": READERS,
    "/meetings/{draft}": RUNNERS,
    "/follow-ups": READERS,
    "/follow-ups/{follow_up}": READERS,
    "/input/{round}": READERS,
    "/input/{round_draft}": RUNNERS,
    "/input/{round}/input.docx": READERS,
    "/input/{round}/input.xlsx": READERS,
    "/meetings/{called}/minutes": RUNNERS,
    "/meetings/{called}/minutes.docx": RUNNERS,
    "/meetings/{held}/minutes": READERS,
    "/meetings/{held}/minutes.docx": READERS,
}
FORMS = {
    "/places/new": RUNNERS,
    "/places/{place}/edit": RUNNERS,
    "/places/{place}/leaving": RUNNERS,
    "/places/{lead}/edit": ORGANISERS,
    "/places/{lead}/leaving": ORGANISERS,
    "/places/{open}/name": RUNNERS,
    "/letters/new": RUNNERS,
    "/meetings/new": RUNNERS,
    "/meetings/{called}/edit": RUNNERS,
    "/meetings/{called}/cancellation": RUNNERS,
    "/meetings/{draft}/deletion": RUNNERS,
    "/meetings/{called}/writing": RUNNERS,
    "/meetings/{called}/writing/attendance": RUNNERS,
    "/meetings/{called}/writing/attendance/new": RUNNERS,
    "/meetings/{called}/writing/attendance/roles": RUNNERS,
    "/meetings/{called}/writing/attendance/a-{attendee}": RUNNERS,
    "/meetings/{held}/minutes/sending": RUNNERS,
    "/meetings/{held}/minutes/comments/{comment}/answer": RUNNERS,
    "/meetings/{approved}/minutes/addenda/new": RUNNERS,
    "/meetings/{draft}/summons": RUNNERS,
    "/meetings/{called}/guests": RUNNERS,
    "/meetings/{called}/guests/{guest}/removal": RUNNERS,
    "/follow-ups/new": RUNNERS,
    "/follow-ups/{follow_up}/edit": RUNNERS,
    "/polls/new": RUNNERS,
    "/polls/{poll}/edit": RUNNERS,
    "/polls/{poll}/sending": RUNNERS,
    "/polls/{poll}/deletion": RUNNERS,
    "/polls/{open_poll}/times/new": RUNNERS,
    "/polls/{open_poll}/times/{time}/removal": RUNNERS,
    "/polls/{open_poll}/times/{time}/choice": RUNNERS,
    "/polls/{open_poll}/deadline": RUNNERS,
    "/polls/{open_poll}/closing": RUNNERS,
    "/follow-ups/{follow_up}/closing": RUNNERS,
    "/input/new": RUNNERS,
    "/input/{round}/edit": RUNNERS,
    "/input/{round_draft}/deletion": RUNNERS,
    "/input/{round}/noted": RUNNERS,
    "/input/{round}/vote/opening": RUNNERS,
    "/input/{voted}/vote/closing": RUNNERS,
    "/appeals/seasons/{season}/question": RUNNERS,
    "/meetings/{called}/notes/{note}": ORGANISERS,
}
# Shown to those who run the group, and nothing to fill in; whoever only sits in it is told so.
SHOWN = {
    "/addresses": RUNNERS,
    "/meetings/{called}/writing/items/1/versions": RUNNERS,
    "/input/{round}/themes": RUNNERS,
    "/input/{round}/themes/{theme}": RUNNERS,
    "/appeals/seasons/{season}/answers": RUNNERS,
}
BUTTONS = {
    "/meetings/{called}/writing/items/1/versions/1": RUNNERS,
    "/meetings/{called}/writing/attendance/everybody": RUNNERS,
    "/meetings/{called}/writing/attendance/everybody/undoing": RUNNERS,
    "/meetings/{called}/writing/attendance/a-{attendee}/removal": RUNNERS,
    "/meetings/{held}/minutes/comments/{comment}/reopening": RUNNERS,
    "/meetings/{held}/approvals/1": RUNNERS,
    "/meetings/{approved}/minutes/approval/undoing": RUNNERS,
    "/appeals/seasons/{season}/reminders": RUNNERS,
    "/appeals/{appeal}/tests": RUNNERS,
    "/meetings/{called}/notes/{note}/reopening": ORGANISERS,
    "/appeals/{appeal}/sending": RUNNERS,
    "/appeals/{appeal}/removal": RUNNERS,
    "/appeals/{appeal}/stop": RUNNERS,
    "/meetings/{called}/notices": RUNNERS,
    "/meetings/{called}/notices/postponement": RUNNERS,
    "/follow-ups/{follow_up}/reopening": RUNNERS,
    "/places/{open}/name/at-once": RUNNERS,
    "/places/{open}/name/{asked}/taking-back": RUNNERS,
    "/places/{open}/name/{asked}/undoing": RUNNERS,
    "/letters/{letter}/stopping": RUNNERS,
    "/input/{round_draft}/opening": RUNNERS,
    "/input/{round}/closing": RUNNERS,
    "/input/{round}/reopening": RUNNERS,
    "/input/{round}/copies": RUNNERS,
    "/input/{round}/themes/changes": RUNNERS,
    "/input/{round}/themes/undoing": RUNNERS,
    "/input/{round}/themes/redoing": RUNNERS,
    "/polls/{open_poll}/reminder": RUNNERS,
    "/polls/{open_poll}/reopening": RUNNERS,
    "/polls/{open_poll}/choice/undoing": RUNNERS,
}
# Those who have a say in the group; whoever only observes or organises has none.
VOTERS = ("member", "lead", "deputy")


@pytest.fixture
def group(app):
    group = create_led_group()
    group.place = create_place(group, create_person("Per Olsen"))
    group.called, group.draft = create_called(group), create_draft(group)
    group.follow_up = create_follow_up(group)
    group.open = create_place(group, label="Moss", state=PlaceState.PENDING)
    group.asked = NameRequest(place=group.open, address="a@example.org", asked_at=clock.now())
    group.letter = Mailing(kind="groups.letter", dedupe_key="x", group_id=group.id,
                           created_at=clock.now(), hold_until=clock.now())  # fmt: skip
    db.session.add_all([group.asked, group.letter])
    db.session.commit()
    group.round, group.round_draft = create_round(group), create_round_draft(group)
    group.voted = create_round(group, voting_opened_at=clock.now(), votes=1)
    group.theme = gather(group.round, group.places[0].person, "Energi")
    group.attendee = Attendance(
        meeting=group.called, name="Nora Lie", state=AttendanceState.PRESENT
    )
    db.session.add(group.attendee)
    add_item(group.called, 1, "Mandat")
    group.held = create_held(group, sent=True)
    group.approved = create_held(group, sent=True, approved=True)
    group.comment = add_comment(group.held, lead_of(group))
    # Times that are to come by the clock of the day.
    ahead = [span((clock.now() + timedelta(days=40)).date())]
    group.poll = create_draft_poll(group, *ahead)
    group.open_poll = create_draft_poll(group, *ahead)
    group.open_poll.opened_at = clock.now()
    db.session.commit()
    group.note = ImportNote(meeting=group.called, text="Uklart.")
    db.session.add(group.note)
    group.season = create_season()
    group.appeal = create_appeal(group, group.season)
    group.guest = create_person("Tuva Moen")
    group.called.guests.append(MeetingGuest(person=group.guest, added_at=clock.now()))
    db.session.commit()
    return group


@pytest.fixture
def client_of(group, browse_as, client):
    def make(who: str):
        if who == "anonymous":
            return client
        roles = {
            "admin": {"role": RoleName.ADMIN},
            "organiser": {"role": RoleName.ORGANISER},
            "coordinator": {"role": RoleName.COORDINATOR, "county": "31"},
        }
        person = create_person("Noen Annen", **roles.get(who, {}))
        if who == "guest":
            invite(group.called, person)
        places = {
            "observer": {"role": PlaceRole.OBSERVER},
            "member": {},
            "lead": {"role": PlaceRole.LEAD},
            "deputy": {"role": PlaceRole.DEPUTY},
            "left": {"role": PlaceRole.LEAD, "state": PlaceState.LEFT},
            "declined": {"state": PlaceState.DECLINED},
        }
        if who in places:
            create_place(group, person, **places[who])
        if who == "other group":
            create_place(create_led_group("En annen gruppe"), person, role=PlaceRole.LEAD)
        return browse_as(person)

    return make


def address(group, path: str) -> str:
    lead = next(place for place in group.places if place.role == PlaceRole.LEAD)
    return f"/groups/{group.slug}" + path.format(
        called=group.called.public_id,
        draft=group.draft.public_id,
        place=group.place.public_id,
        lead=lead.public_id,
        follow_up=group.follow_up.public_id,
        open=group.open.public_id,
        asked=group.asked.public_id,
        letter=group.letter.public_id,
        round=group.round.public_id,
        round_draft=group.round_draft.public_id,
        voted=group.voted.public_id,
        theme=group.theme.public_id,
        attendee=group.attendee.public_id,
        held=group.held.public_id,
        approved=group.approved.public_id,
        comment=group.comment.public_id,
        poll=group.poll.public_id,
        open_poll=group.open_poll.public_id,
        time=group.open_poll.options[0].public_id,
        season=group.season.slug,
        note=group.note.public_id,
        appeal=group.appeal.public_id,
        guest=group.guest.public_id,
    )


def expected(who: str, allowed: tuple[str, ...], *, fetched: bool, hidden: bool = False) -> int:
    """What somebody gets who may not: sign in first, no such page, or a plain no."""
    if who == "anonymous":
        return 302 if fetched else 403
    if who in allowed:
        return 200
    return 403 if who in READERS and not hidden else 404
