"""Writing to many as an organiser does it in a browser."""

import re
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import worker
from portal.db import db
from portal.mail import mailings
from portal.models.groups import Group
from portal.models.mailings import Mailing
from tests.factories import create_group, create_person, create_place

DRAFT = "abcdefghjkmn"
AT = f"/organise/mailings/drafts/{DRAFT}"
TEXT = {"subject_nb": "Nytt om {navn}", "body_nb": "Hei {fornavn}\n\nDette er **viktig**."}


def group_of(people: int, **values: Any) -> Group:
    """A group in which so many sit."""
    group = create_group(**values)
    for number in range(people):
        create_place(group, create_person(f"Medlem {number}", email=f"m{number}@example.org"))
    return group


def typed(group: Group, /, **values: str) -> dict[str, str]:
    """What is typed to write to the members of ``group``."""
    return {"who": "group", "group": str(group.id), **TEXT, **values}


def write(browser: FlaskClient, group: Group, /, **values: str) -> None:
    """Begin the draft and write it, up to the preview."""
    browser.post("/organise/mailings/drafts", data={"name": DRAFT})
    answer = browser.post(AT, data=typed(group, **values))
    assert answer.headers.get("Location") == f"{AT}/preview", answer.text


def confirmation(browser: FlaskClient) -> dict[str, str]:
    """What the last page sends when its button is pressed."""
    page = browser.get(f"{AT}/sending").text
    found = re.findall(r'name="(revision|count)"[^>]*value="(\d+)"', page)
    return dict(found)


def send(browser: FlaskClient, **values: str) -> Mailing:
    """Press the last button; gives the mailing."""
    answer = browser.post(f"{AT}/sending", data={**confirmation(browser), **values})
    assert answer.headers.get("Location", "").startswith("/organise/mailings/"), answer.text
    found = db.session.scalars(sa.select(Mailing)).one()
    assert answer.headers["Location"] == f"/organise/mailings/{found.public_id}"
    return found


def expand(now) -> int:
    """Let the worker make messages of what is due."""
    db.session.commit()
    return mailings.expand_due(worker.COMPOSERS, now, lambda: None)
