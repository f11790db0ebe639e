"""``flask serve``: starts with nothing set, keeps mail safe, and ends when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.cli.serve import prepare_database
from tests.answers.conftest import imap, inbox  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
Serving = Callable[..., subprocess.Popen]


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """The environment of a portal of its own, with nothing else set."""
    ours = ("DATABASE_URL", "BASE_URL", "PORT", "DEMO", "MAIL_SERVER", "MAIL_PORT", "SECRET_KEY",
            "INBOX_URL")  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "INSTANCE_DIR": str(instance), **settings}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """Start ``flask serve`` and wait for its one line; ended with the test."""
    started = []

    def start(*words: str, **settings: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve", *words],
            cwd=ROOT, env=environment(tmp_path, **settings), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        process.first_line = process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def outbox(instance: Path, *words: str, **settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", *words],
        cwd=ROOT, env=environment(instance, **settings), capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def arrived(instance: Path, address: str) -> int:
    """How many messages to ``address`` the demo's mail server has kept."""
    kept = (instance / "mail").glob("*.eml")
    return sum(f"To: {address}".encode() in path.read_bytes() for path in kept)


def health(port: int) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_portal_starts_from_nothing_sends_mail_and_ends_when_told(serving, tmp_path):
    port = free_port()
    process = serving("--port", str(port), DEMO="1")
    first = health(port)

    outbox(tmp_path, "test", "test@example.org", "--count", "2", DEMO="1")
    end = time.monotonic() + 30
    while arrived(tmp_path, "test@example.org") < 2 and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)

    assert process.first_line == f"Oppdrag Oslofjorden is ready: http://127.0.0.1:{port}\n"
    assert first[0] == 200
    assert arrived(tmp_path, "test@example.org") == 2
    assert (process.wait(30), process.stdout.read()) == (0, "")


def test_a_portal_with_a_mailbox_reads_it_by_itself(serving, imap, inbox):  # noqa: F811
    port = free_port()
    inbox.put(b"Subject: Hei\r\n\r\nHei\r\n")
    process = serving("--port", str(port), INBOX_URL=imap.url(inbox.account))

    end = time.monotonic() + 30
    # Moved is not yet told: the look ends a moment later.
    while health(port)[1]["inbox_read_s"] is None or not inbox.count("Done"):
        assert time.monotonic() < end
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)

    assert (inbox.subjects(), inbox.subjects("Done")) == ([], ["Hei"])
    assert (process.wait(30), process.stdout.read()) == (0, "")


def test_the_second_start_finds_all_in_place_and_makes_nothing(app, queries):
    prepare_database()

    with queries() as asked:
        prepare_database()

    assert len(asked) <= 12
    assert {statement.split()[0] for statement in asked} <= {"SELECT", "PRAGMA"}


def test_a_start_leaves_alone_what_only_some_pages_need():
    heavy = ["docx", "procrastinate", "playwright"]
    program = f"import sys, wsgi; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)],
            cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"Cannot listen on 127.0.0.1 port {port}: Address already in use."
        " Set PORT to use another one.\n",
    )
    assert not (tmp_path / "portal.db").exists()
