"""Two at once about one group: it is asked once, and reminded once."""

import pytest

from portal.db import db
from portal.jury.appeals import actions, standing
from portal.models.accounts import Person, RoleName
from portal.models.appeals import JuryAppeal
from portal.models.groups import Group
from portal.models.seasons import Season
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.factories import create_person
from tests.jury.appeals.asked import HELD, ask, deliver, mailings, seen_of


def written(group: Group, season: Season, by: Person, now) -> tuple[int, str]:
    """A question nobody has got yet, and what its page shows."""
    members = [m for m in standing.members_of(group, season, now) if m.is_asked_at_first]
    appeal = actions.keep(group, season, members, words="", answer_by=None, by=by, now=now)
    db.session.commit()
    return appeal.id, seen_of(appeal, now)


@pytest.mark.parametrize("each_their_own", [False, True])
def test_of_several_who_send_at_once_one_does(app, season, group, now, each_their_own):
    organisers = [create_person(f"Kari {n}", role=RoleName.ORGANISER) for n in range(ATTEMPTS)]
    if each_their_own:
        questions = [written(group, season, each, now) for each in organisers]
    else:
        questions = [written(group, season, organisers[0], now)] * ATTEMPTS
    ids = [each.id for each in organisers]

    def send(number: int) -> str:
        appeal_id, looked_at = questions[number]
        appeal = db.session.get_one(JuryAppeal, appeal_id)
        by = db.session.get_one(Person, ids[number])
        try:
            actions.send(appeal, looked_at=looked_at, by=by, now=now)
        except (actions.AlreadySent, actions.ChangedMeanwhile) as refused:
            db.session.rollback()
            return type(refused).__name__
        db.session.commit()
        return "sent"

    others = "ChangedMeanwhile" if each_their_own else "AlreadySent"
    assert sorted(at_once(app, send)) == sorted(["sent", *[others] * (ATTEMPTS - 1)])
    assert mailings("jury.appeal") == 1


def test_of_several_who_remind_at_once_one_does(app, season, group, now, kari):
    ask(group, season, kari, now)
    deliver(now + HELD)
    ids = group.id, season.id, kari.id

    def remind(number: int) -> str:
        the_group, the_season = (
            db.session.get_one(Group, ids[0]),
            db.session.get_one(Season, ids[1]),
        )
        try:
            actions.remind(the_group, the_season, by=db.session.get_one(Person, ids[2]), now=now)
        except actions.NobodyToRemind:
            db.session.rollback()
            return "nobody"
        db.session.commit()
        return "reminded"

    assert sorted(at_once(app, remind)) == [*["nobody"] * (ATTEMPTS - 1), "reminded"]
    assert mailings("jury.appeal_reminder") == 1
