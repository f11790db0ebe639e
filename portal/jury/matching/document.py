"""A matching problem as JSON, and its plan as JSON: what ``flask jury solve`` reads and prints.

The shapes are those of ``schemas/problem.schema.json`` and ``schemas/plan.schema.json``.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from portal.jury.matching import reading, writing
from portal.jury.matching.faults import faults
from portal.jury.matching.planner import plan

Document = dict[str, Any]
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
    return document


def solve_document(document: Document) -> Document:
    """Solve a problem given as JSON values, and give the plan as JSON values.

    Raises:
        BadDocument: the problem does not have the shape of its schema, or contradicts itself.
        NotProved: the optimum was not certified.
    """
    error = best_match(_validator("problem").iter_errors(document))
    if error is not None:
        raise BadDocument(error.json_path, error.message)
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
    )
    return writing.written(made, given.names)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)
