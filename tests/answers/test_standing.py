"""Which buttons stand beside a message, from the facts alone."""

from dataclasses import replace

import pytest

from portal.answers.desk.standing import Choice, Facts, Group, Obstacle, choices, group_of, obstacle
from portal.answers.inbox.reasons import Reason
from portal.models.inbox import InboxKind

ASIDE = (Choice.SET_ASIDE,)


@pytest.mark.parametrize(
    ("kind", "reason", "group"),
    [
        (InboxKind.REPLY, Reason.UNPROVED, Group.ANSWERS),
        (InboxKind.REPLY, Reason.AUTOMATIC_ANSWER, Group.ANSWERS),
        (InboxKind.REPLY, "of another version", Group.ANSWERS),
        (InboxKind.REPLY, Reason.FORWARDED, Group.GUESTS),
        (InboxKind.COUNTER, Reason.FORWARDED, Group.GUESTS),
        (InboxKind.COUNTER, Reason.COUNTER, Group.TIMES),
        (InboxKind.COUNTER, Reason.UNPROVED, Group.TIMES),
        (InboxKind.LETTER, Reason.LETTER, Group.LETTERS),
    ],
)
def test_every_message_belongs_to_one_group(kind, reason, group):
    assert group_of(kind, reason) == group


@pytest.mark.parametrize(
    ("group", "offered"),
    [
        (Group.ANSWERS, (Choice.COUNT, Choice.SET_ASIDE)),
        (Group.GUESTS, (Choice.INVITE, Choice.OWN_ADDRESS, Choice.TURN_AWAY, Choice.SET_ASIDE)),
        (Group.TIMES, (Choice.TAKE_TIME, Choice.KEEP_TIME, Choice.SET_ASIDE)),
        (Group.LETTERS, (Choice.DONE,)),
    ],
)
def test_when_nothing_has_changed_all_is_offered(group, offered):
    assert (obstacle(Facts(group)), choices(Facts(group))) == (None, offered)


@pytest.mark.parametrize("group", [Group.ANSWERS, Group.GUESTS, Group.TIMES])
@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ({"has_event": False}, Obstacle.NO_EVENT),
        ({"is_cancelled": True}, Obstacle.CANCELLED),
        ({"is_over": True}, Obstacle.OVER),
        ({"is_cancelled": True, "is_over": True}, Obstacle.CANCELLED),
    ],
)
def test_without_an_event_ahead_a_message_is_only_set_aside(group, fact, found):
    facts = replace(Facts(group), **fact)

    assert (obstacle(facts), choices(facts)) == (found, ASIDE)


@pytest.mark.parametrize(
    ("group", "fact", "found", "offered"),
    [
        (Group.ANSWERS, {"is_invited": False}, Obstacle.NOT_INVITED, ASIDE),
        (Group.ANSWERS, {"has_answer": False}, Obstacle.NO_ANSWER, ASIDE),
        (Group.TIMES, {"is_invited": False}, Obstacle.NOT_INVITED, ASIDE),
        (Group.TIMES, {"is_same_time": True}, Obstacle.SAME_TIME, ASIDE),
        (Group.TIMES, {"moved_since": True}, Obstacle.MOVED_SINCE, ASIDE),
        (Group.TIMES, {"has_time": False}, Obstacle.NO_TIME, (Choice.KEEP_TIME, *ASIDE)),
        (Group.TIMES, {"time_is_past": True}, Obstacle.TIME_IS_PAST, (Choice.KEEP_TIME, *ASIDE)),
        (Group.GUESTS, {"guest_is_invited": True}, Obstacle.GUEST_IS_INVITED, ASIDE),
        (Group.GUESTS, {"can_write_to_guest": False}, Obstacle.NO_ADDRESS, ASIDE),
        # Somebody else's address is not made an alias, nor that of who is invited no more.
        (Group.GUESTS, {"guest_is_ours": True}, None, (Choice.INVITE, Choice.TURN_AWAY, *ASIDE)),
        (Group.GUESTS, {"has_answer": False}, None, (Choice.INVITE, Choice.TURN_AWAY, *ASIDE)),
        (Group.GUESTS, {"is_invited": False}, None, (Choice.INVITE, Choice.TURN_AWAY, *ASIDE)),
        (
            Group.GUESTS,
            {"has_person": False, "is_invited": False},
            None,
            (Choice.INVITE, *ASIDE),
        ),
        (Group.LETTERS, {"has_event": False}, None, (Choice.DONE,)),
    ],
)
def test_what_has_changed_leaves_what_still_makes_sense(group, fact, found, offered):
    facts = replace(Facts(group), **fact)

    assert (obstacle(facts), choices(facts)) == (found, offered)
