"""Whole messages and calendars as they leave the portal, kept beside as files.

After a change that was meant, write them anew and look at what ``git diff`` says of it:

    python -m tests.invitations.golden

The .ics beside a message is the calendar it carries, which base64 would hide from the reader.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
import time_machine
from flask_migrate import upgrade

from portal import worker
from portal.app import create_app
from portal.calendar import entries, ical
from portal.db import db
from portal.invitations import actions, event_changes
from portal.jury.asks import asking
from portal.mail import outbox
from portal.models.accounts import Person, RoleName
from portal.models.events import Event, EventKind
from portal.models.invitations import Answer, AnswerSource
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests import factories
from tests.conftest import NOW, settings
from tests.invitations.sending import let_mail_leave
from tests.mail.rules import calendar_of

FOLDER = Path(__file__).parent / "golden"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LANGUAGES = ("nb", "nn", "en")
JOIN = "https://video.example.org/rom?id=7;a=1,b"
# The longest title there can be, of what Norwegian keyboards and telephones write.
LONGEST = ("Čáŋŋáladdan: «Fjorden, folket; og \\framtida\\» 👩‍🏫 æøå " * 4)[:200]


@dataclass(frozen=True)
class Cast:
    """Kari invites; ``reader`` gets the message that is kept, in their language."""

    kari: Person
    reader: Person
    name: str

    def event(self, title: str, **values: Any) -> Event:
        """An event whose address and uid are the same each time."""
        kept = {"slug": self.name, "uid": f"{self.name}@localhost", "language": self.language}
        contact = {"contact_name": "Kari Nordmann", "contact_email": "kari.nordmann@example.org"}
        return factories.create_event(title, **{**kept, **contact, **values})

    @property
    def language(self) -> str:
        return self.reader.language

    def invited(self, event: Event) -> Event:
        """``event``, with an invitation to it that is some days old."""
        actions.invite(event, self.reader, by=self.kari, now=NOW - 3 * DAY)
        let_mail_leave()
        return event

    def accepts(self, event: Event) -> None:
        """The reader says that they come."""
        invitation = actions.invitation_of(event, self.reader)
        actions.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=NOW - 2 * DAY)

    def told(self, event: Event, values: dict[str, Any]) -> None:
        """``event`` is changed, and those invited are told at once."""
        event_changes.change(event, values, by=self.kari, now=NOW - HOUR)
        event_changes.tell(event, by=self.kari, now=NOW)


def ask(cast: Cast) -> None:
    _seat(cast)


def entry(cast: Cast) -> None:
    asking.accept(_seat(cast), now=NOW)


def request(cast: Cast) -> None:
    actions.invite(_webinar(cast), cast.reader, by=cast.kari, now=NOW)


def update_of_time(cast: Cast) -> None:
    event = cast.invited(_webinar(cast))
    cast.accepts(event)
    cast.told(event, {"starts_at": event.starts_at + DAY, "ends_at": event.ends_at + DAY})


def update_of_text(cast: Cast) -> None:
    event = cast.invited(_webinar(cast))
    cast.accepts(event)
    cast.told(event, {"title": "Webinar om fjord, folk og fe", "place": "Nettet"})


def cancel(cast: Cast) -> None:
    event = cast.invited(_webinar(cast))
    event_changes.cancel(event, "For få påmeldte.", by=cast.kari, now=NOW)


def uninvite(cast: Cast) -> None:
    actions.uninvite(cast.invited(_webinar(cast)), cast.reader, by=cast.kari, now=NOW)


def leave(cast: Cast) -> None:
    actions.uninvite(cast.invited(_webinar(cast)), cast.reader, by=cast.reader, now=NOW)


def all_day(cast: Cast) -> None:
    actions.invite(_days(cast, 1), cast.reader, by=cast.kari, now=NOW)


def multi_day(cast: Cast) -> None:
    actions.invite(_days(cast, 3), cast.reader, by=cast.kari, now=NOW)


def online(cast: Cast) -> None:
    event = cast.event("Møte på nett", kind=EventKind.MEETING, join_url=JOIN)
    actions.invite(event, cast.reader, by=cast.kari, now=NOW)


def hybrid(cast: Cast) -> None:
    actions.invite(_hybrid(cast), cast.reader, by=cast.kari, now=NOW)


def longest(cast: Cast) -> None:
    event = cast.event(LONGEST, description="Å møtes, á lohkat; čállit \\ 🎉\n" * 62)
    actions.invite(event, cast.reader, by=cast.kari, now=NOW)


# What every kind of message is named, how it comes about, and the languages it is kept in. New ones
# go last: row numbers stand in the addresses of those that follow.
MESSAGES: dict[str, tuple[Callable[[Cast], None], tuple[str, ...]]] = {
    "ask": (ask, LANGUAGES),
    "entry": (entry, LANGUAGES),
    "request": (request, LANGUAGES),
    "update-of-time": (update_of_time, LANGUAGES),
    "update-of-text": (update_of_text, LANGUAGES),
    "cancel": (cancel, LANGUAGES),
    "uninvite": (uninvite, LANGUAGES),
    "leave": (leave, LANGUAGES),
    "all-day": (all_day, ("nb",)),
    "multi-day": (multi_day, ("nn",)),
    "online": (online, ("en",)),
    "hybrid": (hybrid, ("nb",)),
    "longest": (longest, ("nn",)),
}


def files() -> dict[str, bytes]:
    """By the name of its file: each message and calendar, made in an empty database."""
    made = {}
    with time_machine.travel(NOW, tick=False), _numbered_names():
        kari = _person("Kari Nordmann", "nb", role=RoleName.ORGANISER)
        readers = {
            "nb": _person("Ola Hansen", "nb"),
            "nn": _person("Siri Berg", "nn"),
            "en": _person("Amir Khan, PhD", "en"),
        }
        for kind, (happen, languages) in MESSAGES.items():
            for language in languages:
                name = f"{kind}-{language}"
                happen(Cast(kari, readers[language], name))
                _expand()
                raw = _newest_to(readers[language]).raw
                made[f"{name}.eml"] = raw
                if calendar := calendar_of(raw):
                    made[f"{name}.ics"] = calendar
        made |= _calendars(Cast(kari, readers["nb"], "open"))
    return made


def write() -> None:
    """Put ``files`` in place of those that are kept."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


def kept() -> dict[str, bytes]:
    """The files as they are."""
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def _calendars(cast: Cast) -> dict[str, bytes]:
    """What anybody may download: without guests, and without the link to join."""
    event = _hybrid(cast)
    event_changes.change(event, {"summary": "Alle kan komme."}, by=cast.kari, now=NOW)
    download = ical.document([event.ical_public])
    event_changes.cancel(event, "Lokalet er ikke ledig.", by=cast.kari, now=NOW)
    cancelled = ical.document([event.ical_public])
    days = _days(Cast(cast.kari, cast.reader, "open-days"), 2)
    entries.render(days)
    return {
        "download.ics": download,
        "cancelled.ics": cancelled,
        "days.ics": ical.document([days.ical_public]),
    }


def _webinar(cast: Cast) -> Event:
    return cast.event(
        "Webinar om fjord, folk og «frie fugler»; del 2",
        summary="Vi går gjennom høringen.",
        description="Les **dette** først: [høringen](https://example.org/hoering).\n\n- én\n- to",
        streaming_url="https://stream.example.org/direkte",
    )


def _hybrid(cast: Cast) -> Event:
    return cast.event(
        "Møte om fjorden",
        kind=EventKind.MEETING,
        place="Oslo rådhus",
        address="Fridtjof Nansens plass 1, 0160 Oslo",
        latitude=59.9119,
        longitude=10.7337,
        county_code="03",
        join_url=JOIN,
        streaming_url="https://stream.example.org/direkte",
    )


def _days(cast: Cast, number: int) -> Event:
    # Over the night on which the clocks are put back.
    starts = datetime(2026, 10, 23, 22, tzinfo=UTC)
    ends = {1: datetime(2026, 10, 24, 22, tzinfo=UTC), 2: datetime(2026, 10, 25, 23, tzinfo=UTC)}
    return cast.event(
        "Samling på Hankø",
        kind=EventKind.GATHERING,
        all_day=True,
        starts_at=starts,
        ends_at=ends.get(number, datetime(2026, 10, 26, 23, tzinfo=UTC)),
        place="Hankø",
    )


def _seat(cast: Cast) -> Assignment:
    """A seat on the jury of a camp, that the reader is asked for."""
    season = factories.create_season(slug=cast.name)
    school = factories.create_school("Moss videregående skole", orgnr=f"9{season.id:08}")
    camp = factories.create_camp(
        season,
        school,
        slug=cast.name,
        uid=f"{cast.name}@localhost",
        language=cast.language,
    )
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=cast.reader,
        state=AssignmentState.PROPOSED,
        created_at=NOW - 4 * DAY,
    )
    db.session.add(seat)
    db.session.flush()
    asking.ask([seat], key=cast.name, by=cast.kari, now=NOW - 3 * DAY)
    return seat


def _person(name: str, language: str, **values: Any) -> Person:
    address = f"{name.partition(',')[0].lower().replace(' ', '.')}@example.org"
    return factories.create_person(name, email=address, language=language, **values)


def _expand() -> None:
    waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    for mailing in db.session.scalars(waiting).all():
        for key, message in worker.COMPOSERS[mailing.kind](mailing, NOW):
            outbox.enqueue(message, key=key, now=NOW, mailing_id=mailing.id)
        mailing.expanded_at = NOW
    db.session.flush()


def _newest_to(person: Person) -> OutboxMail:
    return db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
        .limit(1)
    ).one()


@contextmanager
def _numbered_names() -> Iterator[None]:
    """Messages are named by chance; here they are named by number."""
    names = (f"name{number:08}" for number in count(1))
    with mock.patch.object(outbox, "public_id", side_effect=names):
        yield


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(f"sqlite:///{folder}/golden.db", Path(folder)))
        with app.app_context():
            upgrade()
            write()
            db.session.remove()
    print(f"{len(kept())} files are written to {FOLDER}")


if __name__ == "__main__":
    main()
