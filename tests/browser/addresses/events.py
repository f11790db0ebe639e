"""Pages of events and of what was answered to them."""

import sqlalchemy as sa

from portal import clock
from portal.invitations import addresses as invitation_addresses
from portal.jury.asks import asking
from portal.mail import choices
from portal.mail.reminding.audiences import UNANSWERED
from portal.models.events import Event, EventKind, EventState
from portal.models.inbox import InboxKind, InboxMessage
from portal.models.invitations import GivenAnswer, Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Topic
from tests.browser.addresses.finding import KARI, NOBODY, Given, one


def of_events() -> Given:
    """Events as anybody and as organisers see them."""
    event = one(
        Event,
        Event.kind == EventKind.WEBINAR,
        Event.state == EventState.PUBLISHED,
        Event.programme.any(),
        last=True,
    )
    draft = one(Event, Event.state == EventState.DRAFT, Event.published_at.is_(None))
    at = {"slug": event.slug}
    return {
        "events.show": (at, NOBODY),
        "organise_events.show": (at, KARI),
        "organise_events.edit": (at, KARI),
        "organise_events.cancel": (at, KARI),
        "organise_reminders.of_event": (at, KARI),
        "organise_events.drop": ({"slug": draft.slug}, KARI),
    }


def of_links() -> Given:
    """Pages behind links in mails."""
    # Whoever has walked through the demo before may have answered or moved what was asked.
    ask = one(Assignment, Assignment.state.in_((*UNANSWERED, AssignmentState.ACCEPTED)))
    ahead = sa.and_(Event.state == EventState.PUBLISHED, Event.starts_at > clock.now())
    invitation = one(Invitation, Invitation.removed_at.is_(None), Invitation.event.has(ahead))
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
    found = one(Invitation, Invitation.removed_at.is_(None), Invitation.event.has(ahead))
    return invitation_addresses.answer_token(found)


def of_answers() -> Given:
    """What came in by mail, and who has answered."""
    proposal = one(InboxMessage, InboxMessage.kind == InboxKind.COUNTER)
    answered = one(Invitation, Invitation.answers.any(GivenAnswer.counts.is_(False)))
    here = {"slug": answered.event.slug}
    return {
        "organise_inbox.show": ({"public_id": proposal.public_id}, KARI),
        "organise_answers.index": (here, KARI),
        "organise_answers.history": ({**here, "person_id": answered.person.public_id}, KARI),
    }
