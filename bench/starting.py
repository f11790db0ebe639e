"""How soon a portal that has run before answers again."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.report import Row, Table

_ROOT = Path(__file__).parent.parent
_ROUNDS = 5
_AIM_SECONDS = 3.0
_PATIENCE_SECONDS = 120
_BARE = "import flask, sqlalchemy, waitress"


def measure() -> Table:
    """Seconds until the first answer, first on nothing and then on what the first start made."""
    with tempfile.TemporaryDirectory(prefix="bench") as instance:
        first = _answers_after(instance)
        bare, again = [], []
        for _round in range(_ROUNDS):
            bare.append(_bare())
            again.append(_answers_after(instance))
    baseline, second = statistics.median(bare), statistics.median(again)
    return Table(
        "Starting",
        "Seconds from the command `flask --app wsgi serve` (with `DEMO=1`, as `make run` gives it)"
        " until `/healthz` has answered. Baseline (1.00): a Python that imports Flask, SQLAlchemy"
        f" and waitress and ends, {baseline:.2f} s in this run.",
        ("s", "ratio"),
        (
            Row("first start: tables and demo made", (f"{first:.1f}", f"{first / baseline:.1f}")),
            Row(
                "second start",
                (f"{second:.1f}", f"{second / baseline:.1f}"),
                f"≤ {_AIM_SECONDS:.0f} s",
                second <= _AIM_SECONDS,
            ),
        ),
    )


def _bare() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", _BARE], check=True)
    return time.perf_counter() - begun


def _answers_after(instance: str) -> float:
    port = _free_port()
    begun = time.perf_counter()
    with _serving(instance, port) as process:
        _wait_for_answer(process, f"http://127.0.0.1:{port}/healthz")
        return time.perf_counter() - begun


@contextmanager
def _serving(instance: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"INSTANCE_DIR": instance, "PORT": str(port), "DEMO": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=_ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)


def _wait_for_answer(process: subprocess.Popen[bytes], address: str) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=_PATIENCE_SECONDS):  # noqa: S310
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the portal did not come up")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
