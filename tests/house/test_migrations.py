import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT


def test_migrations_make_the_tables_of_the_models(tmp_path: Path):
    flask(tmp_path, "db", "upgrade")

    assert "No new upgrade operations detected" in flask(tmp_path, "db", "check")


def test_there_is_one_line_of_migrations(tmp_path: Path):
    assert len(flask(tmp_path, "db", "heads").splitlines()) == 1


def flask(instance: Path, *command: str) -> str:
    """Run a command of the portal on an empty SQLite database, and return all it said."""
    settings = {**os.environ, "INSTANCE_DIR": str(instance)}
    settings.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT, env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr if command[-1] == "check" else done.stdout
