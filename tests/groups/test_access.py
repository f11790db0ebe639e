"""Who may open and do what with a group: every cell of the table."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.models.accounts import RoleName
from portal.models.groups import NameRequest, PlaceRole, PlaceState
from portal.models.mailings import Mailing
from portal.models.minutes import Attendance, AttendanceState, Decision, ImportNote
from tests.factories import (
    create_appeal,
    create_follow_up,
    create_person,
    create_place,
    create_season,
)
from tests.groups.input_rounds.rounds import create_draft as create_round_draft
from tests.groups.input_rounds.rounds import create_round, gather, written
from tests.groups.people import (
    GROUP,
    PLACE,
    add_comment,
    add_item,
    create_called,
    create_draft,
    create_held,
    create_led_group,
    invite,
    lead_of,
    typed,
)
from tests.groups.polls.polling import create_draft_poll, span

READERS = ("observer", "member", "lead", "deputy", "organiser", "admin")
RUNNERS = ("lead", "deputy", "organiser", "admin")
OUTSIDERS = ("nobody", "other group", "left", "declined", "coordinator")
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
    "/meetings/{draft}/summons": RUNNERS,
    "/meetings/{called}/notices": RUNNERS,
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
    )


def expected(who: str, allowed: tuple[str, ...], *, fetched: bool, hidden: bool = False) -> int:
    """What somebody gets who may not: sign in first, no such page, or a plain no."""
    if who == "anonymous":
        return 302 if fetched else 403
    if who in allowed:
        return 200
    return 403 if who in READERS and not hidden else 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_groups_pages_are_for_its_members_and_organisers(group, client_of, who: str):
    visitor = client_of(who)

    got = {path: visitor.get(address(group, path)).status_code for path in READ}

    assert got == {
        path: expected(who, allowed, fetched=True, hidden=True) for path, allowed in READ.items()
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_who_run_a_group_are_shown_its_forms(group, client_of, who: str):
    visitor = client_of(who)
    shown = {**FORMS, **SHOWN}

    got = {path: visitor.get(address(group, path)).status_code for path in shown}

    assert got == {path: expected(who, allowed, fetched=True) for path, allowed in shown.items()}


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_have_a_say_in_a_group_vote_in_it(group, client_of, who: str):
    visitor, page = client_of(who), address(group, "/input/{voted}/vote")

    got = [visitor.get(page).status_code, visitor.post(page, data={}).status_code]

    sent = 302 if who in VOTERS else expected(who, VOTERS, fetched=False)
    assert got == [expected(who, VOTERS, fetched=True), sent]


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_have_a_say_in_a_group_contribute_to_its_rounds(group, client_of, who: str):
    visitor, page = client_of(who), address(group, "/input/{round}")

    got = visitor.post(page, data=written("Kraft")).status_code

    assert got == (302 if who in VOTERS else expected(who, VOTERS, fetched=False))
    assert len(group.round.contributions) == (1 if who in VOTERS else 0)


@pytest.mark.parametrize("who", ["anonymous", *OUTSIDERS, "observer", "member"])
def test_nobody_else_changes_anything_in_a_group(group, client_of, who: str):
    visitor = client_of(who)

    got = {
        path: visitor.post(address(group, path), data={**PLACE, **typed()}).status_code
        for path in (*FORMS, *BUTTONS)
    }

    # The draft of a meeting is not there at all for those who only sit in the group, but that they
    # do not run the group is said first.
    assert got == {path: expected(who, (), fetched=False) for path in (*FORMS, *BUTTONS)}
    assert (group.draft.called_at, group.follow_up.closed_at) == (None, None)
    assert (group.asked.taken_back_at, group.letter.stopped_at) == (None, None)


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_sit_in_a_group_take_what_nobody_has(group, client_of, who: str):
    visitor = client_of(who)

    taken = visitor.post(address(group, "/follow-ups/{follow_up}/taking"))

    members = ("member", "lead", "deputy")
    refused = 403 if who in ("anonymous", "observer", "organiser", "admin") else 404
    assert taken.status_code == (302 if who in members else refused)
    assert (group.follow_up.owner is None) is (who not in members)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_its_owner_hands_a_follow_up_back(group, client_of, who: str):
    group.follow_up.owner = group.place.person
    visitor = client_of(who)

    answer = visitor.post(address(group, "/follow-ups/{follow_up}/handing-back"))

    hidden = who in OUTSIDERS
    assert answer.status_code == (404 if hidden else 403)
    assert group.follow_up.owner is group.place.person
    assert (group.called.minutes_revision, len(group.called.attendances)) == (0, 1)


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_the_place_of_a_chair_is_changed_by_organisers_only(group, client_of, who: str):
    visitor = client_of(who)

    got = [
        visitor.post(address(group, f"/places/{{lead}}{rest}"), data=PLACE).status_code
        for rest in ("/edit", "/leaving")
    ]

    assert got == [403, 403]


ORGANISERS_PAGES = (
    "/meetings/{held}/minutes/approval",
    "/meetings/{approved}/minutes/publication",
)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_organisers_approve_without_a_meeting_and_make_minutes_public(
    group, client_of, who: str
):
    visitor = client_of(who)

    got = [visitor.get(address(group, path)).status_code for path in ORGANISERS_PAGES]
    if who not in ORGANISERS:
        got += [
            visitor.post(address(group, path), data={"reason": "Siste møte"}).status_code
            for path in (*ORGANISERS_PAGES, "/meetings/{approved}/minutes/publication/withdrawal")
        ]

    refused = [302 if who == "anonymous" else 403] * 2 + [403] * 3
    assert got == ([200] * 2 if who in ORGANISERS else refused)
    assert (group.held.approved_at, group.approved.public_at) == (None, None)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_who_read_minutes_comment_on_them(group, client_of, who: str):
    visitor = client_of(who)
    path = "/meetings/{held}/minutes/comments"

    said = visitor.post(address(group, path), data={"item": "0", "item-0-text": "Hei"})
    # Nobody takes back what another has said, not even those who run the group.
    taken = visitor.post(address(group, path + "/{comment}/withdrawal"))

    refused = 403 if who == "anonymous" else 404
    assert [said.status_code, taken.status_code] == (
        [302, 404] if who in READERS else [refused, refused]
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_organisers_set_up_edit_and_close_groups(group, client_of, who: str):
    visitor = client_of(who)
    rest = ("edit", "renewal", "closing", "import", "import/template.csv")
    pages = ("", "/new", *(f"/{group.slug}/{each}" for each in rest))

    got = [visitor.get(f"/organise/groups{page}").status_code for page in pages]

    refused = 302 if who == "anonymous" else 403
    assert got == [200 if who in ORGANISERS else refused] * 7


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ORGANISERS])
def test_nobody_else_sets_up_edits_or_closes_groups(group, client_of, who: str):
    visitor = client_of(who)
    rest = ("edit", "renewal", "closing", "reopening", "import", "import/applying")
    buttons = ("/new", *(f"/{group.slug}/{each}" for each in rest))

    got = [visitor.post(f"/organise/groups{each}", data=GROUP).status_code for each in buttons]

    assert got == [403] * 7


@pytest.mark.parametrize("who", [*OUTSIDERS, *READERS])
def test_only_those_called_answer_a_meeting(group, client_of, who: str):
    visitor = client_of(who)

    answered = visitor.post(
        address(group, "/meetings/{called}/answer"), data={"answer": "accepted"}
    )

    assert answered.status_code == 404


def test_one_answers_for_oneself_only(group, browse_as):
    ingrid, per = group.places[0].person, group.place.person
    hers, his = invite(group.called, ingrid, per)

    browse_as(per).post(address(group, "/meetings/{called}/answer"), data={"answer": "accepted"})

    assert (str(hers.answer), str(his.answer)) == ("needs-action", "accepted")


def test_what_belongs_to_another_group_is_not_found_in_this_one(group, browse_as, kari):
    other = create_led_group("En annen gruppe")
    organiser = browse_as(kari)
    base = f"/groups/{other.slug}"

    got = [
        organiser.get(f"{base}/meetings/{group.called.public_id}").status_code,
        organiser.get(f"{base}/places/{group.place.public_id}/edit").status_code,
        organiser.get(f"{base}/follow-ups/{group.follow_up.public_id}/closing").status_code,
        organiser.get(f"{base}/follow-ups/{group.follow_up.public_id}").status_code,
        organiser.post(f"{base}/follow-ups/{group.follow_up.public_id}/taking").status_code,
        organiser.get(f"{base}/input/{group.round.public_id}").status_code,
        organiser.get(f"{base}/input/{group.round.public_id}/themes").status_code,
        organiser.get(f"{base}/meetings/{group.called.public_id}/writing").status_code,
        organiser.get(f"{base}/meetings/{group.called.public_id}/writing/attendance").status_code,
    ]

    assert got == [404] * 9


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("shown", [True, False])
def test_observers_see_members_and_minutes_as_set(group, client_of, who: str, shown: bool):
    group.observers_see_members = group.observers_see_minutes = shown
    create_minuted(group.called)
    visitor = client_of(who)

    home, meeting = (
        visitor.get(address(group, "")),
        visitor.get(address(group, "/meetings/{called}")),
    )

    sees = shown or who != "observer"
    got = {
        "list": visitor.get(address(group, "/members")).status_code,
        "members": "Per Olsen" in home.text,
        "follow-ups": "Skriv høringssvar" in home.text,
        "replies": "Per Olsen" in meeting.text,
        "minutes": "Alle var enige." in meeting.text,
        "decisions": "Sende brevet" in meeting.text,
        "attendance": "Gjest Utenfra" in meeting.text,
    }
    assert (home.status_code, meeting.status_code) == (200, 200)
    assert got == {**dict.fromkeys(got, sees), "list": 200 if sees else 404}


def test_an_observer_of_a_closed_list_is_told_so_and_sees_their_own(group, browse_as):
    group.observers_see_members = False
    observer = create_person("Odd Observatør")
    create_place(group, observer, role=PlaceRole.OBSERVER)
    invite(group.called, observer, group.place.person)

    page = browse_as(observer).get(address(group, "")).text
    meeting = browse_as(observer).get(address(group, "/meetings/{called}")).text

    assert "vises ikke for observatører" in page
    assert ("Din rolle" in page, "Svaret ditt" in meeting) == (True, True)


def test_a_member_who_observes_as_well_is_a_member(group, browse_as):
    """One person has one place in a group, but roles above it count too."""
    group.observers_see_members = False
    organiser = create_person("Kari Organiserer", role=RoleName.ORGANISER)
    create_place(group, organiser, role=PlaceRole.OBSERVER)

    assert "Per Olsen" in browse_as(organiser).get(address(group, "")).text


def create_minuted(meeting) -> None:
    """Minutes of the meeting, with somebody there and a decision."""
    meeting.minutes_sent_at = clock.now()
    item = add_item(meeting, 2, "Brev", minutes="Alle var enige.")
    item.decisions.append(Decision(text="Sende brevet"))
    guest = create_person("Gjest Utenfra")
    meeting.attendances.append(Attendance(person=guest, state=AttendanceState.PRESENT))
    invite(meeting, next(p.person for p in meeting.group.places if p.person.name == "Per Olsen"))
