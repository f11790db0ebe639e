"""Who is asking, and what they may do: one rule for a page, its feed and its mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, g, has_request_context, redirect, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from portal import clock, membership
from portal.db import db, write_apart
from portal.models.accounts import Person, RoleName, SignInSession
from portal.models.events import Event, EventState, Visibility
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting, MeetingGroup
from portal.policy.audiences import Audience
from portal.policy.table import TABLE
from portal.tokens import fingerprint

IDLE_SECONDS = 8 * 3600
LONGEST_SECONDS = 7 * 86400
# Who may do everything is asked to prove it more often.
ADMIN_IDLE_SECONDS = 30 * 60
ADMIN_LONGEST_SECONDS = 12 * 3600
_SEEN_EVERY_SECONDS = 600


def session_cookie() -> str:
    """The name of the cookie that carries a sign-in session's secret."""
    return "__Host-session" if current_app.config["PRODUCTION"] else "session"


def carry_session(response: Response, token: str) -> None:
    """Give the asking browser the secret of its new session (``people.start_session``)."""
    response.set_cookie(session_cookie(), token, max_age=LONGEST_SECONDS, **_cookie_care())


def drop_session(response: Response) -> None:
    """Take the session's secret from the asking browser."""
    response.delete_cookie(session_cookie(), **_cookie_care())


def _cookie_care() -> dict[str, Any]:
    secure = current_app.config["PRODUCTION"]
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "Lax"}


def viewer() -> Person | None:
    """The person who is asking, None for somebody not signed in."""
    session = current_session()
    return session.person if session else None


def signed_in() -> Person:
    """The person who is asking, in a view that the policy keeps for those signed in."""
    return signed_in_session().person


def signed_in_session() -> SignInSession:
    """The session that is asking, in a view that the policy keeps for those signed in."""
    session = current_session()
    if session is None:
        abort(403)
    return session


def current_session() -> SignInSession | None:
    """The row behind the asking browser, if it is signed in and not idle for too long."""
    if not has_request_context():
        return None
    if "sign_in_session" not in g:
        g.sign_in_session = _live_session(request.cookies.get(session_cookie(), ""), clock.now())
    found: SignInSession | None = g.sign_in_session
    return found


def _live_session(token: str, now: datetime) -> SignInSession | None:
    if not token or len(token) > 200:
        return None
    session = db.session.scalar(
        sa.select(SignInSession)
        .where(SignInSession.token_hash == fingerprint(token), SignInSession.ended_at.is_(None))
        .options(
            selectinload(SignInSession.person).selectinload(Person.roles),
            selectinload(SignInSession.person).selectinload(Person.emails),
        )
    )
    if session is None or session.person.suspended_at is not None:
        return None
    return None if session_is_over(session, now) else session


def session_is_over(session: SignInSession, now: datetime) -> bool:
    """Whether a session has been idle for too long, or has lasted too long; admins' are shorter."""
    is_admin = session.person.has_role(RoleName.ADMIN)
    idle, longest = (
        (ADMIN_IDLE_SECONDS, ADMIN_LONGEST_SECONDS) if is_admin else (IDLE_SECONDS, LONGEST_SECONDS)
    )
    unseen = (now - session.seen_at).total_seconds()
    return unseen > idle or (now - session.created_at).total_seconds() > longest


def note_seen() -> None:
    """Keep "last seen" fresh, at most every ten minutes; the only thing a GET may write."""
    session = g.get("sign_in_session")
    now = clock.now()
    if session is None or (now - session.seen_at).total_seconds() < _SEEN_EVERY_SECONDS:
        return
    session_id = session.id
    db.session.rollback()
    write_apart(sa.update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))


def guard() -> Response | None:
    """Answer whoever may not do what they ask; a route nobody declared is closed to all."""
    if request.endpoint is None:
        return None
    _refuse_nul()
    if request.method == "HEAD":
        # A GET whose page is not sent (RFC 9110 9.3.2): views that show by GET and do else, show.
        request.method = "GET"
    method = request.method
    audience = TABLE.get(request.endpoint, {}).get(method)
    if audience is None:
        abort(405 if request.endpoint in TABLE else 403)
    if admits(audience):
        return None
    if audience == Audience.DEMO:
        abort(404)
    if viewer() is not None or method != "GET":
        abort(403)
    if request.headers.get("HX-Request"):
        # Asked for by a page that stands: the page to sign in on has no place inside it.
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _refuse_nul() -> None:
    """No text of ours holds a NUL, and PostgreSQL breaks on one."""
    if "\0" in request.path:
        abort(404)
    typed = (*request.args.values(), *request.form.values())
    if any("\0" in value for value in typed):
        abort(400)


def admits(audience: Audience) -> bool:
    """Whether the viewer belongs to ``audience``."""
    if audience in (Audience.ANYONE, Audience.LINK):
        return True
    if audience == Audience.DEMO:
        return bool(current_app.config["DEMO"])
    person = viewer()
    if person is None:
        return False
    if audience == Audience.SIGNED_IN:
        return True
    return person.has_role(*_ROLES[audience])


_ROLES = {
    Audience.STAFF: tuple(RoleName),
    Audience.ORGANISER: (RoleName.ADMIN, RoleName.ORGANISER),
    Audience.ADMIN: (RoleName.ADMIN,),
}


def is_member(person: Person | None) -> bool:
    """Members hold a current group place or a role; an account alone is not enough."""
    if person is None:
        return False
    seat = sa.exists().where(
        GroupPlace.person_id == person.id, GroupPlace.state.in_(CURRENT_PLACES)
    )
    return bool(person.roles) or bool(db.session.scalar(sa.select(seat)))


def sees_group(person: Person | None, group: Group) -> bool:
    """A group's pages are for those who sit in it now, and for organisers."""
    return person is not None and (person.is_organiser or group.id in groups_of(person))


def sees_members(person: Person | None, group: Group) -> bool:
    """Who sits in a group is told to all who do; to observers if the group says so."""
    return group.observers_see_members or not _only_observes(person, group)


def sees_minutes(person: Person | None, group: Group) -> bool:
    """Minutes and follow-ups are for all who sit in a group; for observers if it says so."""
    return group.observers_see_minutes or not _only_observes(person, group)


def reads_minutes(person: Person | None, meeting: Meeting) -> bool:
    """Before they are sent for comment a meeting's minutes are for those who run its group.

    Then they are for all who see the minutes of a group that held it, and for anybody once public.
    """
    if meeting.public_at is not None or leads_group(person, meeting.group):
        return True
    groups = [meeting.group, *(each.group for each in meeting.others)]
    return (meeting.minutes_sent_at is not None or meeting.is_approved) and any(
        sees_group(person, group) and sees_minutes(person, group) for group in groups
    )


def _only_observes(person: Person | None, group: Group) -> bool:
    """Asked of somebody who sees the group at all."""
    if person is None or person.is_organiser:
        return person is None
    return all(
        place.role == PlaceRole.OBSERVER
        for place in person.group_places
        if place.group_id == group.id and place.is_current
    )


def leads_group(person: Person | None, group: Group) -> bool:
    """Whoever leads a group, or stands in for the lead, runs it; so do organisers."""
    if person is None:
        return False
    leads = (PlaceRole.LEAD, PlaceRole.DEPUTY)
    return person.is_organiser or any(
        place.group_id == group.id and place.is_current and place.role in leads
        for place in person.group_places
    )


def groups_of(person: Person) -> set[int]:
    """Ids of the groups in which the person has a current place."""
    return {place.group_id for place in person.group_places if place.is_current}


def who_acts(by: Person | None, *groups: Group) -> Person | None:
    """Whoever asks or writes for ``groups``; None once they have left, for then nobody is named.

    Organisers act for all groups.
    """
    if by is None or by.is_organiser:
        return by
    here = groups_of(by)
    return by if any(group.id in here for group in groups) else None


def visible_events(person: Person | None) -> sa.ColumnElement[bool]:
    """The condition for events that ``person`` may see: in lists, on pages and in feeds.

    Cancelled events stay visible to those who saw them before; drafts are for organisers. Whoever
    is invited sees the event, member or not.
    """
    if person is not None and person.is_organiser:
        return sa.true()
    shown = Event.state != EventState.DRAFT
    allowed = [Event.visibility == Visibility.PUBLIC]
    if is_member(person):
        allowed.append(Event.visibility == Visibility.MEMBERS)
    if person is not None:
        own = sa.select(Meeting.event_id).where(held_by(membership.group_ids_of(person)))
        allowed.append(sa.and_(Event.visibility == Visibility.GROUP, Event.id.in_(own)))
        allowed.append(Event.id.in_(_invited_to(person)))
    # An event that was never published was never seen, so its cancellation is not news.
    return sa.and_(shown, Event.published_at.is_not(None), sa.or_(*allowed))


def held_by(group_ids: sa.Select[int] | Sequence[int]) -> sa.ColumnElement[bool]:
    """The condition, on ``Meeting``, that one of the groups holds it, alone or with others."""
    together = sa.select(MeetingGroup.meeting_id).where(MeetingGroup.group_id.in_(group_ids))
    return sa.or_(Meeting.group_id.in_(group_ids), Meeting.id.in_(together))


def door_to(person: Person | None, meeting: Meeting) -> Group | None:
    """The group on whose pages ``person`` may see ``meeting``: the host, else another holding it.

    None for who sits in none of them, as a guest does.
    """
    if sees_group(person, meeting.group):
        return meeting.group
    return next((each.group for each in meeting.others if sees_group(person, each.group)), None)


def _invited_to(person: Person) -> sa.Select[int]:
    return sa.select(Invitation.event_id).where(
        Invitation.person_id == person.id, Invitation.removed_at.is_(None)
    )


def coordinates(person: Person | None, county_code: str | None) -> bool:
    """Whether the person may see a county's camps as an organiser does."""
    if person is None:
        return False
    return person.is_organiser or (county_code in person.counties_coordinated)
