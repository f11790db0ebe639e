"""What the asking browser brings along: its mark, its network, and where it wants to go."""

import hashlib
import hmac
import ipaddress
import re

from flask import current_app, request
from werkzeug.wrappers import Response

from portal.models.accounts import SignInRequest
from portal.tokens import fingerprint, secret

_MARK_SECONDS = 3600
_MARK = re.compile(r"[A-Za-z0-9_-]{43}")
# One slash and then a letter or digit: "//", "/\" and their kind lead to other sites.
_OWN_PATH = re.compile(r"/[A-Za-z0-9][A-Za-z0-9/_.~%?=&,:+-]{0,480}")


def mark_cookie() -> str:
    """The name of the cookie that tells which browser asked for a link."""
    return "__Host-asked" if current_app.config["PRODUCTION"] else "asked"


def browser_mark() -> str:
    """The mark of the asking browser: the one it has, or a new one."""
    mark = request.cookies.get(mark_cookie(), "")
    return mark if _MARK.fullmatch(mark) else secret()


def carry_mark(response: Response, mark: str) -> None:
    """Let the asking browser keep its mark until the link has come and been used."""
    response.set_cookie(
        mark_cookie(),
        mark,
        max_age=_MARK_SECONDS,
        path="/",
        secure=current_app.config["PRODUCTION"],
        httponly=True,
        samesite="Lax",
    )


def asked_here(asked: SignInRequest) -> bool:
    """Whether the browser at hand is the one that asked for the link."""
    mark = request.cookies.get(mark_cookie(), "")
    if not asked.browser_hash or not _MARK.fullmatch(mark):
        return False
    return hmac.compare_digest(asked.browser_hash, fingerprint(mark))


def network() -> str:
    """The asking network (/24, or /64 of IPv6) as a keyed hash: enough to count by, and no more."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    length = 24 if address.version == 4 else 64
    block = str(ipaddress.ip_network((address, length), strict=False))
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"network {block}".encode(), hashlib.sha256).hexdigest()


def own_path(text: str | None) -> str:
    """``text`` if it is a path of this portal that is safe to go to, else an empty text.

    Nor is signing in itself a place to go on to: its link would be used up.
    """
    if not text or not _OWN_PATH.fullmatch(text) or text.startswith("/sign-"):
        return ""
    return text
