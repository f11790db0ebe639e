"""Norwegian text: keys to search and to sort by, the same on every database."""

import re
import unicodedata

_SEARCH_FOLDS = str.maketrans({"æ": "ae", "ø": "o", "å": "aa", "ö": "o", "ä": "ae", "ü": "u"})
_AFTER_Z = {"æ": "Zx", "ø": "Zy", "å": "Zz"}
_SORT_FOLDS = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y", "đ": "d", "ŋ": "n", "ŧ": "t"})


def search_key(text: str) -> str:
    """What ``text`` is found by: case, accents and the spelling of æ, ø and å do not matter.

    "Ålesund", "ålesund" and "Aalesund" have one key, and so have "Ørje", "orje" and "Oerje".
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_SEARCH_FOLDS)
    plain = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain.replace("oe", "o")).strip()


def sort_key(text: str) -> str:
    """A text that sorts plainly, byte by byte, as ``text`` does in Norwegian order.

    æ, ø and å come last, aa counts as å, accents and case only break ties. The key is ASCII, so
    that every database and collation agrees.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_SORT_FOLDS)
    return "".join(map(_sort_letter, folded.replace("aa", "å")))[:500]


def _sort_letter(letter: str) -> str:
    if "a" <= letter <= "z":
        return letter.upper()
    if letter in _AFTER_Z:
        return _AFTER_Z[letter]
    base = unicodedata.normalize("NFKD", letter)[0]
    if "a" <= base <= "z":
        return base.upper()
    if "0" <= base <= "9":
        return base
    return " " if base.isspace() else "!"


# Letters that are no other letter with a mark, among them those of Sámi names.
_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "ł": "l"})


def slug(text: str) -> str:
    """An address part that reads like ``text``: small ASCII letters, digits and hyphens."""
    folded = text.casefold().translate(_PLAIN)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "uten-navn"
