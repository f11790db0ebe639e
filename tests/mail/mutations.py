"""Take out each safeguard of the outbox, one at a time, and see that a test notices.

``python -m tests.mail.mutations`` works on a copy of the tree. It fails when a test that should
turn red stays green, when one is red before anything was taken out, and when the code no longer
reads as it is written here: then this list must follow it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "instance", "build", "__pycache__", ".*_cache"
)
# What pytest says when tests ran and some failed; anything else is no answer.
_GREEN, _RED = 0, 1


@dataclass(frozen=True)
class Change:
    """In one file, a text that stands there once, and what stands there instead."""

    file: str
    text: str
    instead: str


@dataclass(frozen=True)
class Mutation:
    """A safeguard, what its absence looks like, and the tests that must notice."""

    safeguard: str
    changes: tuple[Change, ...]
    tests: str
    words: str


_MARKS, _LEASES, _OUTBOX = "portal/mail/marks.py", "portal/mail/leases.py", "portal/mail/outbox.py"
MUTATIONS = (
    Mutation(
        "the fence when a message is marked as sent",
        (Change(_MARKS, "lease_owner = ? AND fence = ?", "lease_owner = ? AND fence <> -?"),),
        "tests/mail/test_marks.py",
        "lease or holder",
    ),
    Mutation(
        "the fence when any other outcome is marked",
        (Change(_LEASES, "        OutboxMail.fence == message.fence,\n", ""),),
        "tests/mail/test_safeguards.py",
        "taken_anew",
    ),
    Mutation(
        "a commit for each message",
        (
            Change(
                _MARKS,
                "            self._cursor = connection.cursor()\n",
                "            self._cursor = connection.cursor()\n"
                "            self._cursor.execute('BEGIN')\n",
            ),
            Change(
                _MARKS,
                "                cursor.connection.close()\n",
                "                cursor.connection.commit()\n"
                "                cursor.connection.close()\n",
            ),
        ),
        "tests/mail/test_marks.py tests/mail/test_kills.py",
        "on_the_disk or between_the_250",
    ),
    Mutation(
        "the lock that lets one thread deliver",
        (Change("portal/worker.py", "while not _locked(file):", "while False:"),),
        "tests/mail/test_worker.py",
        "only_one_worker",
    ),
    Mutation(
        "the key that names an occasion",
        (
            Change(
                _OUTBOX,
                '"dedupe_key": key,\n        "person_id"',
                '"dedupe_key": public_id(),\n        "person_id"',
            ),
        ),
        "tests/mail/test_safeguards.py",
        "key",
    ),
    Mutation(
        "a second message under one key that is dropped",
        (Change(_OUTBOX, '.on_conflict_do_nothing(index_elements=["dedupe_key"])', ""),),
        "tests/mail/test_safeguards.py",
        "key",
    ),
    Mutation(
        "what its reader has turned off",
        (Change(_OUTBOX, "    choices.suppress_unwanted(rows)\n", ""),),
        "tests/mail/test_safeguards.py",
        "turned_off",
    ),
    Mutation(
        "an address that mail does not reach",
        (Change(_OUTBOX, "    addresses.suppress_unreachable(rows)\n", ""),),
        "tests/mail/test_safeguards.py",
        "closed",
    ),
)


def main() -> None:
    """Try each mutation; exits 1 when a safeguard can go unnoticed."""
    unnoticed = []
    with _copy() as tree:
        for mutation in MUTATIONS:
            print(f"{mutation.safeguard}: ", end="", flush=True)
            if _run(tree, mutation) != _GREEN:
                raise SystemExit("its tests are not green to begin with")
            with _taken_out(tree, mutation):
                noticed = _run(tree, mutation) == _RED
            print("a test turns red" if noticed else "NOBODY NOTICES")
            unnoticed += [] if noticed else [mutation.safeguard]
    if unnoticed:
        raise SystemExit(f"No test notices the loss of {'; '.join(unnoticed)}")


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mutations") as folder:
        tree = Path(folder) / "portal"
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT, symlinks=True)
        yield tree


@contextmanager
def _taken_out(tree: Path, mutation: Mutation) -> Iterator[None]:
    before = {change.file: (tree / change.file).read_text() for change in mutation.changes}
    try:
        for change in mutation.changes:
            path = tree / change.file
            text = path.read_text()
            if text.count(change.text) != 1:
                raise SystemExit(f"{change.file} does not hold once: {change.text!r}")
            path.write_text(text.replace(change.text, change.instead))
        yield
    finally:
        for name, text in before.items():
            (tree / name).write_text(text)


def _run(tree: Path, mutation: Mutation) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider",
         *mutation.tests.split(), "-k", mutation.words],
        cwd=tree, env={**os.environ, "TEST_DATABASE": "sqlite"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    main()
