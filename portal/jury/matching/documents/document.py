"""A matching problem as JSON, and its plan as JSON: what ``flask jury solve`` reads and prints.

The shapes are those of ``schemas/problem.schema.json`` and ``schemas/plan.schema.json``.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from portal.jury.matching.documents import reading, shapes, writing
from portal.jury.matching.documents.faults import faults
from portal.jury.matching.planner import plan

Document = dict[str, Any]
MOST_SEATS = 2_000
"""With more seats than this no row says who would be next: that takes longer than the plan."""
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_SCHEMAS = Path(__file__).parent / "schemas"


class BadDocument(ValueError):
    """The problem cannot be read: ``path`` in the JSON (``$.camps[0].day``) and ``reason``."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def parse(text: str) -> Document:
    """Read the text of a problem.

    Raises:
        BadDocument: it is not JSON, or not an object.
    """
    try:
        document = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise BadDocument("$", f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise BadDocument("$", str(error)) from error
    if not isinstance(document, dict):
        raise BadDocument("$", "is not an object")
    if _HALF.search(text) and _has_halves(document):
        raise BadDocument("$", "has half a character in it")
    return document


def _has_halves(document: Document) -> bool:
    """Whether a text holds half of a surrogate pair, which nobody could print."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def solve_document(document: Document) -> Document:
    """Solve a problem given as JSON values, and give the plan as JSON values.

    Raises:
        BadDocument: the problem does not have the shape of its schema, or contradicts itself.
        NotProved: the optimum was not certified.
    """
    _check_shape(document)
    for path, reason in faults(document):
        raise BadDocument(path, reason)
    given = reading.given(document)
    made = plan(
        given.volunteers,
        given.camps,
        given.policy,
        given.locks,
        given.standing,
        travel=given.travel,
        explain=sum(panel.target for camp in given.camps for panel in camp.panels) <= MOST_SEATS,
    )
    return writing.written(made, given.names)


def _check_shape(document: Document) -> None:
    """Ask the schema of everything but rows that are plainly right: it is slow with many."""
    arrays = {
        name: document[name] for name in shapes.ARRAYS if isinstance(document.get(name), list)
    }
    _ask("$", _validator(), {**document, **{name: [] for name in arrays}})
    for name, rows in arrays.items():
        for number, row in enumerate(rows):
            if not shapes.plain(name, row):
                _ask(f"$.{name}[{number}]", _validator("properties", name, "items"), row)


def _ask(path: str, validator: Draft202012Validator, value: object) -> None:
    error = best_match(validator.iter_errors(value))
    if error is not None:
        raise BadDocument(path + error.json_path[1:], error.message)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


@cache
def _validator(*place: str) -> Draft202012Validator:
    """The schema of a problem, or of what stands at ``place`` in it."""
    schema = json.loads((_SCHEMAS / "problem.schema.json").read_text("utf-8"))
    part = schema
    for name in place:
        part = part[name]
    return Draft202012Validator({"$defs": schema["$defs"], **part} if place else schema)
