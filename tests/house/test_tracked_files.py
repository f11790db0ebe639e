import re
from pathlib import Path

import pytest

from tests.house.tree import name_of, tracked

STRAY = {
    "the host of a package registry": r"\b(?:pypi|pythonhosted|npmjs|yarnpkg|unpkg)\.(?:org|com)\b",
    "a path of one machine": r"(?<![\w.:/-])/(?:work|root|home|Users|opt)/\w|\.\./shared\b",
    "a promise instead of work": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b",
}


@pytest.mark.parametrize("what", STRAY)
def test_no_file_holds(what: str):
    found = [
        f"{name_of(path)}:{number}"
        for path in tracked()
        for number, line in enumerate(lines(path), start=1)
        if re.search(STRAY[what], line)
    ]

    assert found == []


def lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except UnicodeDecodeError:
        return []
