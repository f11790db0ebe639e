from datetime import timedelta

from portal.invitations import actions, event_changes, history
from tests.factories import create_event


def test_what_changed_before_anybody_was_invited_is_neither_told_nor_untold(kari, ola, now):
    event = create_event(title="Webinar")
    event_changes.change(event, {"title": "Fjorden rundt"}, by=kari, now=now)
    actions.invite(event, ola, by=kari, now=now)
    later = now + timedelta(hours=1)
    event_changes.change(event, {"title": "Fjorden på tvers"}, by=kari, now=later)

    steps = history.all_changes(event)

    assert [(step.told_at, step.is_untold) for step in steps] == [(None, True), (None, False)]


def test_what_is_told_is_no_longer_untold(kari, ola, now):
    event = create_event(title="Webinar")
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, {"title": "Fjorden rundt"}, by=kari, now=now)

    event_changes.tell(event, by=kari, now=now + timedelta(minutes=5))

    (step,) = history.all_changes(event)
    assert (step.told_at, step.is_untold) == (now + timedelta(minutes=5), False)
