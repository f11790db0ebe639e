"""Where Procrastinate is not installed, nothing is missing but speed."""

import json
import os
import subprocess
import sys

from tests.engine.arrivals import lines
from tests.house.tree import ROOT


def portal(url: str, folder, *words: str, hidden: bool = True, **values: str):
    """Run a command of the portal, with Procrastinate hidden from it."""
    module = ["tests.engine.hidden", "flask"] if hidden else ["flask"]
    ours = {"DATABASE_URL": url, "INSTANCE_DIR": str(folder), "DEMO": "", "BASE_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", *module, "--app", "wsgi", *words],
        cwd=ROOT, env={**os.environ, **ours, **values}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_on_postgresql_mail_is_queued_and_sent_and_the_lack_is_told_once(
    grown,
    jobs,
    postgresql_url,
    sink,
    tmp_path,
):
    server = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink[0]}

    queued = portal(
        postgresql_url, tmp_path, "outbox", "test", "ola@example.org", "--count", "150", **server
    )
    sent = portal(postgresql_url, tmp_path, "outbox", "deliver", "--once", **server)
    prepared = portal(postgresql_url, tmp_path, "engine", "prepare")

    assert (queued.returncode, queued.stdout) == (0, "Queued 150 to ola@example.org.\n")
    assert [json.loads(line)["text"] for line in queued.stderr.splitlines()] == [
        "no job engine wakes the workers, they look by themselves: Procrastinate is not installed"
    ]
    assert (sent.returncode, len(lines(sink[1])), jobs()) == (0, 150, [])
    assert (prepared.returncode, prepared.stderr) == (
        2,
        "Procrastinate is not installed; it comes with requirements.txt.\n",
    )


def test_on_sqlite_the_engine_is_not_even_loaded(sink, tmp_path):
    server = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink[0]}
    url = f"sqlite:///{tmp_path / 'portal.db'}"

    done = [
        portal(url, tmp_path, *words, hidden=False, PYTHONPROFILEIMPORTTIME="1", **server)
        for words in (
            ("db", "upgrade"),
            ("outbox", "test", "ola@example.org"),
            ("outbox", "deliver", "--once"),
        )
    ]

    assert [each.returncode for each in done] == [0, 0, 0]
    assert len(lines(sink[1])) == 1
    assert all("portal.engine.loading" in each.stderr for each in done)
    assert not any("procrastinate" in each.stderr for each in done)
