"""What organisers read of why a plan is as it is."""

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from portal.jury.plans import explaining
from portal.jury.plans.explaining import Names, helps, sentence, shortage, unmixed
from portal.models.plans import PlanAction

KARI, OLA, PER = 1, 2, 3
MOSS, RADE, HALDEN, SKIEN = 11, 12, 13, 14
NAMES = Names(
    people={KARI: "Kari Moe", OLA: "Ola Vik", PER: "Per Berg"},
    camps={MOSS: "Moss vgs.", RADE: "Råde vgs.", HALDEN: "Halden vgs.", SKIEN: "Skien vgs."},
    homes={KARI: "Moss", OLA: "Råde", PER: "Råde"},
)


@pytest.fixture(autouse=True)
def in_english(app):
    with force_locale("en"):
        yield


def kari(**said):
    """Kari on the jury at Moss."""
    codes, follows = said.pop("codes", ("same_county",)), said.pop("next", None)
    return SimpleNamespace(
        **{
            "person_id": KARI,
            "action": PlanAction.ADD,
            "km": 6.2,
            "locked": False,
            "by_hand": False,
            "reason": {"codes": list(codes), "next": follows},
            **said,
        }
    )


def follows(person, *moves, minimum=0, target=0, km=12.0, travel=12.4):
    return {
        "person": person,
        "below_minimum": minimum,
        "below_target": target,
        "km": km,
        "travel": travel,
        "moves": [{"person": p, "from": a, "to": b} for p, a, b in moves],
    }


DIRECT = ((KARI, MOSS, None), (OLA, None, MOSS))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            kari(next=follows(OLA, *DIRECT)),
            "Kari Moe lives about 6 km away, in the same county; otherwise Ola Vik would take the"
            " seat, and the journeys would be 12 km longer in all.",
        ),
        (
            kari(codes=("same_municipality", "wish"), next=follows(OLA, *DIRECT, km=0)),
            "Kari Moe lives in the same municipality, about 6 km away and wishes for this school;"
            " otherwise Ola Vik would take the seat, and that would be just as good.",
        ),
        (
            kari(
                codes=("farther", "if_needed"),
                next=follows(
                    OLA, (KARI, MOSS, None), (OLA, RADE, MOSS), (PER, None, RADE), travel=30
                ),
            ),
            "Kari Moe lives about 6 km away and can come if needed; otherwise Ola Vik would have"
            " to come here and Per Berg to Råde vgs., and the journeys would be 30 km longer in"
            " all.",
        ),
        (
            kari(next=follows(None, (KARI, MOSS, None), minimum=1, target=1, km=-6)),
            "Kari Moe lives about 6 km away, in the same county; nobody else could take the seat.",
        ),
        (
            kari(
                codes=("neighbour_county", "avoid"),
                next=follows(OLA, (KARI, MOSS, None), (OLA, HALDEN, MOSS), target=1, km=-3),
            ),
            "Kari Moe lives about 6 km away, in a neighbouring county but would rather go"
            " elsewhere; otherwise Ola Vik would take the seat, and a seat would be empty at"
            " Halden vgs.",
        ),
        (
            kari(codes=("same_county", "remote"), km=0, next=follows(OLA, *DIRECT, travel=None)),
            "Kari Moe takes part online; otherwise Ola Vik would take the seat, which the plan"
            " counts as 12 km more.",
        ),
        (
            kari(codes=(), km=0, next=follows(OLA, *DIRECT, travel=-4)),
            "Kari Moe can come; otherwise Ola Vik would take the seat, but that would go against"
            " other aims, such as a spread of jury members.",
        ),
        (kari(), "Kari Moe lives about 6 km away, in the same county."),
        (
            kari(action=PlanAction.KEEP),
            "Kari Moe lives about 6 km away, in the same county and keeps the seat.",
        ),
        (
            kari(action=PlanAction.KEEP, codes=("same_county", "wish")),
            "Kari Moe lives about 6 km away, in the same county, wishes for this school and keeps"
            " the seat.",
        ),
        (
            kari(action=PlanAction.KEEP, codes=("same_county", "avoid")),
            "Kari Moe lives about 6 km away, in the same county, would rather go elsewhere but"
            " keeps the seat.",
        ),
        (
            kari(action=PlanAction.KEEP, codes=("farther", "if_needed")),
            "Kari Moe lives about 6 km away, can come if needed and keeps the seat.",
        ),
        (
            kari(locked=True),
            "Kari Moe lives about 6 km away, in the same county; the seat is locked.",
        ),
        (kari(by_hand=True, locked=True, reason={}), "Kari Moe was put there by hand."),
        (kari(action=PlanAction.REMOVE, by_hand=True, reason={}), "Kari Moe leaves the jury."),
    ],
)
def test_a_seat_is_explained_in_one_sentence(row, said):
    assert sentence(row, NAMES) == said


def certificate(*camps, needed=9, people=7, possible=8, level="minimum", unlock=()):
    return {
        "level": level,
        "camps": list(camps),
        "people": people,
        "needed": needed,
        "possible": possible,
        "unlock": [
            {"person": person, "camp": camp, "rule": rule, "over_km": over}
            for person, camp, rule, over in unlock
        ],
    }


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            certificate(MOSS, RADE, HALDEN, SKIEN),
            "These 4 schools need at least 9 jury members in all, and the 7 who can get there can"
            " fill 8.",
        ),
        (
            certificate(MOSS, RADE, HALDEN, SKIEN, level="target"),
            "These 4 schools need 9 jury members in all to be full, and the 7 who can get there"
            " can fill 8.",
        ),
        (
            certificate(MOSS, RADE, needed=4, people=1, possible=1),
            "Moss vgs. and Råde vgs. need at least 4 jury members in all, but only one person can"
            " get there.",
        ),
        (
            certificate(MOSS, needed=3, people=0, possible=0, level="target"),
            "Moss vgs. needs 3 jury members to be full, and nobody can get there.",
        ),
    ],
)
def test_a_shortage_is_told_by_counting(found, said):
    assert shortage(found, NAMES) == said


def test_what_would_help_is_grouped_by_rule_and_by_where_people_live():
    unlock = [
        (OLA, MOSS, "DISTANCE", 3.4),
        (PER, MOSS, "DISTANCE", 1.0),
        (OLA, HALDEN, "DISTANCE", 80.0),
        (KARI, MOSS, "EMPLOYER", None),
        *((number, MOSS, "DAY", None) for number in range(21, 26)),
    ]

    assert helps(certificate(MOSS, unlock=unlock), NAMES) == [
        "Five cannot come that day",
        "One from Moss works for the school’s owner (Kari Moe)",
        "Two from Råde live up to 4 km beyond the limit they have set (Ola Vik and Per Berg)",
    ]


def test_what_would_help_is_said_once_however_many_seats_it_would_fill():
    wanted = (OLA, MOSS, "AT_MOST", None)

    assert helps(certificate(MOSS, unlock=[wanted, wanted]), NAMES) == [
        "One from Råde serves as often as offered, and could be asked for one camp more (Ola Vik)"
    ]


@pytest.mark.parametrize("rule", ["CONFLICT", "REFUSED", "BANNED", "UNREACHABLE"])
def test_a_conflict_a_refusal_and_a_ban_are_neither_told_nor_counted(rule):
    assert helps(certificate(MOSS, unlock=[(OLA, MOSS, rule, None)]), NAMES) == []


def test_it_is_said_where_mixed_juries_were_not_weighed():
    assert unmixed({}, NAMES) == ""
    assert unmixed({"unproved": [MOSS]}, NAMES) == (
        "The wish for mixed juries could not be weighed in time at Moss vgs.;"
        " the proposal there is the best one without it."
    )
    assert unmixed({"unproved": [MOSS, RADE, HALDEN, SKIEN]}, NAMES) == (
        "At 4 schools the wish for mixed juries could not be weighed in time;"
        " the proposal there is the best one without it."
    )


def test_of_a_camp_short_of_its_minimum_the_target_is_not_told():
    short, thin = certificate(MOSS), certificate(MOSS, level="target")
    other = certificate(RADE, level="target")

    assert explaining.told([short, thin, other]) == [short, other]
