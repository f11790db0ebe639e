"""A name for everything a plan depends on, so that two plans of one input can be told to be so."""

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter

from portal.jury.matching.pairs import Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.types import Camp, Volunteer

_VOLUNTEER = attrgetter(*(field.name for field in fields(Volunteer)))
_CAMP = attrgetter(*(field.name for field in fields(Camp)))


def of(problem: Problem, pairs: Pairs) -> str:
    """The sha256 of the input in a form of its own, the ways of all pairs included."""
    digest = hashlib.sha256()
    for part in _parts(problem):
        digest.update(part.encode() + b"\n")
    for numbers in (pairs.volunteer, pairs.place, pairs.km_tenths):
        digest.update(numbers.astype("<i8").tobytes())
    return digest.hexdigest()


def _parts(problem: Problem) -> Iterable[str]:
    yield from (_line(_VOLUNTEER(volunteer)) for volunteer in problem.people)
    yield from (_line(_CAMP(camp)) for camp in problem.camps.values())
    yield repr(problem.policy)
    yield _line(map(tuple, problem.locks))
    yield _line(sorted(map(tuple, problem.standing), key=repr))


def _line(values: Iterable[object]) -> str:
    """Values as text; a set has no order of its own, so it gets one."""
    return repr([sorted(v) if isinstance(v, frozenset) else v for v in values])
