"""JSON from outside: read, held against a schema, refused in one line that says where."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

_SCHEMAS = Path(__file__).parent / "schemas"
_LONGEST_FILE = 5 * 1024 * 1024


# Half a character, as JSON can write it, and the one of no value.
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


class BadDocument(Exception):
    """The document cannot be used; its text names the place and what is wrong there."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {_shortened(reason)}")


def read(path: Path, schema: str) -> dict[str, Any]:
    """The JSON object in the file, when it is as the schema of that name wants it.

    Raises:
        BadDocument: the file cannot be read, is not JSON, or breaks a rule of the schema.
    """
    document = _parsed(path)
    if any(_UNKEPT.search(text) for text in _texts(document)):
        raise BadDocument(path.name, "a text holds a character that no database keeps")
    fault = best_match(_validator(schema).iter_errors(document))
    if fault is not None:
        raise BadDocument(f"{path.name} at {where(fault.absolute_path)}", fault.message)
    checked: dict[str, Any] = document
    return checked


def where(steps: Iterable[str | int]) -> str:
    """A place in a JSON document as people write it: ``working_groups/0/members/2``."""
    return "/".join(map(str, steps)) or "the top"


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _parsed(path: Path) -> Any:
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise BadDocument(path.name, "the file is larger than 5 MB")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadDocument(str(path.name), error.strerror or "cannot be read") from None
    except UnicodeDecodeError as error:
        raise BadDocument(f"{path.name} at byte {error.start}", "not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"{path.name} line {error.lineno} column {error.colno}"
        raise BadDocument(place, error.msg) from None
    except RecursionError:
        raise BadDocument(path.name, "nested too deeply") from None


@cache
def _validator(schema: str) -> Draft202012Validator:
    text = (_SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _shortened(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 160 else line[:157] + "..."
