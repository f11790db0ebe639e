"""The season of autumn 2023, on the schools that are known to have taken part, and others.

Public pages tell of five schools, of 17 camps of the 18 that were planned, and of a final that was
announced for a Saturday and held on a Monday, under a new name. All else is made up: the other
schools, the days but one, and the people on the juries.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.demo import days
from portal.demo.people import Cast, organisation
from portal.demo.season import schools
from portal.invitations import event_changes
from portal.jury.signup import actions as volunteering
from portal.jury.signup.offers import Offer
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState, DayAnswer
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.seasons import Camp, Season
from portal.seasons import actions, camp_actions
from portal.seasons.camp_actions import Juries

# Known to have taken part; the first won, Dokka was second and Vestby third.
_KNOWN = ("974568039", "974597373", "974587815", "974606208", "974605996")
_KONGSBERG = "974605996"
_OTHERS = (
    *("974591006", "974590913"),  # Oslo: Bjerke, Lambertseter
    *("974544539", "974544512", "974544563"),  # Viken: Kirkeparken, Mysen, Halden
    *("974587742", "974587661", "874605972"),  # Viken: Asker, Eidsvoll, Drammen
    *("974571919", "974597284"),  # Innlandet: Hamar katedralskole, Gjøvik
    *("974575027", "974575019"),  # Vestfold og Telemark: Thor Heyerdahl, Sandefjord
)
# The eighteenth, which was planned and not held.
_DROPPED = "974572079"
_PLANNED = datetime.fromisoformat("2023-08-31T10:00:00+00:00")
_OFFERED = datetime.fromisoformat("2023-09-20T09:00:00+00:00")
_RENAMED = datetime.fromisoformat("2023-10-02T08:00:00+00:00")
_MOVED = datetime.fromisoformat("2023-10-16T11:20:00+00:00")
_PUT_AWAY = datetime.fromisoformat("2023-12-15T13:00:00+00:00")
_SATURDAY, _MONDAY = date(2023, 11, 18), date(2023, 11, 13)
_FIRST_CAMP = date(2023, 10, 17)
_INTRO = """\
Høsten 2023 løste elever over hele regionen oppdrag om vannet vårt. Sesongen ble kunngjort som \
*Oppdrag Oslofjorden* og fikk navnet *Vannet vårt* før skolene satte i gang. 18 skoler var med i \
planen, og 17 camper ble gjennomført. Finalen i Oslo rådhus ble flyttet fra lørdag 18. til mandag \
13. november.

**Dette arkivet er et eksempel.** Skien, Dokka, Vestby, Ringerike og Kongsberg var med, og \
Kongsberg hadde campen sin 3. november. De andre skolene, de andre datoene og alle \
i juryene er valgt for å vise hvordan et arkiv ser ut."""


def fill(cast: Cast, rng: random.Random) -> Season:
    """Make the season as it went, from the plan in August to the archive in December 2023."""
    season = actions.plan_season(_values(cast), _commissioners(), by=cast.kari, now=_PLANNED)
    camps = _add_camps(season, cast)
    final = _add_final(season, cast)
    actions.publish(season, by=cast.kari, now=_PLANNED + timedelta(days=4))
    dropped = camps.pop()
    jurors = [person for person in cast.volunteers if rng.random() < 0.8]
    juries = {camp: rng.sample(jurors, camp.target) for camp in camps} | {final: jurors[:6]}
    for person in jurors:
        _sign_up(season, person, [camp for camp in juries if person in juries[camp]])
    _rename(season, final, cast)
    event_changes.cancel(dropped.event, "Campen ble ikke gjennomført.", by=cast.kari, now=_RENAMED)
    for camp, people in juries.items():
        _serve(camp, people)
    db.session.flush()
    camps[-1].assignments[-1].state = AssignmentState.ABSENT
    _move_final(final, cast)
    _tie_up(final.event)
    actions.archive(season, by=cast.kari, now=_PUT_AWAY)
    return season


def _values(cast: Cast) -> dict[str, object]:
    opened = _PLANNED + timedelta(days=5)
    return {
        "name": "Oppdrag Oslofjorden",
        "year": 2023,
        "intro": _INTRO,
        "juror_info": "",
        "counties": ["03", "30", "34", "38"],
        "default_minimum": 2,
        "default_target": 3,
        "contact_name": cast.kari.name,
        "contact_email": cast.kari.email or "",
        "contact_phone": cast.kari.phone,
        "signup_opens_at": opened,
        "signup_closes_at": opened + timedelta(days=25),
    }


def _commissioners() -> list[int]:
    names = ("Osloregionen", "Østlandssamarbeidet", "Ungt Entreprenørskap")
    return [organisation(name).id for name in names]


def _add_camps(season: Season, cast: Cast) -> list[Camp]:
    """The 17 that were held, and last the one that was not."""
    hosts = schools((*_KNOWN, *_OTHERS, _DROPPED))
    camp_days = days.school_days(_FIRST_CAMP, len(hosts))
    made = []
    for number, school in enumerate(hosts):
        day = date(2023, 11, 3) if school.orgnr == _KONGSBERG else camp_days[number]
        made += camp_actions.add_camps(
            season, [school], starts_at=days.at(day, 8, 30), ends_at=days.at(day, 14, 30),
            by=cast.kari, now=_PLANNED,
        )  # fmt: skip
    for number, camp in enumerate(made):
        known = camp.school is not None and camp.school.orgnr == _KONGSBERG
        pupils = 210 if known else None
        juries = Juries(1, 2, 2 + number % 2)
        camp_actions.set_details(
            camp, juries, pupils=pupils, practical="", by=cast.kari, now=_PLANNED
        )
    return made


def _add_final(season: Season, cast: Cast) -> Camp:
    values = {
        "title": "Finale i Oppdrag Oslofjorden",
        "summary": "Vinnerlagene fra skolene møttes i Oslo rådhus. Skien vant, Dokka ble nummer to"
        " og Vestby nummer tre.",
        "starts_at": days.at(_SATURDAY, 10),
        "ends_at": days.at(_SATURDAY, 15),
        "place": "Oslo rådhus",
        "address": "Rådhusplassen 1, 0037 Oslo",
        "municipality_code": "0301",
        "latitude": 59.9119,
        "longitude": 10.7336,
    }
    final = camp_actions.add_final(season, values, by=cast.kari, now=_PLANNED)
    camp_actions.set_details(
        final, Juries(1, 4, 6), pupils=None, practical="", by=cast.kari, now=_PLANNED
    )
    return final


def _rename(season: Season, final: Camp, cast: Cast) -> None:
    """The name people knew goes; the addresses they have stay."""
    values = {"name": "Vannet vårt"}
    actions.edit_season(season, values, _commissioners(), by=cast.kari, now=_RENAMED)
    event_changes.change(final.event, {"title": "Finale i Vannet vårt"}, by=cast.kari, now=_RENAMED)


def _sign_up(season: Season, person: Person, camps: Sequence[Camp]) -> None:
    offer = Offer(
        municipality_code=person.municipality_code or "",
        postcode=person.postcode or "",
        at_most=max(len(camps), 1),
        employer=person.organisation.name if person.organisation else "",
        days={camp.id: DayAnswer.YES for camp in camps},
    )
    volunteering.sign_up(season, person, offer=offer, now=_OFFERED)


def _move_final(final: Camp, cast: Cast) -> None:
    """Those who have the Saturday in their calendars hear that it is the Monday before."""
    values = {"starts_at": days.at(_MONDAY, 10), "ends_at": days.at(_MONDAY, 15)}
    event_changes.change(final.event, values, by=cast.kari, now=_MOVED)
    event_changes.tell(final.event, by=cast.kari, now=_MOVED)


def _serve(camp: Camp, people: Sequence[Person]) -> None:
    """Seats as they were left when all was over, and the entries in people's calendars."""
    signups = {signup.juror_id: signup for signup in camp.season.signups}
    camp.assignments.extend(
        Assignment(
            panel=camp.panels[0],
            person=person,
            signup=signups[person.id],
            state=AssignmentState.SERVED,
            origin="organiser",
            ask_number=1,
            created_at=_RENAMED,
            asked_at=_RENAMED,
            answered_at=_RENAMED + timedelta(days=2),
        )
        for person in people
    )
    _invite(camp.event, people, _RENAMED)


def _invite(event: Event, people: Sequence[Person], now: datetime) -> None:
    """Rows alone: an invitation of 2023 is nothing to send."""
    db.session.add_all(
        Invitation(
            event=event,
            person=person,
            answer=Answer.ACCEPTED,
            answered_at=now + timedelta(days=2),
            answer_source="page",
            answer_sequence=event.sequence,
            created_at=now,
            sent_sequence=event.sequence,
            sent_revision=event.revision,
        )
        for person in people
    )
    db.session.flush()


def _tie_up(event: Event) -> None:
    """Mail of 2023 is no longer kept, and those who heard of the new day have said yes again."""
    db.session.execute(sa.delete(Mailing))
    db.session.execute(sa.delete(OutboxMail))
    db.session.execute(
        sa.update(Invitation)
        .where(Invitation.event_id == event.id)
        .values(
            answer=Answer.ACCEPTED, answered_at=_MOVED + timedelta(days=1), answer_source="page"
        )
    )
