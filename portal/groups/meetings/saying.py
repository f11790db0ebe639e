"""What whoever saved a meeting is told: that it is saved, who hears of it, or why it is not."""

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.db import db
from portal.groups.meetings.forms import MeetingForm, typed
from portal.invitations import telling
from portal.models.events import Event
from portal.models.meetings import Meeting


def edited_meanwhile(form: MeetingForm, meeting: Meeting) -> None:
    """Keep what was typed, and let the next save be made of the meeting as it is now."""
    form.title.errors = [
        _("Somebody else saved the meeting while you wrote. Open it in a new window, see what they"
          " changed, and save again to put yours in its place.")
    ]  # fmt: skip
    db.session.rollback()
    seen = typed(meeting)
    for field in (form.revision, form.newest, form.seen_others):
        field.raw_data, field.data = None, seen[field.name]


def saved(event: Event, changed: bool, audience: int) -> None:
    """Say what became of a save; ``audience`` is how many hear of changes."""
    if not changed:
        flash(_("Nothing was changed."), "info")
    elif event.tell_at:
        flash(telling.said(event), "success")
    elif audience and not event.is_untold:
        flash(ngettext("Saved. We are sending the changes to %(num)s person.",
                       "Saved. We are sending the changes to %(num)s people.",
                       audience), "success")  # fmt: skip
    elif audience:
        flash(_("Saved. Those who are invited have not been told yet."), "warning")
    else:
        flash(_("Saved."), "success")
