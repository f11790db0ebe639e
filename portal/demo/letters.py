"""What the demo's mail server has taken, newest first."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

NEWEST = 200
_NAME = re.compile(r"[0-9a-z-]{1,60}")
_CALENDAR = b"Content-Type: text/calendar"


@dataclass(frozen=True)
class Envelope:
    """A message as a list shows it."""

    name: str
    recipient: str
    subject: str
    sent_at: datetime | None
    language: str
    has_calendar: bool


def newest(folder: Path, limit: int = NEWEST) -> list[Envelope]:
    """The latest messages in ``folder``, newest first."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:limit]
    return [_envelope(path.stem, path.read_bytes()) for path in paths]


def content(folder: Path, name: str) -> bytes | None:
    """The message called ``name``, None when there is none."""
    path = folder / f"{name}.eml"
    return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None


def _envelope(name: str, raw: bytes) -> Envelope:
    headers = BytesHeaderParser(policy=policy.SMTP).parsebytes(raw)
    return Envelope(
        name=name,
        recipient=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        sent_at=headers["Date"].datetime if headers["Date"] else None,
        language=str(headers["Content-Language"] or "nb"),
        has_calendar=_CALENDAR in raw,
    )
