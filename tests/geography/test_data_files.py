"""The data files, their sources and their weight."""

import re
import subprocess
import sys
from pathlib import Path

from portal.geography import credits

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for path in (ROOT / "portal/geography/data").iterdir() if not path.name.startswith("_")
)
GUIDE = (ROOT / "docs/data.md").read_text("utf-8")


def test_every_file_has_its_source_and_licence_in_the_guide():
    rows = dict(re.findall(r"^\| `(\S+?)` \|(.*)\|$", GUIDE, re.MULTILINE))

    assert {path.name for path in FILES} <= set(rows)
    assert all(len(rows[path.name].split("|")) == 3 for path in FILES)


def test_every_credit_stands_in_the_guide_with_its_licence():
    for credit in credits.ALL:
        assert credit.name.removesuffix(", Nasjonalt skoleregister") in GUIDE
        assert credit.licence in GUIDE


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in FILES) < 600_000


def test_no_file_holds_an_address_of_a_person():
    for path in FILES:
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", path.read_text("utf-8")), path.name


def test_the_package_imports_nothing_of_ours_and_no_build_tool():
    names = (
        "counties municipalities postcodes travel schools organisations calendar_days county_map"
    )
    code = (
        f"from portal.geography import {names.replace(' ', ', ')}\nimport sys\nprint(*sys.modules)"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    ours = {name for name in loaded if name.startswith("portal.")}
    assert {name for name in ours if not name.startswith("portal.geography")} == set()
    assert not {"flask", "sqlalchemy", "shapely"} & set(loaded)
