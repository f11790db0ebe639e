"""Two at the same moment, against the real database: the second finds what the first did."""

import pytest
from flask import Flask

from portal.db import db
from portal.groups.minutes import commenting
from portal.groups.places import actions as places
from portal.groups.setup import actions as setup
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace, PlaceState
from portal.models.minutes import MinutesComment
from tests.accounts.test_races import at_once
from tests.conftest import NOW
from tests.groups.minutes.people import create_held, send
from tests.groups.people import create_led_group, lead_of, member_of, verbs


@pytest.fixture
def group(in_august):
    return create_led_group()


def test_of_several_who_edit_a_group_at_once_one_does(app: Flask, group, kari):
    number, by, seen = group.id, kari.id, setup.state_of(group)

    def edit(attempt: int) -> str:
        found = db.session.get_one(Group, number)
        values = {"mandate": f"Mandat {attempt}"}
        try:
            setup.edit_group(found, values, seen=seen, by=db.session.get_one(Person, by), now=NOW)
        except setup.EditedMeanwhile:
            return ""
        db.session.commit()
        return f"Mandat {attempt}"

    answers = at_once(app, edit)

    assert sorted(filter(None, answers)) == [db.session.get_one(Group, number).mandate]
    assert verbs() == ["group.changed"]


def test_whoever_leaves_while_their_place_is_changed_is_not_put_back(app: Flask, group, kari):
    place = next(each for each in group.places if each.person == member_of(group))
    number, by, seen = place.id, kari.id, places.state_of(place)

    def leave_or_change(attempt: int) -> str:
        found, person = db.session.get_one(GroupPlace, number), db.session.get_one(Person, by)
        try:
            if attempt == 0:
                places.leave(found, seen=seen, by=person, now=NOW)
            else:
                values = {"note": "Ringt", "state": PlaceState.CONFIRMED}
                places.change_place(found, values, seen=seen, by=person, now=NOW)
        except (places.ChangedMeanwhile, places.HasLeft):
            return "late"
        db.session.commit()
        return "left" if attempt == 0 else "changed"

    answers = at_once(app, leave_or_change)

    left = db.session.get_one(GroupPlace, number)
    if "left" in answers:
        assert (left.state, left.note, set(answers)) == (PlaceState.LEFT, "", {"left", "late"})
        assert verbs() == ["place.changed"]
    else:
        # They pressed before, and all of them wrote the same.
        assert (left.state, left.note, answers) == (
            PlaceState.CONFIRMED, "Ringt", ["late", "changed", "changed", "changed"],
        )  # fmt: skip


def test_of_several_who_answer_a_comment_at_once_one_does(app: Flask, group):
    held = create_held(group)
    send(held, lead_of(group))
    comment = commenting.comment(held, None, "Horten", by=member_of(group), now=NOW)
    db.session.commit()
    number, by, seen = comment.id, lead_of(group).id, commenting.state_of(comment)

    def answer(attempt: int) -> str:
        found = db.session.get_one(MinutesComment, number)
        try:
            commenting.handle(
                found, f"Svar {attempt}", seen=seen, by=db.session.get_one(Person, by), now=NOW
            )
        except commenting.AnsweredMeanwhile:
            return ""
        db.session.commit()
        return f"Svar {attempt}"

    answers = at_once(app, answer)

    assert sorted(filter(None, answers)) == [db.session.get_one(MinutesComment, number).reply]
    assert verbs().count("minutes.comment_handled") == 1
