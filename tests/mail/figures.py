"""The figures of the long fault tests, kept in build/fault for the table of ``make fault``."""

import json
import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build" / "fault"


def note(what: str, times: int, **figures: int) -> None:
    """Keep how often a fault struck and what came of it; the last run of each counts."""
    leg = os.environ.get("TEST_DATABASE", "sqlite")
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{what} {leg}")
    figure = {"what": what, "database": leg, "times": times, **figures}
    (FOLDER / f"{name}.json").write_text(json.dumps(figure) + "\n")
