"""What the demo's groups are for, what they meet about, and what they agreed."""

from typing import NamedTuple

from portal.models.meetings import AgendaKind

EXPERT_MANDATE = """\
Faggruppen samler dem som arbeider med næringsutvikling i kommunene, fylkeskommunene og \
regionrådene. Den gir råd til sekretariatet, foreslår tiltak i handlingsprogrammet og deler \
erfaringer.

Gruppen møtes fire ganger i året."""
FJORD_MANDATE = """\
Arbeidsgruppen skal foreslå hvordan kommunene rundt fjorden kan få næringsliv og vannmiljø til å \
trekke i samme retning.

- en oversikt over hva kommunene allerede gjør
- tre til fem tiltak som flere kommuner kan være med på
- et kort notat til faggruppen"""
TALENT_MANDATE = """\
Arbeidsgruppen skal lage et felles opplegg for hvordan regionen tar imot fagfolk fra andre land, \
fra jobbtilbud til språkkurs og skole for barna."""


class Point(NamedTuple):
    """An item of an agenda; with ``minutes`` and ``decision`` when it has been dealt with."""

    title: str
    kind: AgendaKind
    presenter: str = ""
    papers: str = ""
    minutes: str = ""
    decision: str = ""
    is_proposal: bool = False


HELD = (
    Point(
        "Godkjenning av innkalling og saksliste", AgendaKind.APPROVAL, "Ingrid Solberg",
        minutes="Ingen merknader.", decision="Innkalling og saksliste er godkjent.",
    ),
    Point(
        "Hva gjør kommunene i dag?", AgendaKind.INFORMATION, "Amir Khan",
        "https://filer.example.org/kartlegging.pdf",
        minutes="Ti av fjorten kommuner har svart. De fleste har tiltak for overvann. Få har"
        " snakket med bedriftene om tiltakene.",
    ),
    Point(
        "Hvilke tiltak skal vi arbeide videre med?", AgendaKind.DISCUSSION, "Ingrid Solberg",
        minutes="Gruppen delte seg i tre og kom med til sammen elleve forslag. Ombruk av"
        " byggevarer og felles innkjøp av landstrøm fikk mest støtte.",
        decision="Gruppen arbeider videre med ombruk, landstrøm og en felles veileder.",
        is_proposal=True,
    ),
    Point(
        "Tid og sted for neste møte", AgendaKind.DECISION,
        minutes="Formiddager passer best.", decision="Neste møte er i Moss.",
    ),
)  # fmt: skip
COMING = (
    Point("Godkjenning av referat fra forrige møte", AgendaKind.APPROVAL, "Ingrid Solberg"),
    Point("Ombruk av byggevarer: hva kan vi kjøpe inn sammen?", AgendaKind.DISCUSSION, "Amir Khan",
          "Notat ettersendes"),
    Point("Landstrøm: innspill fra havnene", AgendaKind.INPUT),
    Point("Skal gruppen be om å få fortsette ett år til?", AgendaKind.DECISION, "Ingrid Solberg"),
)  # fmt: skip
SHORT = (
    Point("Godkjenning av innkalling og saksliste", AgendaKind.APPROVAL),
    Point("Status for arbeidet", AgendaKind.INFORMATION),
    Point("Eventuelt", AgendaKind.DISCUSSION),
)
EXPERT_HELD = (
    Point("Godkjenning av innkalling", AgendaKind.APPROVAL, minutes="Ingen merknader.",
          decision="Innkallingen er godkjent."),
    Point("Innspill til handlingsprogrammet", AgendaKind.INPUT, "Kari Nordmann",
          minutes="Gruppen ønsker færre og større tiltak, og at ungdom får komme til orde tidlig.",
          decision="Sekretariatet lager et utkast til neste møte."),
    Point("Oppdrag Oslofjorden: jurymedlemmer til høstens camper", AgendaKind.INFORMATION,
          "Kari Nordmann",
          minutes="Alle i gruppen bes om å spørre kolleger i nærheten av en skole som er med."),
)  # fmt: skip
