"""Points that may say the same, by the plain words they have in common. A hint, no more."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from portal.text import search_key

_WORD = re.compile(r"[a-z0-9]{4,}")
# So much of a word tells what it is about; its ending does not.
_STEM = 6
# Words that say nothing of what a point is about, in the three languages, as search keys.
_EMPTY_TEXT = (
    "alle alltid andre andra annen anna bare berre blir blei blitt bort bruke bruk burde "
    "denne desse dette deres deira disse ein eller enten etter fordi fore forst flere fleire "
    "gjennom gjore gjere hadde hatt have hele heile helst hennes hjem hvem hvis hvor hvordan "
    "hvorfor hverandre ikke ikkje ingen inga inn innen innenfor jobbe kanskje korleis kunne "
    "kvifor like mange meir mellom mens mest mindre mine minst mulig mykje mye noen noko "
    "nokon noe ogsa over samme same sammen siden sine skal skape skulle slik slike slikt "
    "store storre under uten utan vaere vare verte viktig ville about also because been "
    "before being between both could does each every from have important into make more most "
    "much must only other our should some such than that their them then there these they "
    "this those through under very want what when where which while will with would your "
)
_EMPTY = frozenset(_EMPTY_TEXT.split())
_COMMON_WORDS, _COMMON_SHARE = 2, 0.5
_MOST = 3


def similar(points: Mapping[str, str]) -> dict[str, list[str]]:
    """For each point (name to text) up to three that resemble it, the most alike first.

    Two are alike that have two words in common, and half of those that the shorter one has; what
    counts is how a word of four letters or more begins. One that resembles none is left out.
    """
    stems = {name: _stems(text) for name, text in points.items()}
    having: dict[str, list[str]] = defaultdict(list)
    for name, found in stems.items():
        for stem in found:
            having[stem].append(name)
    alike = {name: _most_alike(name, stems, having) for name in points}
    return {name: others for name, others in alike.items() if others}


def _stems(text: str) -> frozenset[str]:
    words = set(_WORD.findall(search_key(text))) - _EMPTY
    return frozenset(word[:_STEM] for word in words)


def _most_alike(
    name: str, stems: Mapping[str, frozenset[str]], having: Mapping[str, list[str]]
) -> list[str]:
    own = stems[name]
    common = Counter(other for stem in own for other in having[stem] if other != name)
    shares = {
        other: count / min(len(own), len(stems[other]))
        for other, count in common.items()
        if count >= _COMMON_WORDS
    }
    close = [other for other, share in shares.items() if share >= _COMMON_SHARE]
    return sorted(close, key=lambda other: (-shares[other], other))[:_MOST]
