"""Reading feeds in tests, and the addresses of the secret ones."""

from portal.calendar import subscriptions
from portal.db import db
from portal.models.jury import Assignment
from tests.calendar.rules import broken_rules, parsed


def shown(response) -> list[str]:
    """The titles in a feed that keeps all the rules, in order."""
    assert broken_rules(response.data, feed=True) == []
    return [entry.value("SUMMARY") for entry in vevents(response.data)]


def vevents(ics):
    return [part for part in parsed(ics).inside if part.name == "VEVENT"]


def my_feed(person):
    return f"/calendar/my/{subscriptions.my_token(person)}.ics"


def group_feed(person, group):
    return f"/calendar/group/{subscriptions.group_token(person, group)}.ics"


def create_assignment(camp, person, state):
    row = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        state=state,
        created_at=camp.event.created_at,
    )
    db.session.add(row)
    db.session.commit()
    return row
