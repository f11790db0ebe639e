"""What tests of asked names share."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock, dates
from portal.db import db
from portal.groups.name_requests import actions, addresses
from portal.models.groups import NameRequest
from portal.models.mail import OutboxMail

NORA = {"answer": "named", "name": "Nora Lie", "email": "nora@gjovik.example.org",
        "title": "Næringssjef", "comment": "Ring meg gjerne."}  # fmt: skip


def put(place, by, *, days: int = 14, at=None) -> NameRequest:
    moment = at or clock.now()
    request = actions.ask(
        place, "post@gjovik.example.org", by=by, now=moment, remember=False,
        answer_by=dates.today(moment) + timedelta(days=days) if days else None,
    )  # fmt: skip
    db.session.commit()
    return request


def link(request) -> str:
    return f"/names/{addresses.token_of(request)}"


def letters() -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))
