"""Who wrote a message, as our own mail server found out (RFC 8601). Pure.

Anybody can write an Authentication-Results header. Ours is told from theirs by its authserv-id,
and by its place: servers put their headers on top of what they are given, so that of several with
our name only the topmost can be ours. Both hold only behind a server that writes one on each
message; without ``AUTHSERV_ID`` nothing is believed.
"""

import re
from collections.abc import Iterator, Sequence

_LONGEST = 4_000
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)")
_PROPERTY = re.compile(r"([a-z]+)\s*\.\s*([a-z0-9_-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")


def proves(headers: Sequence[str], authserv_id: str, domain: str) -> bool:
    """Whether our server saw that a message with ``domain`` in From comes from that domain.

    ``headers`` are the Authentication-Results of the message from the top. Good are ``dmarc=pass``
    for the domain, or a valid DKIM signature of the domain or of one above it; a failed DMARC
    outweighs both.
    """
    domain = domain.casefold().rstrip(".")
    ours = authserv_id.strip().casefold()
    if not ours or not domain:
        return False
    for header in headers:
        name, *results = _clauses(header[:_LONGEST].casefold())
        if name.split()[:1] == [ours]:
            return _is_proved(results, domain)
    return False


def _is_proved(results: list[str], domain: str) -> bool:
    proved = False
    for clause in results:
        found = _RESULT.match(clause)
        if found is None:
            continue
        method, result = found[1], found[2]
        if method == "dmarc" and result != "pass":
            return False
        if result == "pass":
            properties = list(_properties(clause))
            # A signer may write what looks like a property into one of their own (the i of DKIM).
            names = [name for name, _value in properties]
            is_plain = len(set(names)) == len(names)
            proved |= is_plain and _is_aligned(method, dict(properties), domain)
    return proved


def _is_aligned(method: str, properties: dict[str, str], domain: str) -> bool:
    if method == "dmarc":
        return properties.get("header.from") == domain
    if method == "dkim":
        signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        signer = signer.rstrip(".")
        # A signature of everything below "no" would be nobody's.
        return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    return False


def _properties(clause: str) -> Iterator[tuple[str, str]]:
    for kind, name, quoted, plain in _PROPERTY.findall(clause):
        yield f"{kind}.{name}", quoted or plain


def _clauses(header: str) -> list[str]:
    """The header divided at its semicolons, without comments; both may stand in quotes."""
    clauses, depth, is_quoted, is_escaped = [""], 0, False, False
    for letter in header:
        if is_escaped:
            is_escaped = False
        elif letter == "\\":
            is_escaped = True
            continue
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif letter in "()" and not is_quoted:
            depth = max(depth + (1 if letter == "(" else -1), 0)
            letter = " "
        elif letter == ";" and not is_quoted and not depth:
            clauses.append("")
            continue
        if not depth:
            clauses[-1] += letter
    return clauses
