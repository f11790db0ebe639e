"""What Kari writes to many in the season to come: one sent, one held yet, one not finished."""

from datetime import datetime, timedelta

from portal.db import db
from portal.demo.people import Cast
from portal.demo.season import ComingSeason
from portal.mailings import actions, queries
from portal.mailings.audiences import Audience, Who
from portal.models.mailings import MailingDraft
from portal.tokens import public_id

_SENT_BEFORE = timedelta(days=13)
_OPENED = {
    "nb": {
        "subject": "Har du en dag til overs for juryen?",
        "body": """\
Hei {fornavn}

Nå kan du melde deg som jurymedlem i høstens innovasjonscamper. Elevene får en dag på seg til å \
løse et oppdrag om fjorden, og juryen kårer et vinnerlag på hver skole.

- Du velger selv hvilke dager du kan, og hvor langt du vil reise.
- Du trenger ikke å være ekspert.
- Si gjerne fra til en kollega som kunne passe.""",
    },
    "nn": {
        "subject": "Har du ein dag til overs for juryen?",
        "body": """\
Hei {fornavn}

No kan du melde deg som jurymedlem i innovasjonscampane i haust. Elevane får ein dag på seg til å \
løyse eit oppdrag om fjorden, og juryen kårar eit vinnarlag på kvar skule.

- Du vel sjølv kva dagar du kan, og kor langt du vil reise.
- Du treng ikkje å vere ekspert.
- Sei gjerne frå til ein kollega som kunne passe.""",
    },
}
_PRACTICAL = {
    "nb": {
        "subject": "Slik blir jurydagen",
        "body": """\
Hei {fornavn}

Takk for at du stiller i jury. Dette er greit å vite før dagen:

1. Møt i resepsjonen på skolen kl. 08.15.
2. Oppdraget og kriteriene får du **en uke før**.
3. Si fra i god tid hvis noe kommer i veien, så finner vi en annen.""",
    },
    "en": {
        "subject": "What the jury day is like",
        "body": """\
Hello {first_name}

Thank you for serving on a jury. This is good to know before the day:

1. Meet at the reception of the school at 08:15.
2. You get the challenge and the criteria **a week before**.
3. Tell us in good time if something comes up, and we find somebody else.""",
    },
}
_THANKS = {
    "nb": {
        "subject": "Takk for at du meldte deg",
        "body": """\
Hei {fornavn}

Det er fortsatt noen skoler som mangler jurymedlemmer. Kan du ta en dag til, eller reise litt \
lenger? Endre tilbudet ditt på Min side.""",
    },
}


def sent(coming: ComingSeason, cast: Cast, now: datetime) -> None:
    """The one that opened sign-up, to the members of the groups; ``post`` delivers it."""
    then = now - _SENT_BEFORE
    draft = _draft(Audience(Who.MEMBERS), _OPENED, cast, then)
    _send(draft, cast, then)


def held(coming: ComingSeason, cast: Cast, now: datetime) -> None:
    """The one that can be stopped yet, to those with a seat, and one that is being written."""
    _send(_draft(Audience(Who.SEATED, coming.season.id), _PRACTICAL, cast, now), cast, now)
    _draft(Audience(Who.VOLUNTEERS, coming.season.id), _THANKS, cast, now)


def _draft(
    audience: Audience, texts: dict[str, dict[str, str]], cast: Cast, now: datetime
) -> MailingDraft:
    name = public_id()
    actions.begin(name, by=cast.kari, now=now)
    draft = queries.draft_of(cast.kari, name)
    assert draft is not None
    actions.keep(draft, audience, texts, is_ready=True, now=now)
    db.session.flush()
    return draft


def _send(draft: MailingDraft, cast: Cast, now: datetime) -> None:
    count = queries.reach_of(Audience.read(draft.audience)).reached
    actions.send(draft, revision=draft.revision, count=count, by=cast.kari, now=now)
