"""Text made safe for a calendar: what a person may have typed, as every reader can take it."""

import re
from urllib.parse import quote

_LINE_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, lone surrogates, the byte order mark and what is no character at all.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\U0010ffff\"(),:;<>@\[\\\]]+@[A-Za-z0-9.-]+")
# What an address may hold as it is (RFC 3986); people paste more than that.
_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]"
_SCHEME = re.compile("https?://", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")


def paragraphs(text: str) -> str:
    """``text`` with its line breaks as plain newlines and without control characters."""
    return _UNPRINTABLE.sub("", _LINE_BREAKS.sub("\n", text)).strip()


def line(text: str, *, between_lines: str = " ") -> str:
    """``text`` on one line, with single spaces."""
    lines = (" ".join(part.split()) for part in paragraphs(text).split("\n"))
    return between_lines.join(part for part in lines if part)


def parameter(text: str) -> str:
    r"""``text`` as the value of a parameter, such as a display name.

    Parameters have no escapes that all readers know: a quote would end the value, ``^`` begins an
    escape of RFC 6868, and some parsers let a backslash swallow what follows.
    """
    return line(text).replace('"', "'").replace("\\", "/").replace("^", "")


def web_address(url: str) -> str:
    """``url`` with everything encoded that an address cannot hold, such as æ, ``|`` or quotes."""
    return _SCHEME.sub(lambda found: found[0].lower(), quote(url, safe=_IN_ADDRESSES), count=1)


def is_web_address(url: str) -> bool:
    """Whether ``url`` is a whole http or https address, without spaces or backslashes."""
    if _UNPRINTABLE.search(url) or re.search(r"[\s\\]", url):
        return False
    return _WEB_ADDRESS.fullmatch(web_address(url)) is not None


def is_address(address: str) -> bool:
    """Whether ``address`` can stand after ``mailto:`` as it is."""
    return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None
