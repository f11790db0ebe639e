"""What tests of appeals share: a group with people near and far, asked from its page."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import worker
from portal.db import db
from portal.jury.appeals import actions, standing
from portal.mail.mailings import expand_due
from portal.models.accounts import Person
from portal.models.appeals import JuryAppeal
from portal.models.groups import Group
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.models.seasons import Season
from tests.factories import create_camp, create_group, create_person, create_place, create_school
from tests.jury.signup.volunteering import body_of

HORTEN = {"municipality_code": "3901", "postcode": "3187", "latitude": 59.41, "longitude": 10.48}
HAMAR = {"municipality_code": "3403", "postcode": "2317", "latitude": 60.79, "longitude": 11.07}
LATER = datetime(2026, 10, 22, 6, 30, tzinfo=UTC)
HELD = timedelta(minutes=6)


def add_schools(season: Season) -> None:
    """One in Moss, one across the fjord, and one far away."""
    create_camp(season, create_school("Kirkeparken vgs"))
    create_camp(season, create_school("Horten vgs", **HORTEN), day=LATER, county_code="39")
    create_camp(season, create_school("Hamar vgs", **HAMAR), county_code="34")


def create_asked_group() -> tuple[Group, dict[str, Person]]:
    """Ola from Moss, Siri from Lillehammer, Nina from nowhere known, and Per without mail."""
    group = create_group("Faggruppe for fjorden")
    people = {
        "ola": create_person("Ola Hansen", postcode="1530", municipality_code="3103"),
        "siri": create_person("Siri Berg", municipality_code="3405"),
        "nina": create_person("Nina Dahl"),
        "per": create_person("Per Olsen", email=None, postcode="1530"),
    }
    for person in people.values():
        create_place(group, person)
    return group, people


def write_url(group: Group, season: Season) -> str:
    """Where the question is written."""
    return f"/groups/{group.slug}/appeals/seasons/{season.slug}/question"


def answers_url(group: Group, season: Season) -> str:
    """Where the answers stand."""
    return f"/groups/{group.slug}/appeals/seasons/{season.slug}/answers"


def preview_of(client: FlaskClient, group: Group, season: Season, *people: Person, **values) -> str:
    """Write the question to ``people``, and return the address of the preview."""
    data = {"person": [each.public_id for each in people], **values}
    return client.post(write_url(group, season), data=data).headers["Location"]


def seen_on(client: FlaskClient, preview: str) -> str:
    """What the button of the preview carries along."""
    return re.search(r'name="seen"[^>]*value="(\w+)"', client.get(preview).text)[1]


def press(client: FlaskClient, preview: str) -> str:
    """Press the button that sends, and return where that leads."""
    url = preview.replace("/preview", "/sending")
    return client.post(url, data={"seen": seen_on(client, preview)}).headers["Location"]


def ask(group: Group, season: Season, by: Person, now: datetime, **values) -> JuryAppeal:
    """Ask all of ``group`` who can be asked."""
    members = [m for m in standing.members_of(group, season, now) if m.is_asked_at_first]
    appeal = actions.keep(
        group, season, members, **{"words": "", "answer_by": None, **values}, by=by, now=now
    )
    looked_at = seen_of(appeal, now)
    actions.send(appeal, looked_at=looked_at, by=by, now=now)
    db.session.commit()
    return appeal


def seen_of(appeal: JuryAppeal, now: datetime) -> str:
    """What the page with the button would carry along."""
    members = standing.members_of(appeal.group, appeal.season, now)
    recipients = actions.still_asked(standing.recipients_of(appeal), members)
    return actions.seen(appeal, recipients, members)


def deliver(now: datetime) -> int:
    """Make messages of what is held no longer, and let them arrive; how many were made."""
    made = expand_due(worker.COMPOSERS, now, lambda: None)
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.SENT, sent_at=now)
    )
    db.session.commit()
    return made


def mails_to(person: Person, kind: str = "jury/appeal") -> list[OutboxMail]:
    """What was written to somebody, oldest first."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail)
            .where(OutboxMail.kind == kind, OutboxMail.person_id == person.id)
            .order_by(OutboxMail.id)
        )
    )


def link_in(mail: OutboxMail) -> str:
    """The path of the page that a mail leads to."""
    return re.search(r"http://localhost(/appeals/\S+)", body_of(mail))[1]


def mailings(kind: str) -> int:
    """How many mailings of a kind there are."""
    return db.session.scalar(sa.select(sa.func.count(Mailing.id)).where(Mailing.kind == kind)) or 0
