"""What has arrived at the mail server of a test."""

from pathlib import Path

from tests.mail.farming import Taken


def lines(path: Path) -> list[str]:
    """Recipient and digest of each message that was taken."""
    return [f"{to} {digest}" for _conversation, to, digest in Taken("", path).read()]
