"""See to it that there is a Chromium for the browser tests, or say how to get one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ["chromium", "fonts-liberation"]
_ADVICE = """\
The browser tests need Chromium, and none could be installed here. Any one of these will do:
  apt-get install chromium fonts-liberation      (as root, on Debian or Ubuntu)
  .venv/bin/playwright install chromium          (downloads one)
  CHROMIUM=/path/to/chromium make test           (names one that is there)"""


def installed() -> str | None:
    """Return the path of a Chromium that starts, the one named by ``CHROMIUM`` first."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES), *_fetched_by_playwright()]
    return next((path for path in candidates if path and _starts(path)), None)


def ensure() -> str:
    """Return a Chromium, installed now when there was none.

    Raises:
        SystemExit: there is none and none could be installed; the text says what to do.
    """
    for install in (None, _by_apt, _by_playwright):
        if install:
            install()
        if path := installed():
            return path
    raise SystemExit(_ADVICE)


def _fetched_by_playwright() -> list[str]:
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(kept) if kept else Path.home() / ".cache/ms-playwright"
    return [str(path) for path in sorted(folder.glob("chromium-*/chrome-linux*/chrome"))]


def _starts(path: str) -> bool:
    # Ubuntu's package is a pointer to a snap, which may be there and yet not start.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def _by_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Chromium by apt for the browser tests.", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
    for command in (["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def _by_playwright() -> None:
    print("Installing Chromium by Playwright for the browser tests.", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    ensure()
