"""A portal served by a process of its own, and somebody who fills in its forms over HTTP."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_PATIENCE_SECONDS = 60
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def serving(instance: Path, **settings: str) -> Iterator[str]:
    """``flask serve`` on a database in ``instance``; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    ours = {"INSTANCE_DIR": str(instance), "PORT": str(port), "DEMO": "", "BASE_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=_ROOT,
        env=os.environ | ours | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/calendar")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)


class Browser:
    """Keeps cookies, and sends forms with the token that their page holds."""

    def __init__(self, address: str, session: str = "", network: str = "127.0.0.1") -> None:
        self._address = address
        self._opener = urllib.request.build_opener(_Stay())
        self._opener.addheaders = [("X-Forwarded-For", network)]
        self._cookies = {"session": session} if session else {}

    def send(self, form: str, to: str, **values: str) -> float:
        """Fill in the form on the page ``form`` and send it; how many seconds the answer took."""
        found = _TOKEN.search(self._open(form).decode())
        if found is None:
            raise RuntimeError(f"no form on {form}")
        data = urllib.parse.urlencode({"csrf_token": found[1], **values}).encode()
        begun = time.perf_counter()
        self._open(to, data)
        return time.perf_counter() - begun

    def _open(self, path: str, data: bytes | None = None) -> bytes:
        request = urllib.request.Request(self._address + path, data)  # noqa: S310
        request.add_header("Cookie", "; ".join(map("=".join, self._cookies.items())))
        with self._opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _is, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            body: bytes = answer.read()
        return body


class _Stay(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for the answer: the page behind it is not what is measured."""

    def http_error_302(self, request, answer, code, words, headers):  # type: ignore[no-untyped-def]
        return answer


def _wait_for(address: str) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=_PATIENCE_SECONDS):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the portal did not come up")
