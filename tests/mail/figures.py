"""The figures of the long fault tests, kept in build/fault for the table of ``make fault``."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from tests.mail.farming import Outcome

FOLDER = Path(__file__).resolve().parents[2] / "build" / "fault"


def note(what: str, times: int, found: Outcome, *, most: int = 1) -> None:
    """Keep how often a fault struck and what came of it; the last run of each counts.

    ``most`` is how many messages each stroke may bring a second time.
    """
    leg = os.environ.get("TEST_DATABASE", "sqlite")
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{what} {leg}")
    figure = {"what": what, "database": leg, "times": times, "most": most, **asdict(found)}
    (FOLDER / f"{name}.json").write_text(json.dumps(figure) + "\n")
