"""Several at once about the same seats: each seat is given once, and nobody waits for ever."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.calendar import entries
from portal.db import db
from portal.invitations import event_changes
from portal.invitations.telling import When
from portal.jury.asks import asking, rounds, seats
from portal.jury.signup import actions
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.jury import TAKEN, AskRound, Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp, Panel
from portal.seasons import camp_actions
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.jury.asks.opened import asked_at_once, offers, one_camp
from tests.jury.plans.made import NOW

NAMES = [f"Juror {number}" for number in range(ATTEMPTS)]
AFTER = NOW + timedelta(days=8)


def say(seat_id: int, answer: Callable[..., None]) -> str:
    """What comes of an answer, as its page would settle it."""
    try:
        answer(db.session.get_one(Assignment, seat_id), now=NOW)
    except asking.SeatTaken:
        db.session.commit()
        return "too late"
    except asking.NotAnswerable:
        db.session.rollback()
        return "closed"
    db.session.commit()
    return "done"


def standing(opened_id: int) -> tuple[Counter[str], int, bool]:
    """The states in a round, the seats left of it, and whether it is over."""
    db.session.remove()
    opened = db.session.get_one(AskRound, opened_id)
    states = Counter(str(each.state) for each in opened.assignments)
    return states, opened.seats_left, opened.closed_at is not None


def test_one_person_who_says_yes_on_several_devices_takes_one_seat(app: Flask):
    opened = asked_at_once(one_camp(target=2), *NAMES)
    opened_id, seat_id = opened.id, opened.assignments[0].id

    found = at_once(app, lambda number: say(seat_id, asking.accept))

    assert found == ["done"] * ATTEMPTS
    assert standing(opened_id) == (Counter(accepted=1, offered=ATTEMPTS - 1), 1, False)
    accepted = sa.select(sa.func.count()).where(AuditEntry.verb == "assignment.accepted")
    assert db.session.scalar(accepted) == 1


def test_two_seats_go_to_two_of_several(app: Flask):
    opened = asked_at_once(one_camp(target=2), *NAMES)
    opened_id, ids = opened.id, [each.id for each in opened.assignments]

    found = at_once(app, lambda number: say(ids[number], asking.accept))

    assert Counter(found) == {"done": 2, "too late": ATTEMPTS - 2}
    assert standing(opened_id) == (Counter(accepted=2, reserve=ATTEMPTS - 2), 0, True)


def test_of_several_asked_for_seats_taken_away_meanwhile_one_gets_the_last(app: Flask):
    camp = one_camp(target=ATTEMPTS)
    rounds.ask_several(camp.panels[0], offers(camp.season, NAMES, camp), by=None, now=NOW)
    camp.panels[0].target = 1
    db.session.commit()
    ids = list(db.session.scalars(sa.select(Assignment.id)))

    found = at_once(app, lambda number: say(ids[number], asking.accept))

    assert Counter(found) == {"done": 1, "too late": ATTEMPTS - 1}
    db.session.remove()
    states = Counter(str(state) for state in db.session.scalars(sa.select(Assignment.state)))
    assert states == {"accepted": 1, "reserve": ATTEMPTS - 1}


def test_of_several_organisers_who_ask_for_one_seat_at_once_one_does(app: Flask):
    camp = one_camp()
    panel_id = camp.panels[0].id
    ids = [each.id for each in offers(camp.season, [*NAMES, "Nils"], camp)]

    def open_round(number: int) -> str:
        signups = [db.session.get_one(JurySignup, ids[number + place]) for place in (0, 1)]
        panel = db.session.get_one(Panel, panel_id)
        try:
            rounds.ask_several(panel, signups, by=None, now=NOW)
        except asking.JuryIsFull:
            db.session.rollback()
            return "full"
        db.session.commit()
        return "asked"

    found = at_once(app, open_round)

    assert Counter(found) == {"asked": 1, "full": ATTEMPTS - 1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 2


def test_yes_and_no_at_once_leave_nobody_waiting(app: Flask):
    opened = asked_at_once(one_camp(), *NAMES)
    opened_id, ids = opened.id, [each.id for each in opened.assignments]
    answers = [asking.accept, asking.decline, asking.accept, asking.decline]

    at_once(app, lambda number: say(ids[number], answers[number]))

    assert standing(opened_id) == (Counter(accepted=1, declined=2, reserve=1), 0, True)


def test_a_deadline_that_passes_while_some_say_yes_gives_the_seat_once(app: Flask):
    opened = asked_at_once(one_camp(), *NAMES)
    opened_id, ids = opened.id, [each.id for each in opened.assignments]

    def act(number: int) -> object:
        if number:
            return say(ids[number], asking.accept)
        expired = asking.expire_overdue(AFTER)
        db.session.commit()
        return expired

    at_once(app, act)

    states, _left, over = standing(opened_id)
    assert (states["accepted"], states["offered"], over) == (1, 0, True)


def test_a_question_taken_back_while_some_say_yes_loses_no_seat(app: Flask):
    opened = asked_at_once(one_camp(), *NAMES)
    opened_id, ids = opened.id, [each.id for each in opened.assignments]

    def act(number: int) -> str:
        if number:
            return say(ids[number], asking.accept)
        try:
            rounds.stop(db.session.get_one(AskRound, opened_id), by=None, now=NOW)
        except rounds.RoundIsClosed:
            db.session.rollback()
            return "closed"
        db.session.commit()
        return "stopped"

    at_once(app, act)

    states, left, over = standing(opened_id)
    assert (states["accepted"] + left, states["offered"], over) == (1, 0, True)


def test_a_camp_moved_while_its_juror_comes_back_keeps_both(app: Flask, kari: Person):
    camp = one_camp(target=2)
    entries.render(camp.event)
    opened = asked_at_once(camp, *NAMES)
    # Whoever comes back makes the event's sequence rise, and moving the camp asks anew.
    asking.accept(opened.assignments[0], now=NOW)
    asking.decline(opened.assignments[0], now=NOW)
    db.session.commit()
    camp_id, seat_id, kari_id = camp.id, opened.assignments[0].id, kari.id
    starts, ends = camp.event.starts_at, camp.event.ends_at

    def act(number: int) -> str:
        if number % 2:
            return say(seat_id, asking.accept if number == 1 else asking.decline)
        moved = db.session.get_one(Camp, camp_id)
        later = timedelta(hours=1 + number)
        try:
            camp_actions.edit_camp(
                moved,
                {"starts_at": starts + later, "ends_at": ends + later},
                seen_revision=moved.event.revision,
                tell=When.NOW,
                by=db.session.get_one(Person, kari_id),
                now=NOW,
            )
        except event_changes.EditedMeanwhile:
            db.session.rollback()
            return "edited"
        db.session.commit()
        return "moved"

    found = at_once(app, act)

    assert set(found) <= {"done", "moved", "edited"}
    assert "moved" in found


@pytest.mark.parametrize("turns", [8, pytest.param(100, marks=pytest.mark.fault)])
def test_whatever_comes_at_once_no_two_wait_for_each_other(app: Flask, turns: int):
    first = one_camp(target=2)
    camps = [first, one_camp(target=1)]
    camps[1].season = first.season
    signups = offers(first.season, [f"Juror {n}" for n in range(10)], *camps, at_most=9)
    for camp in camps:
        rounds.ask_several(camp.panels[0], signups, by=None, now=NOW)
    db.session.commit()
    panels = [camp.panels[0].id for camp in camps]
    ids = [each.id for each in signups]

    def act(number: int) -> int:
        chance = random.Random(number)
        for _turn in range(turns):
            _anything(chance, panels, ids)
            db.session.commit()
        return turns

    assert at_once(app, act) == [turns] * ATTEMPTS
    for panel_id in panels:
        panel = db.session.get_one(Panel, panel_id)
        said_yes = sum(each.state in TAKEN for each in panel.assignments)
        held = sum(each.is_seated for each in panel.assignments)
        left = db.session.scalars(
            sa.select(AskRound.seats_left).where(
                AskRound.panel_id == panel_id, AskRound.closed_at.is_(None)
            )
        ).all()
        assert said_yes <= panel.target
        assert held + sum(left) + seats.free(panel) == panel.target


def _anything(chance: random.Random, panels: list[int], signups: list[int]) -> None:
    """One thing that somebody might do, among those that rules allow or refuse."""
    seat = chance.choice(db.session.scalars(sa.select(Assignment).order_by(Assignment.id)).all())
    now = NOW + timedelta(hours=chance.randrange(24))
    what = chance.randrange(7)
    try:
        if what < 2:
            asking.accept(seat, now=now)
        elif what == 2:
            asking.decline(seat, now=now)
        elif what == 3:
            asking.release(seat, by=None, now=now)
        elif what == 4 and seat.state == AssignmentState.OFFERED:
            asking.expire_overdue(AFTER)
        elif what == 5:
            actions.withdraw(seat.signup, reason="", now=now)
        else:
            chosen = [db.session.get_one(JurySignup, n) for n in chance.sample(signups, 3)]
            panel = db.session.get_one(Panel, chance.choice(panels))
            rounds.ask_several(panel, chosen, by=None, now=now)
    except asking.SeatTaken:
        db.session.commit()
    except (asking.NotAnswerable, asking.JuryIsFull, asking.SitsAlready):
        db.session.rollback()
