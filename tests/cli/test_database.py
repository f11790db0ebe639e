"""What commands say of a database that is not ready for them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    ["demo", "load"],
    ["import", "registers"],
    ["people", "sign-in-link", "kari.nordmann@example.org"],
    ["reminders", "queue"],
    ["retention", "run"],
    ["jury", "plan", "2026"],
]


def flask(instance: Path, *args: str, **settings: str) -> tuple[int, str, str]:
    """Exit code, and what the command says on stdout and on stderr."""
    environment = os.environ | {"INSTANCE_DIR": str(instance)} | settings
    environment.pop("DATABASE_URL", None) if "DATABASE_URL" not in settings else None
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_without_tables_is_told_of_in_one_line(tmp_path: Path, command: list[str]):
    assert flask(tmp_path, *command) == (
        2, "", "the database is not of this version: run flask --app wsgi db upgrade first\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["reminders", "queue"]], ids=" ".join
)
def test_a_database_that_is_away_is_told_of_in_one_line(tmp_path: Path, command: list[str]):
    away = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"

    code, said, complaint = flask(tmp_path, *command, DATABASE_URL=away)

    assert (code, said, complaint.count("\n")) == (2, "", 1)
    assert complaint.startswith("the database cannot be reached: connection failed: ")
