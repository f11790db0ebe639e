"""An address we do not know, beside a token we do: the person's own, or somebody else's? Pure.

Whoever forwards an invitation passes on the token in it, so that a stranger's answer comes to the
address of the one who was invited. The same happens to somebody whose calendar answers from another
address of theirs. docs/decisions/0012-alias-or-forwarded.md weighs the signs; in doubt it was
forwarded, and somebody decides.
"""

import re
from collections.abc import Collection

from portal.text import search_key

# Many people share a mailbox of such a name, and every house has one.
_SHARED = {
    "post", "postmottak", "kontakt", "kontor", "info", "mail", "epost", "admin", "office",
    "contact", "leder", "styret", "sekretariat", "me", "jeg", "privat", "jobb",
}  # fmt: skip
_SHORTEST_LOCAL = 4


def is_alias(
    address: str,
    names: Collection[str],
    *,
    name: str,
    addresses: Collection[str],
    sender: str,
) -> bool:
    """Whether ``address``, which calls itself by ``names``, is the person's own.

    The person is called ``name`` and has ``addresses``; ``sender`` is in From. All addresses are
    casefolded.
    """
    called = [words for each in names if len(words := _words(each)) > 1]
    own = _words(name)
    if called:
        # A name speaks louder than an address: its bearer wrote it.
        return all(_is_same(words, own) for words in called)
    if sender in addresses:
        return True
    local = _plain(address)
    if len(local) < _SHORTEST_LOCAL or local in {*_SHARED, *own[:1]}:
        return False
    return local in map(_plain, addresses) or _is_named_after(local, own)


def _is_same(one: list[str], other: list[str]) -> bool:
    """Whether two names share their first and last words, in any order, or one holds the other."""
    if len(other) < 2:
        return False
    short, long = sorted((set(one), set(other)), key=len)
    return short <= long or {one[0], one[-1]} == {other[0], other[-1]}


def _is_named_after(local: str, name: list[str]) -> bool:
    """Whether a local part is made of a first and a last name: ola.hansen, hansen-ola, olahansen.

    One initial would do for many: o.hansen may be Oda.
    """
    if len(name) < 2:
        return False
    parts = re.split(r"[._-]+", local)
    first, last = name[0], name[-1]
    return {first, last} <= set(parts) or local in (first + last, last + first)


def _plain(address: str) -> str:
    """The local part without a sub-address and without accents."""
    return _ascii(address.rpartition("@")[0].partition("+")[0])


def _words(name: str) -> list[str]:
    # A name with an address in it is no name.
    return [] if "@" in name else re.findall(r"\w+", _ascii(name))


def _ascii(text: str) -> str:
    # People write å as aa and as a; the same for all of it.
    return search_key(text).replace("aa", "a").replace("ae", "a")
