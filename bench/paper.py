"""docs/benchmarks.md: what ``make bench`` measured, and below it what ``make fault`` has proved.

Each of the two writes its own part, and leaves the other's as it stands.
"""

from pathlib import Path

_PAPER = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- make fault writes from here -->", "<!-- to here -->"


def write_measured(text: str) -> None:
    """Put ``text`` above the part on faults."""
    _PAPER.write_text(f"{text.rstrip()}\n{_faults()}", encoding="utf-8")


def write_faults(text: str) -> None:
    """Put ``text`` where the part on faults is, or will be."""
    measured = _read().replace(_faults(), "").rstrip()
    part = f"\n{_BEGIN}\n\n{text.strip()}\n\n{_END}\n"
    _PAPER.write_text(f"{measured}\n{part}", encoding="utf-8")


def _faults() -> str:
    """The part on faults with its marks; empty while there is none."""
    text = _read()
    if _BEGIN not in text:
        return ""
    begun, ended = text.index(_BEGIN), text.index(_END) + len(_END)
    return f"\n{text[begun:ended]}\n"


def _read() -> str:
    return _PAPER.read_text(encoding="utf-8") if _PAPER.exists() else ""
