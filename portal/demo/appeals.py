"""A group asked about jury duty in the season to come, with answers of every sort."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from portal.db import db
from portal.demo import names, people, post
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.demo.season import ComingSeason
from portal.groups.places import actions as place_actions
from portal.groups.setup import actions as groups
from portal.jury.appeals import actions, addresses, standing
from portal.jury.signup import drafts
from portal.jury.signup.answers import known_of
from portal.mail import choices
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import Group, GroupKind, PlaceRole, PlaceState
from portal.models.mailings import Topic
from portal.tokens import secret

_ASKED_BEFORE, _BEGUN_BEFORE = timedelta(days=29), timedelta(days=2)
_SEED = 27
# Near a school and not, on both sides of the fjord.
_WORKPLACES = ("3103", "3901", "3301", "3403", "3450", "0301")
_MANDATE = """\
Gruppen følger opp tiltakene for vannkvalitet og friluftsliv i kommunene rundt fjorden."""
_WORDS = """\
Vi har snakket om campene på de to siste møtene. Nå er det på tide å melde seg. Elevene setter \
stor pris på folk som kan faget."""


def fill(seated: Groups, coming: ComingSeason, cast: Cast, now: datetime) -> JuryAppeal:
    """Set up the group, and ask it as soon as people could sign up; some do so later."""
    then = now - _ASKED_BEFORE
    newcomers = _newcomers(cast)
    group = _group(seated, cast, [cast.volunteers[31], cast.volunteers[47], *newcomers], then)
    choices.turn_off(newcomers[5], Topic.NEWS, now=then)
    db.session.flush()
    chosen = [
        member
        for member in standing.members_of(group, coming.season, then)
        if member.is_asked_at_first
    ]
    closes = coming.season.signup_closes_at
    appeal = actions.keep(
        group, coming.season, chosen, words=_WORDS, answer_by=closes.date() if closes else None,
        by=cast.kari, now=then,
    )  # fmt: skip
    members = standing.members_of(group, coming.season, then)
    looked_at = actions.seen(appeal, standing.recipients_of(appeal), members)
    post.deliver_alone(actions.send(appeal, looked_at=looked_at, by=cast.kari, now=then), then)
    declines, _waits, bounced, begins, *_rest = newcomers
    actions.decline(
        _row_of(appeal, declines), comment="Jeg er i permisjon i høst. Spør gjerne neste år.",
        now=then + timedelta(days=1),
    )  # fmt: skip
    post.refuse(bounced.email or "")
    _begin(_row_of(appeal, begins), coming, now - _BEGUN_BEFORE)
    return appeal


def begin_another(seated: Groups, coming: ComingSeason, cast: Cast, now: datetime) -> None:
    """What Kari is about to ask the expert group; nobody has got it."""
    members = standing.members_of(seated.expert, coming.season, now)
    chosen = [member for member in members if member.is_asked_at_first]
    actions.keep(
        seated.expert, coming.season, chosen, words=_WORDS, answer_by=None, by=cast.kari,
        now=now - timedelta(minutes=5),
    )  # fmt: skip


def _newcomers(cast: Cast) -> list[Person]:
    known = set(db.session.scalars(sa.select(Person.name)))
    invented = islice(names.invented(random.Random(_SEED), known), len(_WORKPLACES))
    return [
        people.add(name, cast.kari, workplace, "Rådgiver")
        for name, workplace in zip(invented, _WORKPLACES, strict=True)
    ]


def _group(seated: Groups, cast: Cast, members: Sequence[Person], now: datetime) -> Group:
    group = groups.create_group(
        {
            "name": "Arbeidsgruppe for vannkvalitet og friluftsliv",
            "kind": GroupKind.WORKING,
            "mandate": _MANDATE,
            "parent_id": seated.expert.id,
            "starts_on": now.date(),
            "ends_on": (now + timedelta(days=365)).date(),
        },
        by=cast.kari,
        now=now,
    )
    for number, person in enumerate(members):
        role = PlaceRole.LEAD if number == 0 else PlaceRole.MEMBER
        place_actions.add_place(
            group,
            {"state": PlaceState.CONFIRMED, "role": role,
             "organisation_id": person.organisation_id},
            person=person,
            by=cast.kari,
            now=now,
        )  # fmt: skip
    return group


def _row_of(appeal: JuryAppeal, person: Person) -> AppealRecipient:
    return next(row for row in standing.recipients_of(appeal) if row.person_id == person.id)


def _begin(recipient: AppealRecipient, coming: ComingSeason, now: datetime) -> None:
    """Let somebody have pressed "Yes" and stopped there."""
    person, link = recipient.person, addresses.url_of(recipient, recipient.person)
    known = {**known_of(person), "name": person.name, "email": person.email or ""}
    given = {"known": known, "appeal": link.rpartition("/")[2], "proven": person.emails[0].folded}
    drafts.begin(
        coming.season, None, mark=secret(), answers=given, language=person.language, now=now
    )
