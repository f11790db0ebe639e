"""Common Norwegian names, put together at random: whoever they name is invented."""

import random
from collections.abc import Iterator

FIRST = (
    *("Aisha", "Anders", "Anita", "Arne", "Astrid", "Bente", "Birgitte", "Bjørn", "Camilla"),
    *("Dag", "Daniel", "Elin", "Emil", "Eskil", "Fatima", "Frida", "Geir", "Grete", "Gunnar"),
    *("Hanna", "Hedda", "Helge", "Hilde", "Ida", "Inger", "Ivar", "Jan", "Johanne", "Jorunn"),
    *("Katrine", "Kjell", "Knut", "Kristin", "Lars", "Leif", "Line", "Liv", "Magnus", "Marit"),
    *("Marius", "Mona", "Morten", "Mohammed", "Nils", "Nora", "Odd", "Olav", "Per", "Ragnhild"),
    *("Randi", "Rolf", "Rune", "Sara", "Sigrid", "Silje", "Sindre", "Solveig", "Stian", "Tor"),
    *("Trond", "Tuva", "Unni", "Vegard", "Vidar", "Yasmin", "Øyvind", "Åse", "Åsmund"),
)
LAST = (
    *("Aas", "Ahmed", "Amundsen", "Andersen", "Antonsen", "Arnesen", "Aune", "Bakken", "Berge"),
    *("Birkeland", "Bjerke", "Brekke", "Bråten", "Bøe", "Dahl", "Edvardsen", "Eide", "Eliassen"),
    *("Engen", "Eriksen", "Evensen", "Fjeld", "Fossum", "Gulbrandsen", "Gundersen", "Haga"),
    *("Hagen", "Halvorsen", "Haugen", "Helland", "Henriksen", "Hovland", "Isaksen", "Iversen"),
    *("Jacobsen", "Johnsen", "Karlsen", "Knutsen", "Kristoffersen", "Lie", "Lunde", "Løken"),
    *("Martinsen", "Mathisen", "Moe", "Myhre", "Myklebust", "Næss", "Nguyen", "Nygård", "Olsen"),
    *("Ruud", "Rønning", "Sandvik", "Sivertsen", "Solli", "Strand", "Sunde", "Sæther"),
    *("Tangen", "Thorsen", "Tveit", "Ulriksen", "Viken", "Wold", "Ødegård", "Øien", "Ås"),
)


def invented(rng: random.Random, taken: set[str]) -> Iterator[str]:
    """Names that nobody in ``taken`` has, each once, for as long as there are any."""
    pairs = [f"{first} {last}" for first in FIRST for last in LAST]
    rng.shuffle(pairs)
    return (name for name in pairs if name not in taken)
