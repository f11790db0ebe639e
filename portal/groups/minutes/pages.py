"""The page of minutes, put together for whoever reads it."""

from typing import Any

from flask import render_template

from portal import access, clock, dates
from portal.groups import wording
from portal.groups.meetings import papers
from portal.groups.minutes import approving, document, phrases, queries
from portal.groups.minutes.document import Minutes, State
from portal.groups.minutes.forms import CommentForm
from portal.groups.minutes.queries import CommentRow
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import Meeting

# What the templates of minutes say things with.
WORDS: dict[str, Any] = {"phrases": phrases, "wording": wording, "papers_of": papers.of}
WHOLE = 0


def as_read_by(viewer: Person | None, meeting: Meeting) -> Minutes:
    """The minutes, with who is to do what only for those who sit in a group that held it."""
    minutes = document.of(meeting)
    return minutes if queries.is_insider(viewer, meeting) else document.public_version(minutes)


def of(group: Group, meeting: Meeting, bound: CommentForm | None = None, number: int = -1) -> str:
    """The page; ``bound`` is what was typed about item ``number`` and could not be kept."""
    viewer, now = access.viewer(), clock.now()
    minutes = as_read_by(viewer, meeting)
    runs = access.leads_group(viewer, meeting.group)
    inside = viewer is not None and queries.is_insider(viewer, meeting)
    comments = _comments(meeting, viewer, runs=runs) if inside else {}
    forms = _forms(minutes) if inside and minutes.state == State.SENT else {}
    if bound is not None:
        forms[number] = bound
    return render_template(
        "groups/minutes/show.html",
        group=group,
        meeting=meeting,
        minutes=minutes,
        runs=runs,
        organises=viewer is not None and viewer.is_organiser,
        sees_group=access.sees_group(viewer, group),
        shows_owners=inside,
        comments=comments,
        open_comments=sum(
            row.comment.handled_at is None for rows in comments.values() for row in rows
        ),
        forms=forms,
        bound=number if bound is not None else None,
        is_late=meeting.comments_by is not None and dates.today(now) > meeting.comments_by,
        is_held=meeting.event.starts_at <= now,
        may_undo=viewer is not None and runs and approving.may_undo(meeting, viewer, now),
        **WORDS,
    )


def _comments(
    meeting: Meeting, viewer: Person | None, *, runs: bool
) -> dict[int, list[CommentRow]]:
    """What was said, by the number of the item; ``WHOLE`` for the minutes as a whole."""
    assert viewer is not None, "only somebody signed in has comments to see"
    found: dict[int, list[CommentRow]] = {}
    for row in queries.comments_on(meeting, viewer, runs=runs):
        item = row.comment.item
        found.setdefault(item.number if item else WHOLE, []).append(row)
    return found


def _forms(minutes: Minutes) -> dict[int, CommentForm]:
    # Bound by the view that reads them; here they are empty whatever the request holds.
    return {
        number: CommentForm(number, formdata=None)
        for number in (*(item.number for item in minutes.items), WHOLE)
    }
