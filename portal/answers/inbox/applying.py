"""What a message says, made the answer of those invitations that it is for."""

from collections.abc import Sequence
from datetime import datetime

from portal.answers.inbox.reasons import Reason
from portal.invitations import actions
from portal.invitations.actions import Stamp
from portal.models.accounts import Person
from portal.models.inbox import InboxMessage
from portal.models.invitations import Answer, AnswerSource, Invitation


def apply_answer(
    message: InboxMessage,
    invitations: Sequence[Invitation],
    *,
    source: AnswerSource,
    now: datetime,
    by: Person | None,
) -> Reason:
    """Let ``message`` answer ``invitations``; what came too late is kept and does not count."""
    reasons = [_apply(message, each, source, now) for each in invitations]
    return next((each for each in reasons if each == Reason.ANSWERED), None) or next(
        iter(reasons), Reason.NOTHING_TO_ANSWER
    )


def _apply(
    message: InboxMessage, invitation: Invitation, source: AnswerSource, now: datetime
) -> Reason:
    event = invitation.event
    if not invitation.is_current or event.is_cancelled or event.is_over(now):
        return Reason.NOTHING_TO_ANSWER
    given = Answer(message.answer)
    stamp = Stamp(message.sequence or 0, message.dtstamp or message.received_at, message)
    if stamp.sequence < event.time_sequence:
        actions.keep_uncounted(invitation, given, stamp=stamp, now=now, comment=message.comment)
        return Reason.OLDER_TIME
    if actions.is_overtaken(invitation, stamp):
        actions.keep_uncounted(invitation, given, stamp=stamp, now=now, comment=message.comment)
        return Reason.OLDER_ANSWER
    actions.answer(
        invitation,
        given,
        source=source,
        now=now,
        comment=message.comment,
        delegated_to=message.delegated_to,
        stamp=stamp,
    )
    return Reason.ANSWERED
