"""Asking for a sign-in link and finding it in the mail, as a reader does."""

import re
from email import message_from_bytes, policy

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import sign_in_mail
from portal.db import db
from portal.models.mail import OutboxMail


def ask(client: FlaskClient, address: str, **fields: str) -> str:
    """Ask for a link, let the worker work, and return the path of the newest link mailed."""
    client.post("/sign-in", data={"address": address, **fields})
    sign_in_mail.handle_requests(clock.now())
    return newest_link()


def newest_link() -> str:
    """The path of the link in the newest message."""
    mail = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    raw = mail.raw
    message = message_from_bytes(raw, policy=policy.default)
    text = message.get_body(("plain",)).get_content()
    return re.search(r"http://localhost(/\S+)", text)[1]
