"""In which language somebody reads a page that a mailed link leads to."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from flask_babel import force_locale

import config
from portal import access
from portal.models.accounts import Person


@contextmanager
def as_read_by(person: Person) -> Iterator[None]:
    """Inside, texts are in the language of the one the link was sent to, as its mail was.

    A language chosen in this browser, or that of somebody signed in, goes first.
    """
    with in_language(person.language):
        yield


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """``as_read_by`` for a link that was sent to nobody in particular, in ``language``."""
    if request.cookies.get("language") in config.LANGUAGES or access.viewer() is not None:
        yield
        return
    with force_locale(language):
        yield
