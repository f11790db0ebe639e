"""Scanners follow every link in a mail before its reader does: that must not answer anything."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from tests.invitations import golden
from tests.invitations.test_golden import readable_message

pytestmark = pytest.mark.usefixtures("in_august")
OURS = "http://localhost"


class Links(HTMLParser):
    """Where a page or mail leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def test_following_every_link_of_every_message_changes_nothing(app: Flask, client: FlaskClient):
    messages = [raw for name, raw in golden.files().items() if name.endswith(".eml")]
    db.session.commit()
    paths = sorted({path for raw in messages for path in paths_in(raw)})
    before = everything()

    answers = {
        (path, method): client.open(
            path, method=method, check=False, follow_redirects=True
        ).status_code
        for path in paths
        for method in ("GET", "HEAD")
    }

    assert {path.split("/")[1] for path in paths} >= {"asks", "invitations", "events"}
    assert {asked: status for asked, status in answers.items() if status != 200} == {}
    assert everything() == before


def paths_in(raw: bytes) -> set[str]:
    text = readable_message(raw)
    # In plain text and in calendars a link ends with the line; commas are escaped in the latter.
    typed = set(re.findall(rf"{OURS}/[^\s\"'<>\\]+", text))
    every = {link for link in typed | Links(text).found if link.startswith(f"{OURS}/")}
    return {link.removeprefix(OURS) for link in every}


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: db.session.execute(sa.select(table).order_by(*table.primary_key)).all()
        for table in db.metadata.sorted_tables
    }
