"""The demo's programme in words, dated in days from now. The organisations are real, people not."""

from dataclasses import dataclass
from typing import NamedTuple

from portal.models.events import EventKind, LinkKind, Visibility

OSLOREGIONEN, UE = "Osloregionen", "Ungt Entreprenørskap"
OSTLAND = "Østlandssamarbeidet"


class Item(NamedTuple):
    """A line of a programme: clock time in Oslo, what, and who (one a line)."""

    hour: int
    minute: int
    title: str
    speakers: str = ""


class Link(NamedTuple):
    """A link as an organiser types it."""

    kind: LinkKind
    title: str
    url: str


@dataclass(frozen=True)
class Listed:
    """An event of the programme. ``after`` is in days from now, moved on to a workday; an event of
    Arendalsuka has a weekday (1 to 5) of the latest one instead. ``days`` makes it all-day."""

    title: str
    kind: EventKind
    after: int
    summary: str
    description: str = ""
    starts: tuple[int, int] = (9, 0)
    ends: tuple[int, int] = (10, 30)
    days: int = 0
    place: str = "På nett"
    address: str = ""
    municipality: str = ""
    organisers: tuple[str, ...] = (OSLOREGIONEN,)
    programme: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()
    streaming: str = ""
    join: str = ""
    language: str = "nb"
    visibility: Visibility = Visibility.PUBLIC
    is_draft: bool = False


GATHERING = Listed(
    "Fagsamling om næringsutvikling i Innlandet",
    EventKind.GATHERING,
    77,
    "To dager for næringsrådgivere i hele regionen: besøk hos bedrifter, arbeid i grupper og tid"
    " til å bli kjent.",
    """\
Samlingen er for deg som arbeider med næringsutvikling i en kommune eller et regionråd.

**Første dag** besøker vi tre bedrifter som har tatt i bruk restvarme, restråstoff og \
overskuddsmat. **Andre dag** arbeider vi i grupper med hva kommunene kan gjøre sammen.

Reise og overnatting bestiller du selv. Lunsj og middag er dekket.""",
    days=2,
    place="Hamar kulturhus",
    municipality="3403",
    organisers=(OSLOREGIONEN, "Hamarregionen interkommunalt politisk råd"),
)
CANCELLED = Listed(
    "Åpent møte om ladeplasser for elbåter",
    EventKind.OTHER,
    18,
    "Hvor skal båtene lade når flere av dem går på strøm, og hvem betaler?",
    "Møtet er åpent for alle. Ta gjerne med et kart over havna di.",
    starts=(17, 0),
    ends=(19, 0),
    place="Biblioteket i Moss",
    municipality="3103",
    organisers=(OSLOREGIONEN, "Mosseregionen interkommunalt politisk råd"),
)
MOVED = Listed(
    "Åpen dag om overvann i Drammen",
    EventKind.OTHER,
    26,
    "Se hvordan byen tar vare på regnvannet der det faller, og prøv selv å tegne et regnbed.",
    """\
Vi går i små grupper fra elva og oppover. Turen tar en time og går i trapper ett sted.

Kommer du med rullestol eller barnevogn? Ring oss, så legger vi turen utenom trappene.""",
    starts=(12, 0),
    ends=(15, 0),
    place="Drammen bibliotek",
    municipality="3301",
    organisers=(OSLOREGIONEN, "Drammensregionen"),
)
WHOLE_DAY = Listed(
    "Ryddedag ved Hunnebotn",
    EventKind.GATHERING,
    33,
    "En dag ute for ansatte i kommunene langs fjorden: vi rydder, teller og ser hva som ligger.",
    "Ta med støvler og matpakke. Hansker og sekker får du av oss.",
    days=1,
    place="Hunnebotn, Fredrikstad",
    municipality="3107",
)
PROGRAMME = (
    Listed(
        "Hvem eier fjorden?",
        EventKind.ARENDALSUKA,
        2,
        "En samtale om hvem som bestemmer når alle vil bruke det samme vannet.",
        """\
Badegjester, båtfolk, fiskere, bønder og byer deler den samme fjorden. Alle er enige om at den \
skal bli renere. Færre er enige om hvem som skal begynne.

Arrangementet er gratis og åpent for alle.""",
        starts=(10, 0),
        ends=(11, 15),
        place="Arendal bibliotek",
        municipality="4203",
        organisers=(OSLOREGIONEN, OSTLAND, UE),
        programme=(
            Item(10, 0, "Velkommen", "Kari Nordmann, Osloregionen"),
            Item(10, 10, "Slik har fjorden det nå", "Hedda Løken, vannområdekoordinator"),
            Item(10, 30, "Ungdommens tre krav", "Elever fra to videregående skoler"),
            Item(10, 45, "Samtale", "Ingrid Solberg, Drammen kommune\nAmir Khan, Oslo kommune"),
        ),
        links=(
            Link(LinkKind.RECORDING, "Opptak av samtalen", "https://video.example.org/fjorden"),
            Link(LinkKind.DOCUMENT, "Lysark (PDF)", "https://filer.example.org/fjorden.pdf"),
        ),
        streaming="https://direkte.example.org/arendalsuka",
    ),
    Listed(
        "Kompetanse som blir",
        EventKind.ARENDALSUKA,
        3,
        "Hva skal til for at fagfolk fra andre land blir boende i regionen?",
        "Vi hører fra to som kom, to som ansatte dem, og en kommune som tok imot familien.",
        starts=(13, 0),
        ends=(14, 0),
        place="Bankgården, Arendal",
        municipality="4203",
        organisers=(OSLOREGIONEN, OSTLAND),
        links=(Link(LinkKind.RECORDING, "Opptak", "https://video.example.org/kompetanse"),),
        streaming="https://direkte.example.org/arendalsuka",
    ),
    Listed(
        "Hva vet vi om Oslofjorden?",
        EventKind.WEBINAR,
        -44,
        "Tre forskere og en fisker forteller på en time hva vi vet, og hva vi ikke vet.",
        "Opptaket ligger ute til neste sommer.",
        programme=(
            Item(9, 0, "Velkommen"),
            Item(9, 5, "Hva målingene sier", "Sigrid Aune"),
            Item(9, 35, "Hva fiskeren ser", "Odd Birkeland"),
            Item(10, 0, "Spørsmål og svar"),
        ),
        links=(
            Link(LinkKind.RECORDING, "Opptak av webinaret", "https://video.example.org/vet-vi"),
            Link(LinkKind.DOCUMENT, "Oppsummering på to sider", "https://filer.example.org/to.pdf"),
        ),
        organisers=(OSLOREGIONEN, OSTLAND),
    ),
    Listed(
        "Digital frokost: kaffe og kart",
        EventKind.WEBINAR,
        1,
        "En halvtime om hvordan du finner tall for din egen kommune.",
        "Ingen påmelding. Bare følg sendingen.",
        starts=(8, 30),
        ends=(9, 0),
        streaming="https://direkte.example.org/frokost",
    ),
    Listed(
        "Slik sitter du i juryen på en innovasjonscamp",
        EventKind.WEBINAR,
        16,
        "For deg som har meldt deg, og for deg som lurer på om du skal gjøre det.",
        """\
- Hva skjer på en camp fra morgen til ettermiddag?
- Hvordan hører vi på ti presentasjoner og husker den første?
- Hva sier vi når vi begrunner valget?

Vi tar opp sendingen og legger den ut dagen etter.""",
        ends=(10, 0),
        organisers=(OSLOREGIONEN, UE),
        programme=(
            Item(9, 0, "Velkommen, og litt om årets oppdrag", "Kari Nordmann, Osloregionen"),
            Item(9, 15, "En dag i juryen", "Ola Hansen, jurymedlem"),
            Item(9, 40, "Spørsmål"),
        ),
        streaming="https://direkte.example.org/jury",
    ),
    Listed(
        "Rent vann, nye arbeidsplasser",
        EventKind.WEBINAR,
        33,
        "Fire bedrifter som lever av å rense, spare og gjenbruke vann.",
        "Webinaret passer for næringsrådgivere, planleggere og folkevalgte.",
        ends=(11, 0),
        organisers=(OSLOREGIONEN, OSTLAND),
        streaming="https://direkte.example.org/vann",
    ),
    Listed(
        "Opent møte om reint vatn i fjellet",
        EventKind.OTHER,
        40,
        "Korleis tek vi vare på drikkevatnet når fleire vil byggje og bu i fjellet?",
        """\
Møtet er ope for alle, og det er gratis. Vi serverer kaffi og lefse.

Du kan sende inn spørsmål på førehand til kontaktpersonen.""",
        starts=(18, 0),
        ends=(20, 0),
        place="Gol kulturhus",
        municipality="3324",
        language="nn",
        programme=(
            Item(18, 0, "Velkomen"),
            Item(18, 10, "Vatnet frå kjelda til krana", "Solveig Tveit"),
            Item(19, 0, "Ordet er fritt"),
        ),
    ),
    Listed(
        "A warm welcome: working and living in the Oslo region",
        EventKind.OTHER,
        23,
        "An evening for international professionals and their partners.",
        """\
Meet others who have moved here, and people from six municipalities who can answer your questions \
about work, schools and language courses.

The event is free. Children are welcome.""",
        starts=(17, 30),
        ends=(20, 0),
        place="Deichman Bjørvika",
        address="Anne-Cath. Vestlys plass 1, 0150 Oslo",
        municipality="0301",
        language="en",
    ),
    Listed(
        "Orientering om ny utlysning i Interreg",
        EventKind.OTHER,
        13,
        "For medlemmer av gruppene: hva vi kan søke om sammen, og hva fristen er.",
        "Du kan møte opp i Oslo eller følge orienteringen på nett.",
        starts=(14, 0),
        ends=(15, 0),
        place="Oslo rådhus, møterom 2",
        municipality="0301",
        join="https://mote.example.org/interreg",
        visibility=Visibility.MEMBERS,
    ),
    Listed(
        "Studietur til Göteborg",
        EventKind.GATHERING,
        120,
        "Utkast: tre dager om byer som bygger mot vannet.",
        days=3,
        place="Göteborg",
        is_draft=True,
    ),
    GATHERING,
    WHOLE_DAY,
    CANCELLED,
    MOVED,
)
