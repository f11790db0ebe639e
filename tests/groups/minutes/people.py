"""What tests of minutes share: meetings held, with all that minutes can hold."""

from datetime import date, timedelta

from portal import clock
from portal.db import db
from portal.groups.minutes import approving, document, sending
from portal.models.groups import Group
from portal.models.meetings import AgendaKind, Meeting, UsualItem
from portal.models.minutes import Attendance, AttendanceState, AttendsAs, Decision
from tests.factories import create_follow_up, create_person
from tests.groups.people import add_item, create_called, invite, lead_of, member_of

MINUTES = """\
Ti av fjorten kommuner har **svart**.

- Moss
- Horten
  - ferga

Se [kartet](https://kart.example.org/)."""


def create_held(group: Group, days_ago: int = 30, **values) -> Meeting:
    """A meeting that was held and called, with one item; the lead chaired it."""
    meeting = create_called(
        group, starts_at=clock.now() - timedelta(days=days_ago), place="Moss rådhus", **values
    )
    add_item(meeting, 1, "Mandat", minutes="Gruppen var enig.")
    _attend(meeting, lead_of(group), "Moss kommune", is_chair=True)
    _attend(meeting, member_of(group), "Horten kommune")
    invite(meeting, lead_of(group), member_of(group))
    return meeting


def fill(meeting: Meeting) -> None:
    """Let the minutes of ``meeting`` hold everything that minutes can."""
    group, nora = meeting.group, create_person("Nora Lie")
    meeting.minutes_taker = "Kari Nordmann"
    _attend(meeting, nora, "Drammen", state=AttendanceState.APOLOGIES)
    _attend(meeting, create_person("Per Dahl"), "Drammen", attends_as=AttendsAs.DEPUTY,
            instead_of=nora)  # fmt: skip
    meeting.attendances.append(
        Attendance(name="Maria fra Ås", state=AttendanceState.ABSENT, attends_as=AttendsAs.GUEST,
                   position=9)
    )  # fmt: skip
    item = add_item(
        meeting, 2, "Hva gjør kommunene?", kind=AgendaKind.INFORMATION, minutes=MINUTES,
        presenter="Amir Khan", papers="Kartlegging https://filer.example.org/a_b.pdf\nNotat",
    )  # fmt: skip
    item.decisions += [
        Decision(text="Gruppen arbeider videre med ombruk."),
        Decision(text="Tre arbeidsgrupper", is_proposal=True),
    ]
    create_follow_up(
        group, "Ring Moss", meeting=meeting, item=item, owner=member_of(group),
        due_on=date(2026, 9, 3),
    )  # fmt: skip
    create_follow_up(group, "Finn eieren", meeting=meeting, item=item)
    create_follow_up(group, "Send referatet", meeting=meeting, owner_label="Sekretariatet")
    db.session.commit()


def send(meeting: Meeting, by, *, days: int = 14, guests: bool = False, rounds: int = 0) -> int:
    """Send the minutes for comment now."""
    told = sending.send(
        meeting, (clock.now() + timedelta(days=days)).date(), with_guests=guests,
        seen_revision=meeting.minutes_revision, seen_rounds=rounds, by=by, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return told


def create_later(earlier: Meeting, **values) -> Meeting:
    """A meeting under way now, with an item that approves the minutes of ``earlier``."""
    later = create_called(
        earlier.group, title="Neste møte", starts_at=clock.now() - timedelta(hours=1), **values
    )
    add_item(
        later, 1, "Godkjenning av referat", kind=AgendaKind.APPROVAL, usual=UsualItem.MINUTES,
        approves=earlier,
    )  # fmt: skip
    return later


def approve(earlier: Meeting, by, changes: str = "") -> Meeting:
    """Let a later meeting approve the minutes of ``earlier``; that meeting."""
    later = create_later(earlier)
    approving.approve_at(later.agenda[0], changes, by=by, now=clock.now())
    db.session.commit()
    return later


def read(meeting: Meeting) -> document.Minutes:
    """The minutes as they stand now."""
    db.session.expire_all()
    return document.of(meeting)


def _attend(meeting: Meeting, person, affiliation: str, **values) -> None:
    meeting.attendances.append(
        Attendance(
            person=person, affiliation=affiliation, position=len(meeting.attendances),
            **{"state": AttendanceState.PRESENT, **values},
        )
    )  # fmt: skip
    db.session.commit()
