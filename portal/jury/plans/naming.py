"""What people and camps are called in sentences about a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Names:
    """What people, their municipalities and camps are called, by the row id of person or camp."""

    people: Mapping[int, str]
    camps: Mapping[int, str]
    homes: Mapping[int, str] = field(default_factory=dict)


def ended(text: str) -> str:
    """With one full stop, also after the name of a school that ends in one (vgs.)."""
    return text[:-1] if text.endswith("..") else text
