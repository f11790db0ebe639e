"""The season to come: schools on both sides of the fjord, sign-up open, a final in Oslo."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.demo import days
from portal.demo.people import Cast, organisation
from portal.models.places import School
from portal.models.seasons import Camp, Season
from portal.seasons import actions, camp_actions, school_actions
from portal.seasons.camp_actions import Juries

# By organisation number, so that a school that is renamed is still found.
SCHOOLS = (
    *("974591006", "974590999"),  # Oslo: Bjerke, Elvebakken
    *("974544539", "974544482", "974544563"),  # Østfold: Kirkeparken, Glemmen, Halden
    # Akershus: Vestby, Lillestrøm, Asker, Jessheim
    *("974587815", "974587750", "974587742", "974587645"),
    *("874605972", "974605996", "974606208"),  # Buskerud: Drammen, Kongsberg, Ringerike
    *("974571919", "974597284", "974597373"),  # Innlandet: Hamar katedralskole, Gjøvik, Dokka
    *("923261354", "974575027", "974574993"),  # Vestfold: Horten, Thor Heyerdahl, Greveskogen
    *("974568039", "974568012", "874568082"),  # Telemark: Skien, Notodden, Rjukan
)
# Its day turns out to be one without pupils.
ON_A_PLANNING_DAY = "974544563"

_PLANNED_BEFORE = timedelta(days=40)
_OPENED_BEFORE = timedelta(days=30)
_CLOSES_AFTER = timedelta(days=14)
_FIRST_CAMP_AFTER = timedelta(days=42)
_CAMP_DAYS = 20
_COUNTIES = ("03", "31", "32", "33", "34", "39", "40")
_INTRO = """\
Elever i videregående skole får en dag på seg til å løse et oppdrag om fjorden, vassdragene og \
næringslivet rundt. På hver skole velger en jury et vinnerlag. Vinnerne møtes til finale i Oslo \
rådhus.

Juryene består av folk fra kommuner, fylkeskommuner og samarbeidspartnere. Du trenger ikke å være \
ekspert. Du trenger å være nysgjerrig og kunne lytte til ungdom."""
_JUROR_INFO = """\
En jurydag varer fra kl. 08.30 til 14.30. Skolen serverer lunsj.

- Du får oppdraget og kriteriene tilsendt en uke før.
- Dere er to eller tre i juryen. Hver gruppe presenterer i fem minutter og svarer på spørsmål.
- Juryen begrunner valget sitt når vinneren blir kåret.
- Arbeidsgiveren din dekker reisen hvis dere ikke blir enige om noe annet."""
_PRACTICAL = """\
Oppmøte i resepsjonen kl. 08.15. Spør etter kontaktlæreren for entreprenørskap."""


@dataclass(frozen=True)
class ComingSeason:
    """The season and its camps by the school's organisation number; the final apart."""

    season: Season
    camps: dict[str, Camp]
    final: Camp

    @property
    def everywhere(self) -> list[Camp]:
        """All camps, the final last."""
        return [*self.camps.values(), self.final]


def fill(cast: Cast, now: datetime) -> ComingSeason:
    """Plan and publish the season as Kari did it, a month before ``now``, and open sign-up."""
    planned = now - _PLANNED_BEFORE
    camp_days = _spread(days.school_days((now + _FIRST_CAMP_AFTER).date(), _CAMP_DAYS + 6))
    season = actions.plan_season(
        _values(cast, camp_days[0]), _commissioners(), by=cast.kari, now=planned
    )
    camps = _add_camps(season, camp_days, cast, planned)
    final = _add_final(season, camp_days[-1], cast, planned)
    _mark_planning_day(camps[ON_A_PLANNING_DAY], cast, now)
    opened = now - _OPENED_BEFORE
    actions.publish(season, by=cast.kari, now=opened)
    closes = days.at((now + _CLOSES_AFTER).date(), 23, 59)
    actions.open_signup(season, opens_at=opened, closes_at=closes, by=cast.kari, now=opened)
    return ComingSeason(season, camps, final)


def schools(numbers: tuple[str, ...]) -> list[School]:
    """The schools with those organisation numbers, in that order."""
    found = db.session.scalars(sa.select(School).where(School.orgnr.in_(numbers)))
    known = {school.orgnr: school for school in found}
    return [known[number] for number in numbers]


def _values(cast: Cast, first: date) -> dict[str, object]:
    return {
        "name": f"Oppdrag Oslofjorden {first.year}",
        "year": first.year,
        "theme": "Liv i fjorden, liv i byene",
        "intro": _INTRO,
        "juror_info": _JUROR_INFO,
        "counties": list(_COUNTIES),
        "default_minimum": 2,
        "default_target": 3,
        "contact_name": cast.kari.name,
        "contact_email": cast.kari.email or "",
        "contact_phone": cast.kari.phone,
    }


def _commissioners() -> list[int]:
    return [organisation(name).id for name in ("Osloregionen", "Ungt Entreprenørskap")]


def _spread(found: list[date]) -> list[date]:
    """Every second school day for the camps, and the last for the final."""
    return [*found[0:_CAMP_DAYS:2], found[-1]]


def _add_camps(
    season: Season, camp_days: list[date], cast: Cast, planned: datetime
) -> dict[str, Camp]:
    """One camp a school, two or three a day, the schools of one county on different days."""
    by_day: dict[date, list[School]] = {}
    for number, school in enumerate(schools(SCHOOLS)):
        by_day.setdefault(camp_days[number % (len(camp_days) - 1)], []).append(school)
    made = []
    for day, hosts in by_day.items():
        made += camp_actions.add_camps(
            season, hosts, starts_at=days.at(day, 8, 30), ends_at=days.at(day, 14, 30),
            by=cast.kari, now=planned,
        )  # fmt: skip
    camps = {str(camp.school.orgnr): camp for camp in made if camp.school}
    for number, orgnr in enumerate(SCHOOLS):
        _detail(camps[orgnr], number, cast, planned)
    return {orgnr: camps[orgnr] for orgnr in SCHOOLS}


def _detail(camp: Camp, number: int, cast: Cast, planned: datetime) -> None:
    """How many pupils come, and with the many, two juries."""
    pupils = 70 + 23 * (number % 7)
    juries = Juries(2 if pupils > 200 else 1, 2, 3)
    camp_actions.set_details(
        camp, juries, pupils=pupils, practical=_PRACTICAL, by=cast.kari, now=planned
    )


def _add_final(season: Season, day: date, cast: Cast, planned: datetime) -> Camp:
    values = {
        "title": f"Finale i {season.name}",
        "summary": "Vinnerlagene fra skolene presenterer løsningene sine for finalejuryen.",
        "starts_at": days.at(day, 10),
        "ends_at": days.at(day, 15),
        "place": "Oslo rådhus",
        "address": "Rådhusplassen 1, 0037 Oslo",
        "municipality_code": "0301",
        "latitude": 59.9119,
        "longitude": 10.7336,
    }
    final = camp_actions.add_final(season, values, by=cast.kari, now=planned)
    camp_actions.set_details(
        final, Juries(1, 4, 6), pupils=90, practical="", by=cast.kari, now=planned
    )
    return final


def _mark_planning_day(camp: Camp, cast: Cast, now: datetime) -> None:
    """Write down that the camp's county has a day without pupils then, so that it is warned of."""
    day = camp.event.first_day
    values = {
        "county_code": camp.event.county_code,
        "kind": "no_pupils",
        "first_day": day,
        "last_day": day,
        "source": "Eksempel i demoen, ikke en kunngjort dag",
        "basis": "published",
    }
    school_actions.add_break(values, by=cast.kari, now=now - timedelta(days=1))
