"""Settings, read from the environment; safe when nothing is set.

``docs/operations.md`` describes each. An https ``BASE_URL`` means production: there a missing or
weak secret stops the start with one line. Elsewhere keys are made once and kept in
``INSTANCE_DIR``, so that the portal starts with nothing set at all.
"""

import contextlib
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LANGUAGES = ("nb", "nn", "en")
_SHORTEST_SECRET = 32


class BadSetting(Exception):
    """A setting that the portal cannot start with; its text is the line to show."""


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
