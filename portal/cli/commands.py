"""All commands, bound to the app."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the portal's commands to ``app``."""
