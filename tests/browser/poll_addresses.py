"""An address of the demo for every page of polls, and who should look at it."""

from collections.abc import Callable
from typing import Any

from portal.groups.polls import addresses
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll


def of_pages(one: Callable[..., Any], organiser: str, nobody: str) -> dict[str, tuple[Any, str]]:
    """By endpoint: what its address is made of, and who looks; ``one`` finds a row of the demo."""
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
        "polls.create": ({"slug": open_poll.group.slug}, organiser),
        "polls.show": (at, organiser),
        "polls.edit": (at_draft, organiser),
        "polls.send": (at_draft, organiser),
        "polls.drop": (at_draft, organiser),
        "polls.add_times": (at, organiser),
        "polls.drop_time": (at_time, organiser),
        "polls.extend": (at, organiser),
        "polls.close": (at, organiser),
        "polls.reopen": (at_closed, organiser),
        "poll_choices.choose": (at_time, organiser),
        "poll_choices.take_back": (at_chosen, organiser),
        "poll_answers.signed_in": (at, member.email or ""),
        "poll_answers.by_link": (token, nobody),
    }
