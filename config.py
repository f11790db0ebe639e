"""Settings, read from the environment; safe when nothing is set.

``docs/operations.md`` describes each. An https ``BASE_URL`` means production: there a missing or
weak secret stops the start with one line. Elsewhere keys are made once and kept in
``INSTANCE_DIR``, so that the portal starts with nothing set at all.
"""

import contextlib
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

LANGUAGES = ("nb", "nn", "en")
_SHORTEST_SECRET = 32
_IMAP_PORTS = {"imap": 143, "imaps": 993}
# As long as the columns in which a mailbox and its folder are remembered (MailboxBookmark).
_LONGEST_MAILBOX, _LONGEST_FOLDER = 300, 200


class BadSetting(Exception):
    """A setting that the portal cannot start with; its text is the line to show."""


@dataclass(frozen=True)
class MailAccount:
    """The mailbox that answers come to. ``is_secure`` means TLS from the first octet on."""

    host: str
    port: int
    is_secure: bool
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """User and host, as the mailbox may be called anywhere."""
        return f"{self.user}@{self.host}"

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine, so that nobody can listen on the way."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings, as Flask wants them.

    Raises:
        BadSetting: a value is missing, malformed or too weak for production.
    """
    instance = Path(env.get("INSTANCE_DIR") or "instance").absolute()
    port = _whole_number(env, "PORT", 5000)
    base_url = (env.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
        raise BadSetting(f"BASE_URL must be an http or https address, not {base_url!r}")
    production = base_url.startswith("https://")
    return {
        "BASE_URL": base_url,
        "PORT": port,
        "INSTANCE_DIR": str(instance),
        "PRODUCTION": production,
        "DEMO": env.get("DEMO", "") in ("1", "true", "yes"),
        "SECRET_KEY": _secret(env, "SECRET_KEY", instance, production),
        "FEED_KEY": _secret(env, "FEED_KEY", instance, production),
        "FEED_KEYS_OLD": env.get("FEED_KEYS_OLD", "").split(),
        "TRUSTED_HOSTS": _trusted_hosts(env, base_url),
        "TRUSTED_PROXIES": _whole_number(env, "TRUSTED_PROXIES", 0),
        **_database(env, instance),
        **_mail(env, base_url),
        **_inbox(env),
        **_web(production),
        "PUBLISHER": _publisher(env, domain_of(base_url)),
    }


def _database(env: Mapping[str, str], instance: Path) -> dict[str, Any]:
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://")
    options: dict[str, Any] = {"pool_pre_ping": url.startswith("postgresql")}
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": options}


def _mail(env: Mapping[str, str], base_url: str) -> dict[str, Any]:
    domain = domain_of(base_url)
    return {
        "MAIL_SERVER": env.get("MAIL_SERVER", ""),
        "MAIL_PORT": _whole_number(env, "MAIL_PORT", 25),
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": env.get("MAIL_USE_TLS", "") in ("1", "true", "yes"),
        "MAIL_FROM": env.get("MAIL_FROM") or f"oppdrag@{domain}",
        "CALENDAR_ADDRESS": env.get("CALENDAR_ADDRESS") or f"kalender@{domain}",
        "BOUNCE_ADDRESS": env.get("BOUNCE_ADDRESS") or f"retur@{domain}",
        "OUTBOX_LEASE_SECONDS": _whole_number(env, "OUTBOX_LEASE_SECONDS", 300),
        "MAILING_HOLD_SECONDS": _whole_number(env, "MAILING_HOLD_SECONDS", 300),
        # Never nothing: the worker would not come to rest.
        "OUTBOX_POLL_SECONDS": max(1, _whole_number(env, "OUTBOX_POLL_SECONDS", 1)),
        "MAIL_KEPT_DAYS": _mail_days_kept(env),
    }


def _inbox(env: Mapping[str, str]) -> dict[str, Any]:
    url = env.get("INBOX_URL", "")
    return {
        "INBOX": _mailbox(url) if url else None,
        "INBOX_FETCH_SECONDS": _whole_number(env, "INBOX_FETCH_SECONDS", 120),
        "AUTHSERV_ID": env.get("AUTHSERV_ID", "").strip(),
    }


def _mailbox(url: str) -> MailAccount:
    """The mailbox that ``url`` names. What is wrong is told without it, since it holds a password.

    Raises:
        BadSetting: it is no address of a mailbox, or longer than we can remember.
    """
    found: MailAccount | None = None
    # Outside the handler nothing is chained to what is raised: an error may quote the password.
    with contextlib.suppress(KeyError, ValueError):
        parts = urlsplit(url)
        default = _IMAP_PORTS[parts.scheme]
        found = MailAccount(
            host=parts.hostname or "",
            port=default if parts.port is None else parts.port,
            is_secure=parts.scheme == "imaps",
            user=_decoded(parts.username),
            password=_decoded(parts.password),
            folder=_decoded(_only_path(parts).removeprefix("/") or "INBOX"),
        )
    if found is None or not (found.host and found.user and found.password):
        raise BadSetting(
            "INBOX_URL must read imaps://user:password@host/folder, with %40 for @, %2F for /"
            " and so on within user, password and folder"
        )
    if len(found.name) > _LONGEST_MAILBOX or len(found.folder) > _LONGEST_FOLDER:
        raise BadSetting("INBOX_URL has a user, host or folder that is too long")
    return found


def _decoded(text: str | None) -> str:
    """``text`` with its percent codes read. Raises ValueError where it holds control characters."""
    decoded = unquote(text or "", errors="strict")
    if not decoded.isprintable():
        raise ValueError
    return decoded


def _only_path(parts: SplitResult) -> str:
    """The path. Raises ValueError where something stands behind a ``?`` or ``#``."""
    if parts.query or parts.fragment:
        raise ValueError
    return parts.path


def domain_of(base_url: str) -> str:
    """The domain of our own addresses; an invented one while the portal has none."""
    domain = urlsplit(base_url).hostname or ""
    if "." not in domain or domain.replace(".", "").isdigit():
        return "portal.example.org"
    return domain


def _publisher(env: Mapping[str, str], domain: str) -> dict[str, Any]:
    """What the privacy notice and the accessibility statement say of whoever runs the portal."""
    contact = env.get("CONTACT_EMAIL") or env.get("MAIL_FROM") or f"oppdrag@{domain}"
    return {
        "controller": env.get("CONTROLLER_NAME") or "Osloregionen",
        "contact": contact,
        "privacy_contact": env.get("PRIVACY_EMAIL") or contact,
        # Empty until the secretariat has settled it; the notice then says so.
        "groups_basis": env.get("LEGAL_BASIS_GROUPS", ""),
        "statement_url": env.get("ACCESSIBILITY_STATEMENT_URL", ""),
        "months_kept": _whole_number(env, "MONTHS_KEPT", 3),
        "mail_days_kept": _mail_days_kept(env),
    }


def _mail_days_kept(env: Mapping[str, str]) -> int:
    return _whole_number(env, "MAIL_KEPT_DAYS", 30)


def _web(production: bool) -> dict[str, Any]:
    return {
        # The cookie below carries the CSRF token and flashed texts only; who is signed in stands
        # in a row of ours (portal/accounts/sessions.py).
        "SESSION_COOKIE_NAME": "__Host-portal" if production else "portal",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "BABEL_DEFAULT_LOCALE": "nb",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Oslo",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit():
        raise BadSetting(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _trusted_hosts(env: Mapping[str, str], base_url: str) -> list[str]:
    own = urlsplit(base_url).hostname or ""
    # A reader who types the other name of the same machine means the same portal.
    local = ["127.0.0.1", "localhost"] if own in ("127.0.0.1", "localhost") else []
    return [own, *local, *env.get("TRUSTED_HOSTS", "").split()]


def _secret(env: Mapping[str, str], name: str, instance: Path, production: bool) -> str:
    value = env.get(name, "")
    if production and len(value) < _SHORTEST_SECRET:
        raise BadSetting(f"{name} must be set to at least {_SHORTEST_SECRET} characters")
    return value or _kept_secret(instance / f"{name.lower()}.txt")


def _kept_secret(path: Path) -> str:
    """The key in ``path``, made on first use.

    It appears whole or not at all, so that two portals started at once agree on one key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
