"""What waits for somebody in a group: the list at the top of its home page.

Each room of the feature may add its own: a line in ``of``, from values that the view has looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import dates
from portal.groups.meetings.queries import MyMeeting
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.minutes import FollowUp
from portal.models.polls import DatePoll


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is, and the page where it is done."""

    text: str
    url: str
    is_late: bool = False


def of(
    viewer: Person,
    group: Group,
    *,
    meetings: Sequence[MyMeeting],
    polls: Sequence[DatePoll],
    follow_ups: Sequence[FollowUp],
    nameless: int,
    today: date,
) -> list[Waiting]:
    """What waits for ``viewer`` in ``group``: answers, follow-ups, and places without a name.

    ``polls`` are those that lack the viewer's answer; ``nameless`` is how many places wait for a
    name, 0 for who does not run the group.
    """
    return [
        *(_answer(group, each) for each in meetings if each.waits_for_answer),
        *(_poll(group, each, today) for each in polls),
        *(
            _follow_up(group, each, today)
            for each in follow_ups
            if each.owner_id == viewer.id and each.closed_at is None
        ),
        *([_names(group, nameless)] if nameless else []),
    ]


def _answer(group: Group, mine: MyMeeting) -> Waiting:
    event = mine.meeting.event
    text = _(
        "Are you coming to %(title)s, %(when)s?",
        title=event.title,
        when=dates.span(event.starts_at, event.ends_at, event.all_day),
    )
    url = url_for("groups.meeting", slug=group.slug, public_id=mine.meeting.public_id)
    return Waiting(text, url)


def _poll(group: Group, poll: DatePoll, today: date) -> Waiting:
    url = url_for("poll_answers.signed_in", slug=group.slug, public_id=poll.public_id)
    last = dates.today(poll.answer_by)
    text = _(
        "When can you meet? %(title)s (answer by %(day)s)",
        title=poll.title,
        day=dates.plain_day(last),
    )
    return Waiting(text, url, is_late=last < today)


def _follow_up(group: Group, follow_up: FollowUp, today: date) -> Waiting:
    url = url_for("follow_ups.close", slug=group.slug, public_id=follow_up.public_id)
    if follow_up.due_on is None:
        return Waiting(follow_up.text, url)
    due = dates.plain_day(follow_up.due_on)
    text = _("%(text)s (by %(day)s)", text=follow_up.text, day=due)
    return Waiting(text, url, is_late=follow_up.due_on < today)


def _names(group: Group, nameless: int) -> Waiting:
    text = ngettext("%(num)s place waits for a name", "%(num)s places wait for a name", nameless)
    return Waiting(text, url_for("groups.members", slug=group.slug))
