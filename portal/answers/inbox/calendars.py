"""What a calendar that came in says of our events: whose it is, and what it does to each.

REPLY, COUNTER and REFRESH are all that somebody else has a say in. Whatever calls, changes or calls
off an event comes from us alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from portal.answers.inbox import applying, counters, knowing, records, refreshing
from portal.answers.inbox.evidence import Evidence, Verdict, judge
from portal.answers.inbox.reasons import Reason
from portal.answers.inbox.records import Post
from portal.answers.inbox.refreshing import Resend
from portal.calendar.itip import Attendee, Itip, Said
from portal.invitations import finding
from portal.mail import authentication
from portal.mail.incoming import Automatic
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxKind, InboxMessage
from portal.models.invitations import Answer, AnswerSource, Invitation

_KINDS = {
    "REPLY": InboxKind.REPLY,
    "COUNTER": InboxKind.COUNTER,
    "REFRESH": InboxKind.REFRESH,
}


@dataclass(frozen=True)
class Done:
    """What one event of a message did: why, and to what; ``resend`` is what its writer lacks."""

    reason: Reason
    uid: str
    answer: str
    resend: Resend = refreshing.NOTHING


@dataclass(frozen=True)
class _Effect:
    reason: Reason
    resend: Resend = refreshing.NOTHING


@dataclass(frozen=True)
class _Matter:
    """One event of a message, with all that is known of it when its effect is decided."""

    post: Post
    row: InboxMessage
    said: Said
    attendee: Attendee
    verdict: Verdict
    person: Person
    # Those that can be answered, of the events that are meant.
    invitations: Sequence[Invitation]


def take(post: Post, itip: Itip) -> list[Done]:
    """Let each event of ``itip`` have its effect, alone; one invitation at most is sent again."""
    kind = _KINDS.get(itip.method, InboxKind.FOREIGN)
    # An answer to a series goes before those to single meetings beside it, which except from it. A
    # calendar may hold no event at all, and says its METHOD all the same.
    events = sorted(itip.events or (Said(""),), key=lambda said: bool(said.recurrence_id))
    done = [
        _take(post, kind, said, str(number) if number else "") for number, said in enumerate(events)
    ]
    wanted = (each.resend for each in done if each.resend.invitations)
    refreshing.send(next(wanted, refreshing.NOTHING), post.now)
    return done


def _take(post: Post, kind: InboxKind, said: Said, part: str) -> Done:
    events = finding.events_of(said.uid, said.recurrence_id) if said.uid else ()
    if not events and not post.knows_us:
        foreign = kind == InboxKind.FOREIGN
        reason = Reason.FOREIGN_METHOD if foreign else Reason.UNKNOWN_EVENT
        records.not_kept(reason)
        return Done(reason, said.uid, "")
    row = records.row_of(post, kind, said, part)
    if not records.claim(row):
        return Done(Reason.KNOWN_ALREADY, said.uid, "")
    effect = _effect(post, row, said, events)
    reason = records.settle(row, effect.reason, post.now)
    return Done(reason, said.uid, row.answer, effect.resend)


def _effect(post: Post, row: InboxMessage, said: Said, events: Sequence[Event]) -> _Effect:
    if row.kind == InboxKind.FOREIGN:
        return _Effect(Reason.FOREIGN_METHOD)
    if not events:
        return _Effect(Reason.UNKNOWN_EVENT)
    attendee = _attendee(post, said)
    if attendee is None:
        return _Effect(Reason.NO_EVIDENCE)
    _describe(row, attendee)
    events = _meant(row, said, events)
    verdict, person = _judge(post, attendee, events)
    if person is None:
        return _Effect(Reason.REVOKED if verdict == Verdict.REVOKED else Reason.NO_EVIDENCE)
    invitations = finding.invitations_of(person, events)
    matter = _Matter(
        post,
        row,
        said,
        attendee,
        verdict,
        person,
        [each for each in invitations if applying.is_answerable(each, post.now)],
    )
    concerned = next(iter((*matter.invitations, *invitations)), None)
    row.person = person
    row.invitation = concerned
    # A draft that nobody was invited to may be deleted, and no message holds on to it.
    published = (each for each in events if each.published_at is not None)
    row.event = concerned.event if concerned else next(published, None)
    return _decide(matter)


def _meant(row: InboxMessage, said: Said, events: Sequence[Event]) -> Sequence[Event]:
    """The one occurrence that Outlook proposes another time for, though it names the uid alone."""
    if row.kind != InboxKind.COUNTER or row.recurrence_id:
        return events
    event = counters.meant(said, events)
    if event is None or not event.recurrence_id:
        return events
    row.recurrence_id = event.recurrence_id
    return [event]


def _attendee(post: Post, said: Said) -> Attendee | None:
    """The one who answers: exactly one, or the one among several who is known to write."""
    named = [each for each in said.attendees if each.address]
    if len(named) <= 1:
        return named[0] if named else None
    own = knowing.known(post.owner).addresses if post.owner else frozenset[str]()
    writes = own or {post.message.sender.casefold()}
    return next((each for each in named if each.address in writes), None)


def _describe(row: InboxMessage, attendee: Attendee) -> None:
    row.attendee, row.attendee_name = attendee.address, attendee.name
    row.comment = row.comment or attendee.comment
    row.delegated_to = attendee.delegated_to
    if row.kind != InboxKind.REFRESH:
        row.answer = attendee.partstat.lower()


def _judge(
    post: Post, attendee: Attendee, events: Sequence[Event]
) -> tuple[Verdict, Person | None]:
    message, sender = post.message, post.message.sender.casefold()
    holder = knowing.holder_of(attendee.address, events, post.owner)
    names = [attendee.name]
    if sender == attendee.address:
        names.append(message.sender_name)
    verdict, whose = judge(
        Evidence(
            attendee=attendee.address,
            sender=sender,
            owner=knowing.known(post.owner) if post.owner else None,
            holder=knowing.known(holder) if holder else None,
            is_invited=holder is not None and bool(knowing.invited_among([holder.id], events)),
            is_revoked=post.is_revoked,
            is_proved=authentication.proves(
                message.authentication,
                current_app.config.get("AUTHSERV_ID", ""),
                sender.rpartition("@")[2],
            ),
            is_delegate=_is_delegate(post, attendee, events),
            names=[name for name in names if name],
        )
    )
    number = whose.id if whose else None
    persons = (person for person in (post.owner, holder) if person and person.id == number)
    return verdict, next(persons, None)


def _is_delegate(post: Post, attendee: Attendee, events: Sequence[Event]) -> bool:
    """Whether somebody says, or has said, that they come in place of the one invited."""
    if attendee.delegated_from:
        return True
    owned = finding.invitations_of(post.owner, events) if post.owner else ()
    return any(each.delegated_to == attendee.address for each in owned)


def _decide(matter: _Matter) -> _Effect:
    row, automatic = matter.row, matter.post.message.automatic
    if automatic == Automatic.REPLIED:
        row.kind = InboxKind.AUTOMATIC
        return _Effect(Reason.AUTOMATIC)
    if not matter.invitations:
        return _Effect(Reason.NOTHING_TO_ANSWER)
    if row.kind == InboxKind.REFRESH:
        return _refresh(matter)
    if row.kind == InboxKind.COUNTER:
        _note_proposal(matter)
    if row.answer == Answer.NEEDS_ACTION:
        return _Effect(Reason.NO_ANSWER)
    if matter.verdict == Verdict.FORWARDED:
        return _Effect(_forwarded(row))
    if matter.verdict == Verdict.UNPROVED:
        return _Effect(Reason.UNPROVED)
    if automatic == Automatic.GENERATED:
        return _Effect(Reason.AUTOMATIC_ANSWER)
    return _apply(matter)


def _refresh(matter: _Matter) -> _Effect:
    if matter.verdict not in (Verdict.APPLY, Verdict.APPLY_AS_ALIAS):
        return _Effect(Reason.NO_EVIDENCE)
    if matter.post.message.automatic != Automatic.NO:
        return _Effect(Reason.AUTOMATIC)
    whole = not matter.said.recurrence_id
    return _Effect(Reason.REFRESHED, Resend(matter.invitations, is_whole=whole))


def _note_proposal(matter: _Matter) -> None:
    """Write the times proposed beside the occurrence they are for.

    With the present time it is a plain answer, and becomes one. One of a series that does not say
    which occurrence it means has no times here: somebody reads the comment.
    """
    row, event = matter.row, matter.invitations[0].event
    if row.recurrence_id == event.recurrence_id:
        proposed = counters.proposal(matter.said, event)
        if proposed is None:
            row.kind = InboxKind.REPLY
            return
        row.proposed_starts_at, row.proposed_ends_at = proposed.starts_at, proposed.ends_at
    # They have not said no, whatever button they pressed: they would come at another time.
    row.answer = Answer.TENTATIVE


def _forwarded(row: InboxMessage) -> Reason:
    """Somebody wants to come, once: what they answer later goes with what waits already."""
    before = records.waiting_guest(row)
    if before is None:
        return Reason.FORWARDED
    before.answer, before.comment = row.answer, row.comment or before.comment
    return Reason.KNOWN_ALREADY


def _apply(matter: _Matter) -> _Effect:
    row, invitations = matter.row, matter.invitations
    is_counter = row.kind == InboxKind.COUNTER
    if is_counter and row.event and counters.is_to_another_time(matter.said, row.event):
        return _Effect(Reason.OLDER_TIME, refreshing.outdated(invitations, -1))
    if is_counter and records.are_too_many(row, Reason.COUNTER, matter.post.now):
        return _Effect(Reason.TOO_MANY)
    reason = applying.apply_answer(row, invitations, source=AnswerSource.MAIL, now=matter.post.now)
    if reason == Reason.OLDER_TIME:
        return _Effect(reason, refreshing.outdated(invitations, row.sequence or 0))
    if reason not in (Reason.ANSWERED, Reason.DELEGATED):
        return _Effect(reason)
    # Of a series, what was moved meanwhile may have been left out of it.
    resend = refreshing.unanswered(invitations, row.sequence or 0)
    if matter.verdict == Verdict.APPLY_AS_ALIAS:
        applying.note_alias(matter.person, row.attendee, matter.post.now)
    if reason == Reason.DELEGATED:
        _queue_delegate(matter)
        return _Effect(reason, resend)
    if is_counter:
        return _Effect(Reason.COUNTER, resend)
    is_alias = matter.verdict == Verdict.APPLY_AS_ALIAS
    return _Effect(Reason.ANSWERED_ALIAS if is_alias else Reason.ANSWERED, resend)


def _queue_delegate(matter: _Matter) -> None:
    """Who comes instead is not invited yet: an organiser decides."""
    row, post = matter.row, matter.post
    events = [each.event for each in matter.invitations]
    if not row.delegated_to:
        return
    holder = knowing.holder_of(row.delegated_to, events, None)
    invited = finding.invitations_of(holder, events) if holder else ()
    if len([each for each in invited if each.is_current]) == len(events):
        return
    guest = records.row_of(post, InboxKind.REPLY, matter.said, f"{row.fingerprint} delegate")
    guest.person, guest.event, guest.invitation = matter.person, row.event, row.invitation
    guest.attendee, guest.answer = row.delegated_to, Answer.NEEDS_ACTION
    if records.claim(guest):
        records.settle(guest, _forwarded(guest), post.now)
