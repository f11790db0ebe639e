"""What may stand in a header, and how it is written there.

The checks are ours because the interpreter's came late (CVE-2024-6923) and Flask-Mail's look at
some headers only. So is the writing: Python 3.11's ``EmailMessage`` loses spaces from a long
subject in Norwegian, and quotes and commas from such a name, when it folds them.
"""

import re
from email.header import Header

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
_ADDRESS = re.compile(f"{_DOT_ATOM}@{_DOMAIN}")
_LINE = 76


class UnsafeHeader(ValueError):
    """A value that could end its header and begin another one; ``field`` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Control character, or no proper value, in {field}")
        self.field = field


def check_header(field: str, value: str) -> str:
    """``value`` itself, when it can stand in the header ``field``.

    Raises:
        UnsafeHeader: ``value`` holds a line break, NUL or other control, or ``field`` is no name.
    """
    if not _NAME.fullmatch(field):
        raise UnsafeHeader("the name of a header")
    if _CONTROL.search(value):
        raise UnsafeHeader(field)
    return value


def check_address(address: str) -> str:
    """``address`` itself, when it is a plain ASCII address that SMTP takes as it is.

    A domain with other letters must have been written in its ASCII form before. What reads as an
    encoded word is refused, since some readers decode it, line breaks and all.

    Raises:
        UnsafeHeader: it is none; quoted local parts are not taken either.
    """
    if len(address) > 254 or "=?" in address or not _ADDRESS.fullmatch(address):
        raise UnsafeHeader("address")
    return address


def header(field: str, value: str) -> str:
    """The header line with its CRLF, encoded and folded where it must be."""
    check_header(field, value)
    # Only a subject is text; a long token in another header must stay as it is.
    if _is_plain(value) and (len(field) + 2 + len(value) <= _LINE or field != "Subject"):
        return f"{field}: {value}\r\n"
    return f"{field}: {_encoded(field, value)}\r\n"


def address_header(field: str, address: str, name: str) -> str:
    """The header line for one mailbox; a name outside plain ASCII is encoded whole."""
    check_address(address)
    check_header(field, name)
    if not name:
        return f"{field}: {address}\r\n"
    gap = " " if len(field) + len(name) + len(address) + 7 <= _LINE else "\r\n "
    return f"{field}: {_phrase(field, name)}{gap}<{address}>\r\n"


def _phrase(field: str, name: str) -> str:
    # A quoted string cannot be folded everywhere, so that a long name is encoded as well.
    if _is_plain(name) and len(name) <= 50:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded(field, name)


def _is_plain(value: str) -> bool:
    """Whether readers take ``value`` as it stands, and not as an encoded word."""
    return value.isascii() and "=?" not in value


def _encoded(field: str, value: str) -> str:
    return Header(value, "utf-8", maxlinelen=_LINE, header_name=field).encode(linesep="\r\n")
