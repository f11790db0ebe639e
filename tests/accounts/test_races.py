"""Two at once: whoever is second finds it done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import actions, roles, sign_in_mail
from portal.db import db
from portal.models.accounts import Person, Role, RoleName
from portal.models.mail import OutboxMail
from tests.accounts.links import ask
from tests.factories import create_person

ATTEMPTS = 4


def test_of_several_who_use_a_link_at_once_one_gets_in(
    app: Flask, client: FlaskClient, ola: Person
):
    token = ask(client, ola.email).rpartition("/")[2]

    def use(number: int) -> str:
        try:
            actions.use_link(token, datetime.now(UTC))
        except actions.DeadLink:
            return "dead"
        db.session.commit()
        return "in"

    assert sorted(at_once(app, use)) == ["dead", "dead", "dead", "in"]


def test_of_several_workers_one_makes_the_mail(app: Flask, client: FlaskClient, ola: Person):
    client.post("/sign-in", data={"address": ola.email})

    queued = at_once(app, lambda number: sign_in_mail.handle_requests(datetime.now(UTC)))

    assert sorted(queued) == [0, 0, 0, 1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 1


def test_administrators_who_remove_each_other_at_once_leave_one(app: Flask):
    ids = [create_person(f"Admin {n}", role=RoleName.ADMIN).id for n in range(ATTEMPTS)]

    def remove_next(number: int) -> bool:
        person = db.session.get_one(Person, ids[number])
        other = db.session.get_one(Person, ids[number - 1])
        try:
            roles.revoke(person, RoleName.ADMIN, "", actor=other, now=datetime.now(UTC))
        except roles.LastAdmin:
            return False
        db.session.commit()
        return True

    assert sorted(at_once(app, remove_next)) == [False, True, True, True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Role)) == 1


def at_once(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """What ``act`` returns to each of several who do it at the same moment."""
    db.session.remove()
    start = Barrier(ATTEMPTS)

    def attempt(number: int) -> Any:
        with app.app_context():
            start.wait(10)
            try:
                return act(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(ATTEMPTS) as pool:
        return list(pool.map(attempt, range(ATTEMPTS)))
