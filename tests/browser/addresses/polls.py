"""Pages of polls of dates."""

from portal.groups.polls import addresses
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll
from tests.browser.addresses.finding import KARI, NOBODY, Given, one


def of_polls() -> Given:
    """Polls in every state."""
    open_poll = one(DatePoll, DatePoll.opened_at.is_not(None), DatePoll.closed_at.is_(None))
    draft = one(DatePoll, DatePoll.opened_at.is_(None))
    closed = one(DatePoll, DatePoll.closed_at.is_not(None), DatePoll.meeting_id.is_(None))
    chosen = one(DatePoll, DatePoll.meeting.has(Meeting.called_at.is_(None)))
    member = next(place.person for place in open_poll.group.places if place.person)
    at, at_draft, at_closed, at_chosen = (
        {"slug": each.group.slug, "public_id": each.public_id}
        for each in (open_poll, draft, closed, chosen)
    )
    at_time = {**at, "option_id": open_poll.options[0].public_id}
    token = {"token": addresses.token(open_poll, member)}
    return {
        "polls.create": ({"slug": open_poll.group.slug}, KARI),
        "polls.show": (at, KARI),
        "polls.edit": (at_draft, KARI),
        "polls.send": (at_draft, KARI),
        "polls.drop": (at_draft, KARI),
        "polls.add_times": (at, KARI),
        "polls.drop_time": (at_time, KARI),
        "polls.extend": (at, KARI),
        "polls.close": (at, KARI),
        "polls.reopen": (at_closed, KARI),
        "poll_choices.choose": (at_time, KARI),
        "poll_choices.take_back": (at_chosen, KARI),
        "poll_answers.signed_in": (at, member.email or ""),
        "poll_answers.by_link": (token, NOBODY),
    }
