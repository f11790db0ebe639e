"""Whom we owe the data, in the words to show where the data is shown. docs/data.md has the rest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credit:
    """A source as named on a page: its name, its licence and an address."""

    name: str
    licence: str
    url: str

    @property
    def text(self) -> str:
        """As it stands on a page: "© Kartverket (CC BY 4.0)"."""
        return f"{self.name} ({self.licence})" if self.licence else self.name


NLOD = "NLOD 2.0"
CC_BY_4 = "CC BY 4.0"
CC_BY_3 = "CC BY 3.0"

KARTVERKET = Credit("© Kartverket", CC_BY_4, "https://www.kartverket.no")
SSB = Credit("Statistisk sentralbyrå", NLOD, "https://www.ssb.no")
BRING = Credit("Bring", "", "https://www.bring.no")
BOLSTAD = Credit("Erik Bolstad", CC_BY_3, "https://www.erikbolstad.no/postnummer/")
UDIR = Credit("Utdanningsdirektoratet, Nasjonalt skoleregister", NLOD, "https://nsr.udir.no")

POSTCODES = (BRING, BOLSTAD)
SCHOOLS = (UDIR,)
TRAVEL = (KARTVERKET, BOLSTAD)
ALL = (KARTVERKET, SSB, UDIR, BRING, BOLSTAD)
