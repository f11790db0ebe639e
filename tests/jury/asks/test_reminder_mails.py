"""What the reminders of juries say, word for word."""

import pytest

from portal.jury.asks import asking
from portal.jury.asks.entur import journey_url
from portal.models.events import EventLink, LinkKind, ProgrammeItem
from tests.factories import create_person, create_signup
from tests.jury.asks.reminded import (
    ASK_DUE,
    BEGINS,
    DAY,
    DAY_DUE,
    HOUR,
    MINUTE,
    accepted,
    asked,
    camp_in_halden,
    camp_in_moss,
    seat_of,
)
from tests.mail.reminding.rounds import html_of, look, reminders, text_of
from tests.mail.rules import broken_rules


@pytest.fixture
def camp(app):
    return camp_in_moss()


@pytest.fixture
def halden(camp):
    return camp_in_halden(camp.season)


def test_the_reminder_of_a_question_says_what_was_asked_and_until_when(camp, ola):
    camp.event.address = "Kirkegata 2, 1530 Moss"
    seat = seat_of(camp, ola)
    asked(seat)

    look(ASK_DUE)

    (mail,) = reminders()
    assert broken_rules(mail.raw) == []
    assert (mail.lane, mail.topic, mail.expires_at) == (2, "remind_ask", seat.answer_by)
    assert mail.dedupe_key == (f"reminder-ask-season-{camp.season_id}-2026-10-08-person-{ola.id}")
    assert (
        text_of(mail)
        == f"""\
Hei, Ola Hansen

Osloregionen har spurt om du vil sitte i en jury i Oppdrag Oslofjorden 2026. \
Vi har ikke fått svar fra deg ennå.

Moss vgs
tirsdag 20. oktober 2026 kl. 08.30–14.30
Kirkegata 2, 1530 Moss

Svar ja eller nei her:
{asking.url_of(seat)}
Vi trenger svaret ditt innen torsdag 8. oktober 2026 kl. 23.59.

Arrangøren vil gjerne ha deg med i denne juryen.
Planlegg reisen med Entur: {journey_url(camp)}
Kontaktperson: Kari Nordmann, 22 00 00 00
Les dette:
Siden om campen: http://localhost/events/{camp.event.slug}

Du trenger ikke logge inn. Et nei er også fint, for da spør vi nestemann.

Vennlig hilsen
Kari Nordmann
Osloregionen
Telefon 22 00 00 00
kari@example.org
"""
    )


DAY_MAIL = """\
Hei, Ola Hansen

Du sitter i juryen på Halden vgs onsdag 21. oktober 2026. Takk for at du stiller opp.

Hvis du likevel ikke kan komme, spør vi nestemann. Si fra her så snart du kan:
{url}

Når: onsdag 21. oktober 2026 kl. 08.30–14.30
Hvor: Halden vgs, Kongeveien 1, 1771 Halden
Reisen: en tur, ca. 55 km
Planlegg reisen med Entur: https://entur.no/reiseresultater?tripMode=oneway&\
timepickerMode=arriveBy&date=1792564200000&stopName=Halden+vgs&stopLat=59.13&stopLon=11.38
Kontaktperson denne dagen: Kari Nordmann, telefon 22 00 00 00

Program
08.30 Oppdraget blir gitt
12.30 Elevene <viser> løsningene

Greit å vite
Møt opp i resepsjonen.

Les dette på forhånd
Juryen vurderer nytte og nyskaping.
Kriterier: https://example.org/kriterier

Vennlig hilsen
Kari Nordmann
Osloregionen
Telefon 22 00 00 00
kari@example.org
"""


def prepare(camp) -> None:
    """Give the camp all that a juror may want to know of it."""
    event = camp.event
    event.address = "Kongeveien 1, 1771 Halden"
    camp.practical = "Møt opp i **resepsjonen**."
    camp.season.juror_info = "Juryen vurderer nytte og nyskaping."
    event.programme = [
        ProgrammeItem(position=0, starts_at=event.starts_at, title="Oppdraget blir gitt"),
        ProgrammeItem(
            position=1, starts_at=event.starts_at + 4 * HOUR, title="Elevene <viser> løsningene"
        ),
    ]
    event.links = [
        EventLink(kind=LinkKind.DOCUMENT, title="Kriterier", url="https://example.org/kriterier")
    ]


def test_the_reminder_of_the_day_tells_all_that_is_needed_for_it(halden, ola):
    prepare(halden)
    seat = accepted(halden, ola, signup=create_signup(halden.season, ola, halden))

    look(DAY_DUE + DAY)

    (mail,) = reminders()
    assert broken_rules(mail.raw) == []
    assert (mail.lane, mail.topic, mail.expires_at) == (
        2,
        "remind_jury_day",
        halden.event.starts_at,
    )
    assert mail.subject == (
        "Jury på Halden vgs onsdag 21. oktober 2026 kl. 08.30–14.30: dette trenger du å vite"
    )
    assert text_of(mail) == DAY_MAIL.format(url=asking.url_of(seat))
    assert "Elevene &lt;viser&gt; løsningene" in html_of(mail)


@pytest.mark.parametrize(
    ("now", "words", "until"),
    [
        (BEGINS - DAY, "I morgen sitter du i juryen på Moss vgs.", BEGINS - 8 * HOUR - 30 * MINUTE),
        (BEGINS - HOUR, "I dag sitter du i juryen på Moss vgs.", BEGINS),
    ],
)
def test_a_reminder_that_comes_late_calls_the_day_what_it_is(camp, ola, now, words, until):
    accepted(camp, ola)

    look(now)

    (mail,) = reminders()
    assert (words in text_of(mail), mail.expires_at) == (True, until)


def test_a_fjord_between_is_told_and_minutes_never(camp, ola):
    signup = create_signup(
        camp.season, ola, camp, postcode="3187", municipality_code="3901", takes_ferry=False
    )
    accepted(camp, ola, signup=signup)

    look(DAY_DUE)

    text = text_of(reminders()[0])
    assert "Reisen: langt, ca. 100 km, over fjorden (ferge eller lang omvei)\n" in text
    assert "minutt" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Du sit i juryen på Moss vgs tysdag"), ("en", "You sit on the")]
)
def test_the_mail_is_written_in_the_readers_language(camp, language, words):
    accepted(camp, create_person("Nils Dahl", language=language))

    look(DAY_DUE)

    assert words in text_of(reminders()[0])


def test_where_no_point_is_known_the_journey_begins_at_the_planners_front_page(camp):
    camp.school = None

    assert journey_url(camp) == "https://entur.no/"
