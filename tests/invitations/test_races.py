"""Two who save one event at once: the second is told, and nothing of the first is lost."""

from flask import Flask

from portal.db import db
from portal.invitations import event_changes
from portal.models.events import Event
from tests.accounts.test_races import at_once
from tests.factories import MADE, create_event


def test_of_several_who_save_an_event_at_once_one_does(app: Flask):
    event = create_event()
    number, revision = event.id, event.revision

    def rename(attempt: int) -> str:
        known = db.session.get_one(Event, number)
        try:
            event_changes.check_unedited(known, revision)
        except event_changes.EditedMeanwhile:
            return "told"
        event_changes.change(known, {"title": f"Navn {attempt}"}, by=None, now=MADE)
        db.session.commit()
        return "saved"

    assert sorted(at_once(app, rename)) == ["saved", "told", "told", "told"]
