"""An address of the demo for every page of the portal, and who should look at it."""

from typing import Any

import sqlalchemy as sa
from flask import url_for

from portal import clock
from portal.db import db
from portal.groups.follow_ups import links
from portal.groups.name_requests import addresses as name_addresses
from portal.invitations import addresses as invitation_addresses
from portal.jury.asks import asking, open_seats
from portal.mail import choices
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState
from portal.models.groups import Group, GroupPlace, NameRequest, PlaceState
from portal.models.inbox import InboxKind, InboxMessage
from portal.models.invitations import GivenAnswer, Invitation
from portal.models.jury import AskRound, Assignment, AssignmentState, JurySignup
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing, MailingDraft, Topic
from portal.models.meetings import AgendaItem, Meeting, MeetingGuest
from portal.models.minutes import Attendance, FollowUp
from portal.models.places import School, SchoolBreak
from portal.models.plans import Plan, PlanAction, PlanState
from portal.models.seasons import Camp, Season
from portal.models.series import Series
from tests.browser import appeal_addresses, input_addresses, poll_addresses

KARI = "kari.nordmann@example.org"
NOBODY = ""

# What a browser does not show as a page: calendars, raw mail, counters.
NOT_PAGES = {
    "calendar.of_county",
    "calendar.of_group",
    "calendar.of_kind",
    "calendar.my",
    "calendar.public",
    "calendar.search",
    "calendar.of_season",
    "calendar.event_download",
    "demo.message_calendar",
    "demo.message_source",
    "demo.message_html",
    "organise_mail.html",
    "roster.template",
    "minutes.file",
    "mailing_drafts.letter",
    "home.healthz",
    "home.robots",
    "input_exports.document",
    "input_exports.workbook",
}
# Shown on the way through a form; the journeys look at these.
ON_THE_WAY = {
    "signup_steps.check",
    "signup_steps.days",
    "signup_steps.schools",
    "signup_steps.sent",
    "signup_steps.travel",
    "signup_links.confirm",
    "accounts.use_link",
    "accounts.confirm_address",
    "jury.change_signup",
}


# Pages that are the same whatever is in the database, and those that only somebody signed in sees.
_PUBLIC = (
    "home.front",
    "home.accessibility",
    "home.privacy",
    "home.credits",
    "events.index",
    "seasons.index",
    "groups.index",
    "calendar.explain",
    "demo.mail",
    "accounts.sign_in",
)
_SIGNED_IN = (
    "home.my_page",
    "home.organise",
    "accounts.addresses",
    "accounts.profile",
    "accounts.my_sessions",
    "organise_events.index",
    "organise_events.create",
    "organise_groups.index",
    "organise_groups.create",
    "organise_mail.index",
    "organise_mail.stopped_addresses",
    "organise_inbox.index",
    "organise_inbox.recent",
    "mailings.index",
    "choices.my_notices",
    "people.index",
    "people.create",
    "organise_schools.index",
    "organise_schools.breaks",
    "organise_schools.add_break",
    "organise_seasons.index",
    "organise_seasons.create",
    "calendar.new_address",
)

Values = dict[str, Any]
# By endpoint: what its address is made of, and the mail address of who looks at it.
Given = dict[str, tuple[Values, str]]


def of_pages() -> dict[str, tuple[str, str]]:
    """By endpoint: the address of one page, and the mail address of who looks at it."""
    every: Given = {
        **{endpoint: ({}, NOBODY) for endpoint in _PUBLIC},
        **{endpoint: ({}, KARI) for endpoint in _SIGNED_IN},
        **_by_link(),
        **_events(),
        **_seasons(),
        **_juries(),
        **_groups(),
        **input_addresses.of_rounds(_one, KARI),
        **_minutes(),
        **poll_addresses.of_pages(_one, KARI, NOBODY),
        **appeal_addresses.of_pages(KARI),
        **_registers(),
        **_mailings(),
        **_inbox(),
    }
    return {name: (url_for(name, **values), who) for name, (values, who) in every.items()}


def _by_link() -> Given:
    ask = _one(Assignment, Assignment.state == AssignmentState.ASKED)
    ahead = sa.and_(Event.state == EventState.PUBLISHED, Event.starts_at > clock.now())
    invitation = _one(Invitation, Invitation.removed_at.is_(None), Invitation.event.has(ahead))
    answer = invitation_addresses.answer_url(invitation).rsplit("/", 1)[1]
    leaving = choices.unsubscribe_url(invitation.person, Topic.NEWS).rsplit("/", 1)[1]
    return {
        "answers.series": ({"token": _series_token()}, NOBODY),
        "asks.answer": ({"token": asking.token_of(ask)}, NOBODY),
        "answers.invitation": ({"token": answer}, NOBODY),
        "choices.unsubscribe": ({"token": leaving}, NOBODY),
        # Named by the newest mail, which is on its way yet.
        "demo.message": ({"name": "first"}, NOBODY),
    }


def _series_token() -> str:
    ahead = sa.and_(
        Event.state == EventState.PUBLISHED,
        Event.starts_at > clock.now(),
        Event.series_id.is_not(None),
    )
    found = _one(Invitation, Invitation.removed_at.is_(None), Invitation.event.has(ahead))
    return invitation_addresses.answer_token(found)


def _events() -> Given:
    event = _one(
        Event,
        Event.kind == EventKind.WEBINAR,
        Event.state == EventState.PUBLISHED,
        Event.programme.any(),
        last=True,
    )
    draft = _one(Event, Event.state == EventState.DRAFT, Event.published_at.is_(None))
    at = {"slug": event.slug}
    return {
        "events.show": (at, NOBODY),
        "organise_events.show": (at, KARI),
        "organise_events.edit": (at, KARI),
        "organise_events.cancel": (at, KARI),
        "organise_reminders.of_event": (at, KARI),
        "organise_events.drop": ({"slug": draft.slug}, KARI),
    }


def _seasons() -> Given:
    season = _coming_season()
    camp = _one(
        Camp,
        Camp.season_id == season.id,
        Camp.school_id.is_not(None),
        Camp.event.has(Event.state == EventState.PUBLISHED),
    )
    at = {"slug": season.slug}
    camp_at = {**at, "event_slug": camp.event.slug}
    return {
        "seasons.show": (at, NOBODY),
        "organise_seasons.show": (at, KARI),
        "organise_seasons.edit": (at, KARI),
        "organise_seasons.signup_window": (at, KARI),
        "organise_reminders.of_season": (at, KARI),
        "organise_camps.schools": (at, KARI),
        "organise_camps.all_dates": (at, KARI),
        "organise_camps.final": (at, KARI),
        "organise_camps.edit": (camp_at, KARI),
        "organise_camps.call_off": (camp_at, KARI),
    }


def _juries() -> Given:
    at = {"slug": _coming_season().slug}
    draft = _one(Plan, Plan.state == PlanState.DRAFT)
    plan = {"public_id": draft.public_id}
    row = next(row for row in draft.rows if row.action != PlanAction.REMOVE)
    seat = {**plan, "panel_id": row.panel_id, "person": row.person.public_id}
    signup = _one(JurySignup, JurySignup.withdrawn_at.is_(None))
    owner = signup.juror.email or ""
    return {
        "near.show": ({**at, "postcode": "1530", "longest": "50"}, NOBODY),
        **_rounds(),
        "jury.begin": (at, NOBODY),
        "jury.signups": (at, KARI),
        "jury.show_signup": ({"public_id": signup.public_id}, owner),
        "jury.withdraw": ({"public_id": signup.public_id}, owner),
        "plans.index": (at, KARI),
        "plans.juries": (at, KARI),
        "plans.show": (plan, KARI),
        "trials.prices": (at, KARI),
        "trials.begin": (plan, KARI),
        "trials.compare": (plan, KARI),
        "plans.apply": (plan, KARI),
        "plan_edits.board": (plan, KARI),
        "plan_edits.seat": (seat, KARI),
    }


def _rounds() -> Given:
    season = _coming_season()
    opened = _one(AskRound, AskRound.closed_at.is_(None))
    camps = open_seats.juries(season, clock.now()).camps
    panel = next(each.panel for camp in camps for each in camp.open_panels if each.candidates)
    jury = {"event_slug": panel.camp.event.slug, "number": panel.number}
    return {
        "rounds.ask": ({"slug": season.slug, **jury}, KARI),
        "rounds.stop": ({"slug": season.slug, "public_id": opened.public_id}, KARI),
    }


def _groups() -> Given:
    group = _one(Group, Group.places.any(GroupPlace.state == PlaceState.PENDING))
    meeting = _one(Meeting, Meeting.event.has(Event.state == EventState.PUBLISHED), last=True)
    unsent = _one(Meeting, Meeting.called_at.is_(None), last=True)
    hosting = _one(MeetingGuest, MeetingGuest.instead_of_id.is_(None))
    place = _one(GroupPlace, GroupPlace.group_id == group.id)
    asked = _one(NameRequest, NameRequest.taken_back_at.is_(None))
    at_asked = {"slug": asked.place.group.slug, "public_id": asked.place.public_id}
    follow_up = _one(FollowUp, FollowUp.closed_at.is_(None))
    series = _one(Series, Series.called_at.is_not(None))
    here = {"slug": group.slug}
    at_series = {"slug": series.group.slug, "public_id": series.public_id}
    at_place = {**here, "public_id": place.public_id}
    at_meeting = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    at_unsent = {"slug": unsent.group.slug, "public_id": unsent.public_id}
    held = _one(Meeting, Meeting.agenda.any(AgendaItem.minutes_revision > 1))
    at_held = {"slug": held.group.slug, "public_id": held.public_id}
    ticked = {**at_held, "key": f"a-{_one(Attendance, Attendance.name != '').public_id}"}
    at_guests = {"slug": hosting.meeting.group.slug, "public_id": hosting.meeting.public_id}
    at_follow_up = {"slug": follow_up.group.slug, "public_id": follow_up.public_id}
    return {
        "groups.show": (here, KARI),
        "groups.members": (here, KARI),
        "groups.addresses": (here, KARI),
        "roster.give": (here, KARI),
        "group_letters.write": (here, KARI),
        "name_requests.ask": (at_asked, KARI),
        "names.answer": ({"token": name_addresses.token_of(asked)}, NOBODY),
        "organise_groups.edit": (here, KARI),
        "organise_groups.close": (here, KARI),
        "organise_groups.renew": (here, KARI),
        "group_places.add": (here, KARI),
        "group_places.edit": (at_place, KARI),
        "group_places.leave": (at_place, KARI),
        "groups.meeting": (at_meeting, KARI),
        "meetings.create": (here, KARI),
        "meetings.edit": (at_meeting, KARI),
        "meetings.cancel": (at_meeting, KARI),
        "meetings.drop": (at_unsent, KARI),
        "meetings.call": (at_unsent, KARI),
        "meeting_guests.index": (at_guests, KARI),
        "meeting_guests.remove": ({**at_guests, "person_id": hosting.person.public_id}, KARI),
        "series.plan": (here, KARI),
        "series.show": (at_series, KARI),
        "series.edit": (at_series, KARI),
        "series.move": (at_series, KARI),
        "series.end": (at_series, KARI),
        "series.drop": (at_series, KARI),
        "writing.show": (at_held, KARI),
        "writing.earlier": ({**at_held, "number": 2}, KARI),
        "attendance.show": (at_held, KARI),
        "attendance.add": (at_held, KARI),
        "attendance.roles": (at_held, KARI),
        "attendance.change": (ticked, KARI),
        "follow_ups.add": ({"slug": follow_up.group.slug}, KARI),
        "follow_ups.close": (at_follow_up, KARI),
        "follow_ups.edit": (at_follow_up, KARI),
        "follow_ups.index": ({"slug": follow_up.group.slug}, KARI),
        "follow_ups.show": (at_follow_up, KARI),
        "follow_up_links.close": ({"token": _close_token()}, NOBODY),
    }


def _close_token() -> str:
    owned = _one(FollowUp, FollowUp.closed_at.is_(None), FollowUp.owner_id.is_not(None))
    assert owned.owner is not None
    return links.token(owned, owned.owner)


def _minutes() -> Given:
    sent = _one(Meeting, Meeting.comments.any(), Meeting.approved_at.is_(None))
    public = _one(Meeting, Meeting.public_at.is_not(None))
    at_sent = {"slug": sent.group.slug, "public_id": sent.public_id}
    at_public = {"slug": public.group.slug, "public_id": public.public_id}
    return {
        "minutes.show": (at_sent, KARI),
        "minutes.send": (at_sent, KARI),
        "minutes.publish": (at_public, KARI),
        "minutes_comments.handle": (
            {**at_sent, "comment_id": sent.comments[-1].public_id}, KARI,
        ),
        "minutes_approval.approve_alone": (at_sent, KARI),
        "minutes_approval.add_addendum": (at_public, KARI),
    }  # fmt: skip


def _registers() -> Given:
    person = {"public_id": _one(Person, Person.name == "Ola Hansen").public_id}
    mail = _one(OutboxMail, OutboxMail.kind == "jury/ask")
    school = _one(School, School.kind == "ordinary")
    found = _one(SchoolBreak)
    break_at = {
        "county": found.county_code,
        "kind": found.kind,
        "first_day": found.first_day.isoformat(),
    }
    return {
        "people.show": (person, KARI),
        "people.edit": (person, KARI),
        "organise_mail.show": ({"public_id": mail.public_id}, KARI),
        "organise_schools.edit": ({"orgnr": school.orgnr}, KARI),
        "organise_schools.edit_break": (break_at, KARI),
    }


def _mailings() -> Given:
    draft = {"public_id": _one(MailingDraft).public_id}
    mailing = {"public_id": _one(Mailing, Mailing.kind == "mailings.news", last=True).public_id}
    return {
        "mailings.show": (mailing, KARI),
        "mailing_drafts.write": (draft, KARI),
        "mailing_drafts.preview": (draft, KARI),
        "mailing_drafts.send": (draft, KARI),
    }


def _inbox() -> Given:
    proposal = _one(InboxMessage, InboxMessage.kind == InboxKind.COUNTER)
    answered = _one(Invitation, Invitation.answers.any(GivenAnswer.counts.is_(False)))
    here = {"slug": answered.event.slug}
    return {
        "organise_inbox.show": ({"public_id": proposal.public_id}, KARI),
        "organise_answers.index": (here, KARI),
        "organise_answers.history": ({**here, "person_id": answered.person.public_id}, KARI),
    }


def _coming_season() -> Any:
    return _one(Season, Season.published_at.is_not(None), Season.archived_at.is_(None))


def _one(table: Any, *conditions: Any, last: bool = False) -> Any:
    order = table.id.desc() if last else table.id
    found = db.session.scalars(sa.select(table).where(*conditions).order_by(order)).first()
    assert found is not None, f"the demo has no such {table.__name__}"
    return found
