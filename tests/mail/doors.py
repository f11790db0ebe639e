"""Ways in: each takes what somebody types, queues the mail of it, and says if it was refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

import sqlalchemy as sa

from portal.accounts import sign_in_mail
from portal.db import db
from portal.groups.places import notices as group_notices
from portal.invitations import actions as invitations
from portal.invitations import notices as invitation_notices
from portal.jury.signup import notices as jury_notices
from portal.mail import outbox
from portal.mail.composing import compose
from portal.mail.message import Message
from portal.models.accounts import Person
from portal.models.mail import OutboxMail
from tests.events.typing_in import typed
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_place,
    create_season,
    create_signup,
)
from tests.groups.people import GROUP, PLACE, url_of
from tests.jury.signup.volunteering import OLA, TRAVEL, schools
from tests.seasons.helpers import SEASON_FORM

NAME, ADDRESS = "Ola Hansen", "ola.hansen@example.net"
numbers = count()


class Typing:
    """Somebody at a form of the portal."""

    def __init__(self, client) -> None:
        self._client = client

    def post(self, path: str, **values: object):
        """Send a form; what no text can hold is sent as the bytes it would be."""
        return self._client.post(
            path,
            data=urlencode(values, doseq=True, errors="surrogatepass"),
            content_type="application/x-www-form-urlencoded",
            check=False,
        )


def is_refused(response) -> bool:
    assert response.status_code in (302, 400, 422, 429), response.status_code
    return response.status_code != 302


def volunteer(field: str):
    def door(client, kari, now) -> Callable[[str], bool]:
        season = create_season(signup_closes_at=datetime(2099, 1, 1, tzinfo=UTC))
        camp, typing = create_camp(season, day=datetime(2098, 5, 5, 7, tzinfo=UTC)), Typing(client)
        wishes = schools(camp)

        def put(payload: str) -> bool:
            own = {"email": f"ola{next(numbers)}@example.net"} | {field: payload}
            first = typing.post(f"/seasons/{season.slug}/signup", **{**OLA, **TRAVEL, **own})
            if is_refused(first):
                return True
            second = typing.post(first.headers["Location"], **{f"camp_{camp.id}": "yes"})
            third = typing.post(second.headers["Location"], **wishes)
            return is_refused(typing.post(third.headers["Location"]))

        return put

    return door


def profile(client, kari, now):
    typing = Typing(client)

    def put(payload: str) -> bool:
        sent = typing.post("/my/profile", name=payload, language="nb", postcode="1530")
        if not is_refused(sent):
            queue(compose("outbox/test", kari, number=1, count=1, sent_at=now), now)
        return is_refused(sent)

    return put


def own_address(client, kari, now):
    return lambda payload: is_refused(Typing(client).post("/my/addresses", address=payload))


def sign_in(client, kari, now):
    kari.emails[0].address = ADDRESS
    db.session.commit()

    def put(payload: str) -> bool:
        sent = Typing(client).post("/sign-in", address=payload)
        sign_in_mail.handle_requests(now)
        # Whether or not somebody is known, the page is the same.
        return sent.status_code != 200

    return put


def season(field: str):
    def door(client, kari, now):
        row = create_season()
        signup = create_signup(row, kari)

        def put(payload: str) -> bool:
            sent = Typing(client).post(
                f"/organise/seasons/{row.slug}/edit", **{**SEASON_FORM, field: payload}
            )
            if not is_refused(sent):
                queue(jury_notices.withdrawal_receipt(signup), now)
            return is_refused(sent)

        return put

    return door


def event(field: str):
    def door(client, kari, now):
        row = create_event()
        row.sequence = 0
        invitation = invitations.invite(row, kari, by=None, now=now)
        db.session.execute(sa.delete(OutboxMail))
        db.session.commit()

        def put(payload: str) -> bool:
            filled = typed(**{"revision": str(row.revision), field: payload})
            sent = Typing(client).post(f"/organise/events/{row.slug}/edit", **filled)
            if not is_refused(sent):
                queue(invitation_notices.request(invitation, now), now)
            return is_refused(sent)

        return put

    return door


def group_name(client, kari, now):
    row = create_group()
    place = create_place(row, kari)

    def put(payload: str) -> bool:
        sent = Typing(client).post(
            f"/organise/groups/{row.slug}/edit", **{**GROUP, "name": payload}
        )
        if not is_refused(sent):
            queue(group_notices.place(place, kari), now)
        return is_refused(sent)

    return put


def place(field: str):
    def door(client, kari, now):
        row = create_group()

        def put(payload: str) -> bool:
            own = {"name": NAME, "email": f"ola{next(numbers)}@example.net"} | {field: payload}
            return is_refused(
                Typing(client).post(url_of(row, "/places/new"), **{**PLACE, **own, "tell": "y"})
            )

        return put

    return door


def outbox_test(client, kari, now):
    runner = client.application.test_cli_runner()
    return lambda payload: ended(runner.invoke(args=["outbox", "test", "--", payload]))


def people_grant(client, kari, now):
    runner = client.application.test_cli_runner()

    def put(payload: str) -> bool:
        refused = ended(runner.invoke(args=["people", "grant", "--", payload, "organiser"]))
        if not refused:
            newest = sa.select(Person).order_by(Person.id.desc()).limit(1)
            person = db.session.scalars(newest).one()
            queue(compose("outbox/test", person, number=1, count=1, sent_at=now), now)
        return refused

    return put


def ended(result) -> bool:
    """Whether a command refused what it was given."""
    assert result.exit_code in (0, 2), result
    return result.exit_code == 2


def queue(message: Message, now: datetime) -> None:
    outbox.enqueue(message, key=f"injection-{next(numbers)}", now=now)
    db.session.commit()


DOORS = {
    "sign-up: name": (volunteer("name"), NAME),
    "sign-up: address": (volunteer("email"), ADDRESS),
    "profile: name": (profile, NAME),
    "profile: address": (own_address, ADDRESS),
    "sign-in: address": (sign_in, ADDRESS),
    "season: name": (season("name"), "Oppdrag Oslofjorden"),
    "season: contact": (season("contact_name"), NAME),
    "season: contact's address": (season("contact_email"), ADDRESS),
    "event: title": (event("title"), "Webinar om fjorden"),
    "event: contact": (event("contact_name"), NAME),
    "event: contact's address": (event("contact_email"), ADDRESS),
    "event: place": (event("place"), "Moss"),
    "group: name": (group_name, "Gruppe for fjorden"),
    "place: name": (place("name"), NAME),
    "place: address": (place("email"), ADDRESS),
    "outbox test": (outbox_test, ADDRESS),
    "people grant": (people_grant, ADDRESS),
}
