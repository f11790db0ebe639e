"""What the demo's groups are asked, what they say, and the themes it is gathered under."""

from typing import NamedTuple


class Said(NamedTuple):
    """A point, the lines under it, and the theme it was gathered under."""

    text: str
    details: tuple[str, ...] = ()
    theme: str = ""


STRATEGY = "Hva bør de strategiske føringene for de neste fire årene handle om?"
STRATEGY_INTRO = """\
Styret skal vedta nye strategiske føringer til våren. Skriv det du mener er viktigst, stort eller \
smått. Vi samler punktene under temaer før møtet i faggruppen.

- Tenk på hva vi kan få til sammen som ingen kommune får til alene
- Rekkefølgen betyr ingenting"""
_POWER, _NATURE, _WAYS, _WORLD = (
    "Kraft og areal", "En frisk fjord", "Tog og kollektivtrafikk", "Regionen ute i verden",
)  # fmt: skip
STRATEGY_THEMES = (_POWER, _NATURE, _WAYS, _WORLD)
STRATEGY_SAID = (
    Said("Kraft og tilgang til nett: utnytt det vi har i dag", ("Felles kart over ledig effekt",),
         _POWER),
    Said("Nok kraft til næringsarealer som allerede er regulert", (), _POWER),
    Said("Del næringsarealer mellom kommuner, i stedet for at alle regulerer sitt", (), _POWER),
    Said("En frisk fjord, og hva næringslivet har igjen for den",
         ("Overvann", "Badevann", "Fiske og reiseliv"), _NATURE),
    Said("Felles krav til rensing i alle kommuner rundt fjorden", (), _NATURE),
    Said("Utbygging av jernbanen: dobbeltspor hele veien rundt fjorden",
         ("Binder bolig og arbeid sammen", "Godset over på bane"), _WAYS),
    Said("Like takster for buss, båt og tog over fylkesgrensene", (), _WAYS),
    Said("Fortell om hele regionen i utlandet, ikke bare om Oslo", (), _WORLD),
    Said("Søk EU-midler sammen med og for medlemmene", ("Felles hjelp med søknadene",), _WORLD),
    Said("Ta godt imot fagfolk fra andre land", (), _WORLD),
    Said("Ha rom for det vi ikke kan forutse"),
    Said("Færre mål, så vi rekker dem vi har"),
)  # fmt: skip
# How many of those who vote give a vote to each, the themes first, then what stands alone.
STRATEGY_VOTES = {
    _POWER: 4,
    _NATURE: 5,
    _WAYS: 4,
    _WORLD: 1,
    "Færre mål, så vi rekker dem vi har": 2,
}

SHORE_POWER = "Hva må til for at havnene skal ta i bruk landstrøm?"
SHORE_POWER_INTRO = """\
Vi tar opp dette i møtet, og trenger å vite hvordan det står til hos dere. \
Spør gjerne havnesjefen."""
SHORE_POWER_SAID = (
    Said("Felles innkjøp av anlegg, så de minste havnene har råd"),
    Said("Lik pris på strømmen i alle havner", ("I dag er den tre ganger så høy i noen",)),
    Said("Få vite hvilke skip som kan koble seg til",
         ("Rederiene har lister", "Spør dem sammen, ikke hver for oss")),
    Said("Effekt: nettet i havna er fullt, og det er kø for å få mer"),
    Said("Nettet i havna må bygges ut før anleggene kommer"),
)  # fmt: skip
SHORE_POWER_NOTED = "Begynn med fergene, for de ligger lengst ved kai"

WELCOME = "Hva savner fagfolk fra andre land mest når de kommer hit?"
WELCOME_SAID = (
    Said("Ett sted å spørre, på engelsk", (), "En vei inn"),
    Said("En fadder på arbeidsplassen", (), "En vei inn"),
    Said("Norskkurs på kveldstid, i nærheten av jobben", (), "Språk"),
    Said("Plass i barnehagen fra første dag"),
    Said("Jobb til den som flytter med"),
)
NEXT_YEAR = "Hva bør handlingsprogrammet for neste år inneholde?"
