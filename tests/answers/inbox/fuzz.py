"""``python -m tests.answers.inbox.fuzz 100000``: spoilt messages taken in, one after the other.

Each goes the whole way, into a database of its own that forgets it again. Prints how many came to
which result, the slowest of them, and the most memory that the process has used. Whatever raises
is kept as a file, and ends the run with code 1.
"""

import logging
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from flask_migrate import upgrade

from portal.answers.inbox import taking
from portal.app import create_app
from portal.db import db
from portal.invitations import actions, addresses
from tests.answers.inbox.mutations import spoilt
from tests.answers.inbox.shapes import Told
from tests.conftest import settings
from tests.factories import create_event, create_person

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
_EVERY = 10_000


def main(number: int, seed: int) -> int:
    """Take in ``number`` messages; the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    app = create_app(settings(f"sqlite:///{folder / 'portal.db'}", folder))
    logging.disable(logging.INFO)
    with app.app_context():
        upgrade()
        told = _told()
        before = _memory()
        results, slowest, crashes = _run(number, seed, told, folder)
    grown = _memory() - before
    print(f"{number} messages, seed {seed}: {dict(results.most_common())}")
    print(
        f"slowest {slowest[0]:.3f} s of the processor (message {slowest[1]}), {slowest[2]} octets"
    )
    print(f"memory at most {_memory():.0f} MB, {grown:.0f} MB more than at the start")
    print(f"crashes: {crashes}" + (f", kept in {folder}" if crashes else ""))
    return 1 if crashes else 0


def _told() -> Told:
    ola = create_person("Ola Hansen", email="ola.hansen@example.org")
    event = create_event("Webinar om fjorden")
    actions.invite(event, ola, by=None, now=NOW)
    db.session.commit()
    return Told(to=addresses.calendar_address(ola), uid=event.uid)


def _run(
    number: int, seed: int, told: Told, folder: Path
) -> tuple[Counter[str], tuple[float, int, int], int]:
    results: Counter[str] = Counter()
    slowest, crashes = (0.0, 0, 0), 0
    for each in range(number):
        raw = spoilt(Random(f"{seed}-{each}"), told)
        began = time.process_time()
        try:
            done = taking.take(raw, NOW)
            db.session.flush()
            results[f"{done.result}: {done.reason.partition(' ')[0]}"] += 1
        except Exception:
            crashes += 1
            (folder / f"crash-{each}.eml").write_bytes(raw)
            traceback.print_exc()
        slowest = max(slowest, (time.process_time() - began, each, len(raw)))
        db.session.rollback()
        db.session.expunge_all()
        if each % _EVERY == _EVERY - 1:
            print(f"{each + 1} … slowest {slowest[0]:.3f} s, {_memory():.0f} MB", flush=True)
    return results, slowest, crashes


def _memory() -> float:
    """The most this process has held at once, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(words[0] if words else 1_000, words[1] if len(words) > 1 else 1))
