"""What a browser fetches on its first visit, in bytes as they are sent."""

import re
from urllib.parse import urlsplit

from bench.portals import Portal, portal_with
from bench.report import Row, Table

_AIM_KB = 150
_FILE = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def measure() -> Table:
    """The front page and every file it names, each compressed as the browser asks for it."""
    with portal_with(100) as portal:
        sizes = {"/ (HTML)": _size(portal, "/")}
        for path in _files(portal):
            sizes[_name(path)] = _size(portal, path)
    if len(sizes) == 1:
        raise RuntimeError("the look is not built: run make setup")
    total = sum(sizes.values())
    rows = [Row(name, (f"{size / 1000:.1f}",)) for name, size in sizes.items()]
    return Table(
        "First view",
        "kB sent for the front page and all it loads, with `Accept-Encoding: br, gzip` (fonts are"
        " compressed in themselves). Files keep their names for good, so a second page costs its"
        " HTML alone. Indico: 2 200 kB of assets.",
        ("kB",),
        (*rows, _sum(total)),
    )


def _sum(total: int) -> Row:
    kb = total / 1000
    return Row("**sum**", (f"**{kb:.1f}**",), f"≤ {_AIM_KB}", kb <= _AIM_KB)


def _files(portal: Portal) -> list[str]:
    _status, _headers, body = portal.get("/")
    return sorted(set(_FILE.findall(body.decode())))


def _size(portal: Portal, path: str) -> int:
    status, _headers, body = portal.get(path, **{"Accept-Encoding": "br, gzip"})
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return len(body)


def _name(path: str) -> str:
    """A file's name without the mark of its content, which changes with every build."""
    return re.sub(r"\.[0-9a-f]{8}\.", ".", urlsplit(path).path.rpartition("/")[2])
