"""A volunteer's way through the pages, for the tests of them."""

import email.policy
import re
from email import message_from_bytes
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.models.jury import JurySignup
from portal.models.mail import OutboxMail
from portal.models.seasons import Camp, Season

ADDRESS = "ola.hansen@example.org"
OLA = {"name": "Ola Hansen", "email": ADDRESS}
TRAVEL = {"postcode": "1530", "longest": "any", "most_camps": "2", "takes_ferry": "y"}


def begin(client: FlaskClient, season: Season, **values: Any) -> str:
    """Send the first step, and return the address of the next page."""
    data = {**OLA, **TRAVEL, **values}
    return client.post(f"/seasons/{season.slug}/signup", data=data).headers["Location"]


def fill_in(client: FlaskClient, season: Season, *camps: Camp, **values: Any) -> str:
    """Answer all three steps with a yes to ``camps``, and return where the answers are checked."""
    page = begin(client, season, **values)
    page = client.post(page, data={f"camp_{camp.id}": "yes" for camp in camps}).headers["Location"]
    return client.post(page, data=schools(*camps)).headers["Location"]


def schools(*camps: Camp, **values: Any) -> dict[str, Any]:
    """What the last step sends for camps of which nothing is wished."""
    wishes = {f"wish_{camp.school_id}": "none" for camp in camps}
    return {**wishes, "consent": "y", **values}


def submit(client: FlaskClient, season: Season, *camps: Camp, **values: Any) -> str:
    """Send in the answers of somebody not signed in, and return the link in the mail."""
    client.post(fill_in(client, season, *camps, **values))
    return newest_link()


def newest_link() -> str:
    """The path of the link in the newest mail that carries one to confirm."""
    mail = mails("jury/confirm_signup")[-1]
    return re.search(r"http://localhost(/signups/confirm/\S+)", body_of(mail))[1]


def mails(kind: str) -> list[OutboxMail]:
    """The mails of one kind, oldest first."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
        )
    )


def body_of(mail: OutboxMail) -> str:
    """The plain text of a queued mail."""
    whole = message_from_bytes(mail.raw, policy=email.policy.default)
    return whole.get_body(("plain",)).get_content().replace("\r\n", "\n")


def signups() -> list[JurySignup]:
    """Every sign-up there is."""
    return list(db.session.scalars(sa.select(JurySignup).order_by(JurySignup.id)))
