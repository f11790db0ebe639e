"""What tests of rounds of input share: rounds at every stage, points, themes."""

from datetime import timedelta

from portal import clock
from portal.db import db
from portal.groups.input_rounds import gathering, points
from portal.groups.input_rounds.gathering import Step
from portal.groups.input_rounds.points import Point
from portal.models.groups import Group
from portal.models.input_rounds import Contribution, InputRound, InputTheme

QUESTION = "Hva bør handlingsprogrammet inneholde?"


def create_round(group: Group, **values) -> InputRound:
    """A round that the group has been asked."""
    now = clock.now()
    found = InputRound(
        group=group,
        **{
            "question": QUESTION,
            "created_at": now,
            "opened_at": now,
            "answer_by": now + timedelta(days=14),
            **values,
        },
    )
    db.session.add(found)
    db.session.commit()
    return found


def create_draft(group: Group, **values) -> InputRound:
    """A round that nobody has been asked."""
    return create_round(group, **{"opened_at": None, "answer_by": None, **values})


def say(found: InputRound, person, *texts: str, details: tuple[str, ...] = ()):
    """Points of ``person``."""
    made = points.contribute(
        found, [Point(text, details) for text in texts], by=person, now=clock.now()
    )
    db.session.commit()
    return made


def step(found: InputRound, by) -> Step:
    """A step by somebody who has seen the round as it is."""
    return Step(found.revision, by, clock.now())


def gather(found: InputRound, by, name: str, *made: Contribution) -> InputTheme:
    """A theme with points under it."""
    gathering.split_out(found, made, name, step(found, by))
    db.session.commit()
    return gathering.themes_of(found)[-1]


def shape(found: InputRound) -> list[tuple[str, list[str]]]:
    """The themes with the texts under them, and last what stands alone."""
    db.session.expire_all()
    live = [each for each in found.contributions if each.withdrawn_at is None]
    themes = [
        (theme.name, sorted(each.text for each in live if each.theme_id == theme.id))
        for theme in gathering.themes_of(found)
    ]
    return [*themes, ("", sorted(each.text for each in live if each.theme_id is None))]


def url_of(found: InputRound, rest: str = "") -> str:
    """The address of a round, or of a page below it."""
    return f"/groups/{found.group.slug}/input/{found.public_id}{rest}"


def typed(**values) -> dict[str, str]:
    """The form of a round as somebody fills it in."""
    day = (clock.now() + timedelta(days=14)).date()
    usual = {"question": QUESTION, "intro": "", "language": "nb", "shows_names": "yes",
             "answer_by": day.isoformat(), "tie": "", "votes": ""}  # fmt: skip
    return {**usual, **values}


def written(*texts: str, details: str = "") -> dict[str, str]:
    """The form of points as somebody fills it in."""
    rows = {f"points-{number}-text": text for number, text in enumerate(texts)}
    return {**rows, **{f"points-{number}-details": details for number in range(len(texts))}}
