"""Municipalities, county councils and regional councils of the region, to fill the table with.

Membership of Osloregionen is what public pages let one conclude; no list of members was found, so
each row says how sure it is and on what evidence. The secretariat corrects it in the portal.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from portal.geography import _files

Kind = Literal["municipality", "county_council", "regional_council"]
Status = Literal[
    "confirmed", "confirmed_for_2020", "likely", "unconfirmed", "not_a_member", "not_seen"
]
Member = Literal["yes", "no", "unknown"]

_MEMBER: dict[str, Member] = {"confirmed": "yes", "not_a_member": "no"}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A public body that people work for or that takes part.

    ``key`` is unique within its kind: the code of a municipality (2024) or county, a short name of
    a council. ``codes`` are the municipalities of a council, else the one code; ``councils`` the
    keys of those a municipality sits in ("oslo" is Oslo's own seat). ``status`` is how sure
    membership of Osloregionen is, ``confidence`` how sure a council's list of municipalities is.
    """

    kind: Kind
    key: str
    name: str
    also_called: str
    codes: tuple[str, ...]
    status: Status
    confidence: Literal["high", "medium", "low", ""]
    councils: tuple[str, ...]
    evidence: str

    @property
    def is_member(self) -> Member:
        """Whether it is a member of Osloregionen; "unknown" unless a page says so."""
        return _MEMBER.get(self.status, "unknown")


@cache
def all() -> tuple[Organisation, ...]:
    """Every organisation: councils, county councils, municipalities; each in Norwegian order."""
    return tuple(_organisation(row) for row in _files.rows("organisations.csv"))


def _organisation(row: dict[str, str]) -> Organisation:
    return Organisation(
        kind=cast(Kind, row["kind"]),
        key=row["key"],
        name=row["name"],
        also_called=row["also_called"],
        codes=tuple(row["codes"].split()),
        status=cast(Status, row["status"]),
        confidence=cast(Literal["high", "medium", "low", ""], row["confidence"]),
        councils=tuple(row["councils"].split()),
        evidence=row["evidence"],
    )
