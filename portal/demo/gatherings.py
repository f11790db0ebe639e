"""Two meetings of the demo that are more than most: one with guests, one of two days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.demo import days, post
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import deputies, guests, summons, usual
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.meetings.deputies import Wanted
from portal.groups.meetings.timing import Span
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.groups import Group, PlaceRole
from portal.models.invitations import Answer
from portal.models.meetings import AgendaKind, Meeting

_PAPERS = "https://saker.example.org"


def fill(groups: Groups, cast: Cast, now: datetime) -> None:
    """Plan and call both; one member of the first sends somebody in their place."""
    _with_guests(groups, cast, now)
    _joint(groups, cast, now)


def _with_guests(groups: Groups, cast: Cast, now: datetime) -> None:
    planned, called = now - timedelta(days=9), now - timedelta(days=8)
    day = days.workday((now + timedelta(days=34)).date())
    values: dict[str, Any] = {
        "title": "Faggruppemøte om nytt handlingsprogram",
        "starts_at": days.at(day, 9),
        "ends_at": days.at(day, 11),
        "place": "Oslo rådhus",
        "municipality_code": "0301",
        "join_url": "https://mote.example.org/handlingsprogram",
        "language": "nb",
    }
    items = [
        *usual.first_items(groups.expert, language="nb", now=planned),
        _item("Utkast til handlingsprogram 2028–2031", AgendaKind.DECISION, "Siri Berg", 40,
              f"Saksnotat {_PAPERS}/handlingsprogram\nUtkast, versjon 2 {_PAPERS}/utkast"),
        _item("Hva jurydagene viste", AgendaKind.INFORMATION, "Turid Bakke", 20,
              "Oppsummeringen deles ut i møtet"),
        _item("Innspill fra kommunene", AgendaKind.INPUT, "", 30, ""),
        _item("Eventuelt", AgendaKind.DISCUSSION, "", 10, ""),
    ]  # fmt: skip
    meeting = meeting_actions.plan_meeting(
        groups.expert,
        values,
        items,
        intro="Les utkastet på forhånd, og ta med to punkter du mener bør stå sterkere.",
        by=cast.kari,
        now=planned,
    )
    for person, note in zip(cast.volunteers[40:42], _NOTES, strict=True):
        guests.add_guest(meeting, person, note=note, by=cast.kari, now=planned)
    summons.call_meeting(meeting, by=cast.kari, now=called)
    post.deliver(called)
    _answer(groups.expert, meeting, called + timedelta(days=1))


_NOTES = ("Orienterer om jurydagene", "Har skrevet kapitlet om kompetanse")


def _answer(group: Group, meeting: Meeting, now: datetime) -> None:
    """Two come, and one cannot but sends a colleague."""
    members = [place.person for place in group.places
               if place.role == PlaceRole.MEMBER and place.is_current and place.person]  # fmt: skip
    for person, given in zip(members, (Answer.ACCEPTED, Answer.ACCEPTED), strict=False):
        deputies.answer(_invitation(meeting, person), given, now=now)
    deputies.answer(
        _invitation(meeting, members[2]),
        Answer.DELEGATED,
        comment="Jeg er på kurs den dagen.",
        wanted=Wanted(name="Tuva Aas", email="tuva.aas@example.org"),
        now=now,
    )
    post.deliver(now)


def _invitation(meeting: Meeting, person: Person) -> Any:
    found = invitations.invitation_of(meeting.event, person)
    assert found is not None, "everybody in the group was called"
    return found


def _joint(groups: Groups, cast: Cast, now: datetime) -> None:
    first = days.workday((now + timedelta(days=69)).date(), 2)
    second = first + timedelta(days=1)
    spans = [
        Span(days.at(first, 12), days.at(first, 17)),
        Span(days.at(second, 9), days.at(second, 13)),
    ]
    values: dict[str, Any] = {
        "title": "Felles samling for faggruppen og arbeidsgruppene",
        "starts_at": spans[0].starts_at,
        "ends_at": spans[-1].ends_at,
        "place": "Moss hotell",
        "municipality_code": "3103",
        "language": "nb",
    }
    meeting = meeting_actions.plan_meeting(
        groups.expert,
        values,
        _TWO_DAYS,
        intro="Lunsj begge dager. Ring sekretariatet hvis det er mat du ikke tåler.",
        days=spans,
        others=[groups.fjord.id, groups.talent.id],
        by=cast.kari,
        now=now - timedelta(days=4),
    )
    summons.call_meeting(meeting, by=cast.kari, now=now - timedelta(days=3))
    post.deliver(now - timedelta(days=3))


def _item(
    title: str, kind: AgendaKind, presenter: str, minutes: int, papers: str, day: int = 1
) -> AgendaValue:
    return AgendaValue(None, None, title, kind, presenter, papers, planned_minutes=minutes, day=day)


_TWO_DAYS: Sequence[AgendaValue] = (
    _item("Lunsj og velkommen", AgendaKind.INFORMATION, "Kari Nordmann", 60, ""),
    _item("Hva har gruppene fått til?", AgendaKind.INFORMATION, "Lederne", 90, ""),
    _item("Oppdrag til neste sesong", AgendaKind.DISCUSSION, "", 120,
          f"Bakgrunn {_PAPERS}/oppdrag"),
    _item("Gruppearbeid: veien videre", AgendaKind.INPUT, "", 150, "", 2),
    _item("Oppsummering og neste skritt", AgendaKind.DECISION, "Siri Berg", 60, "", 2),
)  # fmt: skip
