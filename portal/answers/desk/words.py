"""What the inbox calls its matters, buttons and decisions, and what each button does."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import words
from portal.answers.desk.looking import Matter
from portal.answers.desk.standing import Choice, Group, Obstacle
from portal.answers.inbox.reasons import Reason
from portal.models.inbox import InboxDecision, InboxKind, InboxMessage
from portal.models.invitations import Answer

GROUPS = {
    Group.ANSWERS: _l("Unsure answers"),
    Group.GUESTS: _l("Guests"),
    Group.TIMES: _l("Other times"),
    Group.LETTERS: _l("Letters"),
}
TAGS = {
    Group.ANSWERS: _l("Unsure answer"),
    Group.GUESTS: _l("Wants to come"),
    Group.TIMES: _l("Another time proposed"),
    Group.LETTERS: _l("Letter"),
}
COLOURS = {
    Group.ANSWERS: "warning",
    Group.GUESTS: "fjord",
    Group.TIMES: "sol",
    Group.LETTERS: "neutral",
}
DECISIONS = {
    InboxDecision.APPLIED: _l("Counted as an answer"),
    InboxDecision.SET_ASIDE: _l("Put aside"),
    InboxDecision.INVITED: _l("Invited"),
    InboxDecision.TURNED_AWAY: _l("Turned away"),
    InboxDecision.TIME_TAKEN: _l("The new time was taken"),
    InboxDecision.TIME_DECLINED: _l("The time was kept"),
}
OBSTACLES = {
    Obstacle.NO_EVENT: _l("We do not know which event it is about."),
    Obstacle.CANCELLED: _l("The event has been cancelled since. There is nothing to decide."),
    Obstacle.OVER: _l("The event is over. There is nothing left to decide."),
    Obstacle.NOT_INVITED: _l("The person is not invited to the event any more."),
    Obstacle.GUEST_IS_INVITED: _l("The guest has been invited since. There is nothing to decide."),
    Obstacle.NO_ADDRESS: _l("The guest’s address is not one that we can write to."),
    Obstacle.SAME_TIME: _l("The event is at the proposed time already."),
    Obstacle.MOVED_SINCE: _l(
        "The event has moved since this was proposed. All who are invited have been asked about "
        "the new time, or will be when you tell them."
    ),
    Obstacle.NO_TIME: _l("The message does not say which time would suit."),
    Obstacle.TIME_IS_PAST: _l("The proposed time has passed."),
    Obstacle.NO_ANSWER: _l("The message does not say yes, no or perhaps."),
}
# What is shown as most likely, what as possible, and what as a way out.
VARIANTS = {
    Choice.COUNT: "primary",
    Choice.INVITE: "primary",
    Choice.TAKE_TIME: "primary",
    Choice.DONE: "primary",
    Choice.OWN_ADDRESS: "secondary",
    Choice.TURN_AWAY: "secondary",
    Choice.KEEP_TIME: "secondary",
    Choice.SET_ASIDE: "tertiary",
}


def person(message: InboxMessage) -> str:
    """Whom the message is taken for, or whoever sent it."""
    if message.person is not None and message.person.name:
        return str(message.person.name)
    return message.sender_name or message.sender or _("Somebody")


def sender(message: InboxMessage) -> str:
    """Whoever wrote the message, by name when we have one."""
    if message.sender_name:
        return message.sender_name
    return message.sender or person(message)


def guest(message: InboxMessage) -> str:
    """The guest, by name when the calendar gave one."""
    return message.attendee_name or message.attendee


def who(message: InboxMessage) -> str:
    """Whose message it is, for a list: the guest, or whom the message is taken for."""
    return guest(message) if message.reason == Reason.FORWARDED else person(message)


def reply_subject(message: InboxMessage) -> str:
    """The subject of an answer to a letter, with one "Re:" however often it went to and fro."""
    subject = message.subject or _("Your message")
    return subject if subject.casefold().startswith("re:") else f"Re: {subject}"


def headline(matter: Matter) -> str:
    """What the message is, in one line."""
    message, title = matter.message, matter.event.title if matter.event else ""
    if matter.group == Group.LETTERS or not title:
        return _headline_without_event(matter)
    if matter.group == Group.GUESTS:
        return _("%(guest)s would like to come to %(title)s", guest=guest(message), title=title)
    if matter.group == Group.TIMES:
        return _("%(name)s proposes another time for %(title)s", name=person(message), title=title)
    if message.kind == InboxKind.REPLY and message.answer:
        return _(
            "%(name)s’s answer to %(title)s: %(answer)s",
            name=person(message),
            title=title,
            answer=str(answer(message)).lower(),
        )
    return _("%(name)s about %(title)s", name=person(message), title=title)


def _headline_without_event(matter: Matter) -> str:
    message = matter.message
    if matter.group == Group.LETTERS:
        return _("%(name)s has written to us", name=sender(message))
    if message.subject:
        return message.subject
    return _("A message from %(name)s", name=sender(message))


def answer(message: InboxMessage) -> str:
    """What the message answers; empty when it answers nothing."""
    known = message.answer in set(Answer)
    return str(words.ANSWERS[Answer(message.answer)]) if known else ""


def label(matter: Matter, choice: Choice) -> str:
    """What stands on the button of ``choice``."""
    name = person(matter.message)
    return {
        Choice.COUNT: _("Count it as %(name)s’s answer", name=name),
        Choice.OWN_ADDRESS: _("Link the address to %(name)s", name=name),
        Choice.INVITE: _("Invite %(guest)s", guest=guest(matter.message)),
        Choice.TURN_AWAY: _("Turn away"),
        Choice.TAKE_TIME: _("Take the new time"),
        Choice.KEEP_TIME: _("Keep the time"),
        Choice.DONE: _("Done"),
        Choice.SET_ASIDE: _("Set aside"),
    }[choice]


def consequence(matter: Matter, choice: Choice, told: int) -> str:
    """What happens when the button of ``choice`` is pressed; ``told`` would hear of a move."""
    message = matter.message
    name, address = person(message), message.attendee
    return {
        Choice.COUNT: _(
            "The answer counts for %(name)s, and the history says that you settled it.", name=name
        ),
        Choice.OWN_ADDRESS: _(
            "The answer counts for %(name)s, and so do later answers from %(address)s.",
            name=name,
            address=address,
        ),
        Choice.INVITE: _invites(matter),
        Choice.TURN_AWAY: _(
            "We write a friendly message to %(address)s that takes the event out of their "
            "calendar. Nobody is added to the register.",
            address=address,
        ),
        Choice.TAKE_TIME: _moves(told),
        Choice.KEEP_TIME: _(
            "We tell %(name)s, and nobody else, that the time stays as it is.", name=name
        ),
        Choice.DONE: _("The letter leaves this list. Nothing is sent."),
        Choice.SET_ASIDE: _("The message leaves this list. Nothing is sent and nothing changes."),
    }[choice]


def _invites(matter: Matter) -> str:
    known, address = matter.guest, matter.message.attendee
    if known is not None:
        return _(
            "%(name)s is in the register. We send an invitation to the calendar.", name=known.name
        )
    return _(
        "%(address)s is added to the register, and we send an invitation to the calendar.",
        address=address,
    )


def _moves(told: int) -> str:
    if not told:
        return _("The event moves. Nobody is invited yet, so nobody is told.")
    return ngettext(
        "The event moves, and %(num)s person is told at once. All answers are asked for again.",
        "The event moves, and %(num)s people are told at once. All answers are asked for again.",
        told,
    )


def confirmation(matter: Matter, choice: Choice, became: Reason | None, told: int) -> str:
    """What was done, once it is done; ``became`` is what became of an answer."""
    message = matter.message
    if choice in (Choice.COUNT, Choice.OWN_ADDRESS):
        return _counted(message, became)
    return {
        Choice.INVITE: _("%(guest)s is invited.", guest=guest(message)),
        Choice.TURN_AWAY: _(
            "%(guest)s is told that the event is only for those on the list.", guest=guest(message)
        ),
        Choice.TAKE_TIME: _moved(told),
        Choice.KEEP_TIME: _("The time stays, and %(name)s is told so.", name=person(message)),
        Choice.DONE: _("The letter is dealt with."),
        Choice.SET_ASIDE: _("The message is set aside."),
    }[choice]


def _moved(told: int) -> str:
    if not told:
        return _("The event has moved.")
    return ngettext(
        "The event has moved, and %(num)s person is told now.",
        "The event has moved, and %(num)s people are told now.",
        told,
    )


def _counted(message: InboxMessage, became: Reason | None) -> str:
    if became in (Reason.OLDER_ANSWER, Reason.OLDER_TIME, Reason.NOTHING_TO_ANSWER):
        return _(
            "The answer is kept in the history, but another is newer or the event has changed, so "
            "it does not count."
        )
    return _("The answer counts for %(name)s now.", name=person(message))
