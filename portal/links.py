"""Addresses that hold outside a request: in mails, feeds and commands."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of a page, from ``BASE_URL`` and never from what a request's Host says."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path or "/", url_scheme=base.scheme
    )
    return adapter.build(endpoint, values, force_external=True)


def host() -> str:
    """The portal's own host name, for uids and Message-IDs."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
