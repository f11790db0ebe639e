"""Column types that several tables share."""

import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.mutable import MutableList


def one_of(choices: type[enum.StrEnum], name: str) -> sa.Enum:
    """A text column that holds one of ``choices`` by its value, and says so to the database."""
    return sa.Enum(
        choices,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def json_list() -> Any:
    """A list of plain values kept as JSON; changes inside the list are noticed."""
    return MutableList.as_mutable(sa.JSON())
