"""The one way to the parts of this package that need Procrastinate: none without it."""

import importlib
from types import ModuleType

# What the extra "postgres" installs, and a portal on SQLite goes without.
_OPTIONAL = {"procrastinate", "psycopg", "psycopg_pool"}


def load(part: str) -> ModuleType | None:
    """The module ``part`` of this package; None where Procrastinate is not installed.

    Loaded when first needed, since a portal on SQLite never needs it: all else imports at the top.
    """
    try:
        return importlib.import_module(f"portal.engine.{part}")
    except ModuleNotFoundError as missing:
        if missing.name not in _OPTIONAL:
            raise
        return None


def reason_of(error: Exception) -> str:
    """What the database said, in one line: Procrastinate hides it behind an error of its own."""
    return (str(error.__cause__ or error) or type(error).__name__).splitlines()[0]
