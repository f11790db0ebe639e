"""What answers to a poll and its states are called, and their colours."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.groups.polls.ranking import ChairCan
from portal.models.polls import DatePoll, Suits

ANSWERS = {Suits.YES: _l("Yes"), Suits.IF_NEEDED: _l("If needed"), Suits.NO: _l("No")}
CHAIR = {
    ChairCan.YES: _l("The chair can"),
    ChairCan.IF_NEEDED: _l("The chair can if needed"),
    ChairCan.UNKNOWN: _l("The chair has not answered"),
    ChairCan.NO: _l("The chair cannot"),
}
LENGTHS = {
    "30": _l("30 minutes"),
    "45": _l("45 minutes"),
    "60": _l("1 hour"),
    "90": _l("1½ hours"),
    "120": _l("2 hours"),
    "180": _l("3 hours"),
    "240": _l("4 hours"),
    "360": _l("6 hours"),
}


def state(poll: DatePoll, now: datetime) -> tuple[str, str]:
    """What state a poll is in, and its colour."""
    if poll.opened_at is None:
        return _("Draft"), "neutral"
    if poll.meeting is not None and poll.meeting.event.is_cancelled:
        return _("The meeting is cancelled"), "danger"
    if poll.meeting is not None:
        return _("Became a meeting"), "success"
    if poll.closed_at is not None:
        return _("Closed"), "neutral"
    if poll.answer_by <= now:
        return _("The deadline has passed"), "warning"
    return _("Open for answers"), "info"
