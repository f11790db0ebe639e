"""The minutes of the demo: approved and corrected and public, sent for comment, and a draft."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.demo import days, post
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.minutes import approving, commenting, publishing, sending
from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.groups import CURRENT_PLACES, Group, PlaceRole
from portal.models.meetings import AgendaItem, AgendaKind, Meeting, UsualItem
from portal.models.minutes import Attendance, AttendanceState, AttendsAs, Decision

_ITEMS = (
    AgendaValue(None, 1, "Godkjenning av innkalling", AgendaKind.APPROVAL, "", ""),
    AgendaValue(
        None, 2, "Hva vil kommunene samarbeide om?", AgendaKind.DISCUSSION, "Kari Nordmann",
        "https://filer.example.org/sporreundersokelse.pdf",
    ),
    AgendaValue(None, 3, "Orienteringer", AgendaKind.INFORMATION, "Kari Nordmann", ""),
)  # fmt: skip
_MINUTES = (
    "Ingen merknader.",
    """\
Kari gikk gjennom svarene på spørreundersøkelsen. Gruppen delte seg i tre og kom med innspill, \
i vilkårlig rekkefølge:

- Frisk Oslofjord, og hva det betyr for næringslivet
- Grønn omstilling
  - ombruk
  - kraft og tilgang til kraft
- Kompetanse og tilgang til arbeidskraft""",
    "Nettsidene for medlemmene er nye. Se [veiledningen](https://filer.example.org/nettsider).",
)
_CORRECTION = "Sak 2: Det var **fire** grupper, ikke tre."


def fill(groups: Groups, cast: Cast, now: datetime) -> None:
    """Bring the minutes of the meetings that were held as far as minutes come."""
    held = _held(groups.expert, now)
    first = _first_of_all(groups.expert, cast, now)
    _approve(first, held, cast)
    _send(_held(groups.fjord, now), cast, now)


def _held(group: Group, now: datetime) -> Meeting:
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event)
        .where(Meeting.group_id == group.id, Event.ends_at < now)
        .order_by(Event.starts_at.desc())
    ).first()  # type: ignore[return-value]


def _first_of_all(group: Group, cast: Cast, now: datetime) -> Meeting:
    """A meeting of half a year ago, with minutes that Siri wrote."""
    day = days.workday((now - timedelta(days=170)).date())
    values: dict[str, Any] = {
        "title": "Faggruppemøte om det vi vil sammen",
        "starts_at": days.at(day, 9),
        "ends_at": days.at(day, 10, 30),
        "place": "Lillestrøm rådhus",
        "municipality_code": "3205",
        "join_url": "",
        "language": "nb",
    }
    planned = days.at(day, 9) - timedelta(days=21)
    meeting = meeting_actions.plan_meeting(
        group, values, _ITEMS, intro="", by=cast.kari, now=planned
    )
    event_changes.publish(meeting.event, by=cast.kari, now=planned)
    meeting.called_at, meeting.minutes_taker = planned, cast.kari.name
    for item, text in zip(meeting.agenda, _MINUTES, strict=True):
        item.minutes = text
    meeting.agenda[0].decisions.append(Decision(text="Innkallingen er godkjent."))
    meeting.agenda[1].decisions.append(
        Decision(text="Det settes ned tre arbeidsgrupper for ett år.", is_proposal=True)
    )
    _attend(meeting, _seated(group), cast.kari)
    db.session.flush()
    return meeting


def _seated(group: Group) -> list[tuple[Person, str, bool]]:
    return [
        (place.person, place.organisation.name if place.organisation else "",
         place.role == PlaceRole.LEAD)
        for place in group.places
        if place.person and place.state in CURRENT_PLACES
    ]  # fmt: skip


def _attend(
    meeting: Meeting, seated: Sequence[tuple[Person, str, bool]], secretary: Person
) -> None:
    for position, (person, body, is_chair) in enumerate(seated):
        state = AttendanceState.APOLOGIES if position == 2 else AttendanceState.PRESENT
        meeting.attendances.append(
            Attendance(
                person=person, affiliation=body, state=state, is_chair=is_chair, position=position
            )
        )
    absent = seated[2][0]
    meeting.attendances += [
        Attendance(
            name="Marte Vang", affiliation=seated[2][1], state=AttendanceState.PRESENT,
            attends_as=AttendsAs.DEPUTY, instead_of=absent, position=len(seated),
        ),
        Attendance(
            person=secretary, affiliation="Osloregionen", state=AttendanceState.PRESENT,
            attends_as=AttendsAs.SECRETARIAT, position=len(seated) + 1,
        ),
    ]  # fmt: skip


def _approve(first: Meeting, held: Meeting, cast: Cast) -> None:
    """The meeting after it approved its minutes; they were corrected, and made public."""
    item = AgendaItem(
        meeting=held,
        number=len(held.agenda) + 1,
        title=f"Godkjenning av referat fra {dates.plain_day(first.event.first_day, 'nb')}",
        kind=AgendaKind.APPROVAL,
        usual=UsualItem.MINUTES,
        approves=first,
        minutes="Ingen merknader.",
    )
    db.session.add(item)
    db.session.flush()
    approved = held.event.starts_at + timedelta(minutes=5)
    approving.approve_at(item, "", by=cast.kari, now=approved)
    approving.add_addendum(first, _CORRECTION, by=cast.kari, now=approved + timedelta(days=4))
    publishing.publish(first, by=cast.kari, now=approved + timedelta(days=5))


def _send(meeting: Meeting, cast: Cast, now: datetime) -> None:
    """Sent a week ago; one comment is answered, two are not."""
    sent = now - timedelta(days=7)
    meeting.minutes_taker = cast.amir.name
    sending.send(
        meeting,
        days.workday((now + timedelta(days=7)).date()),
        with_guests=False,
        seen_revision=meeting.minutes_revision,
        seen_rounds=0,
        by=cast.ingrid,
        now=sent,
    )
    post.deliver(sent)
    second = meeting.agenda[1]
    answered = commenting.comment(
        meeting, second, "Det var elleve kommuner som hadde svart, ikke ti.",
        by=cast.amir, now=sent + timedelta(days=1),
    )  # fmt: skip
    commenting.handle(
        answered, "Takk. Vi retter det før referatet godkjennes.",
        seen=commenting.state_of(answered), by=cast.ingrid, now=sent + timedelta(days=2),
    )  # fmt: skip
    commenting.comment(
        meeting, meeting.agenda[2],
        "Kan vi få med at havnene også nevnte fjernvarme?",
        by=cast.ola, now=sent + timedelta(days=3),
    )  # fmt: skip
    commenting.comment(
        meeting, None, "Fint referat. Listen over hvem som var til stede, stemmer for min del.",
        by=cast.ola, now=sent + timedelta(days=3),
    )  # fmt: skip
