import ast
import json
import re

from tests.house.tree import ROOT, functions, name_of, tracked

LONGEST_FUNCTION = 50
LONGEST_FILE = 350
# A migration is written by Alembic, and as long as its tables are many.
MADE = ":!migrations/versions"


def test_no_function_is_too_long_to_see_at_once():
    long = [
        f"{name_of(path)}: {function.name}"
        for path in tracked("*.py", MADE)
        for function in functions(path)
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_no_file_is_too_long_to_find_ones_way_in():
    paths = tracked("*.py", MADE, "*.html", "frontend/*.mjs", "frontend/src/*.js")

    assert [
        name_of(path) for path in paths if len(path.read_text().splitlines()) > LONGEST_FILE
    ] == []


def test_a_package_says_what_it_is_for_and_nothing_else():
    # The models name each other as text, so theirs must bring them all in.
    packages = tracked("portal/**/__init__.py", ":!portal/models")

    assert [name_of(path) for path in packages if not is_docstring_only(path.read_text())] == []


def test_every_icon_that_a_template_shows_is_in_the_sprite():
    sprite = set(json.loads((ROOT / "frontend/icons.json").read_text()))
    shown = {
        name
        for path in tracked("templates/*.html")
        for name in re.findall(r"""\bicon\(\s*["'](\w+)["']""", path.read_text())
    }

    assert shown - sprite == set()


def is_docstring_only(code: str) -> bool:
    body = ast.parse(code).body
    return (
        len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    )
