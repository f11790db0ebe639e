"""One row in every table, made of nothing but the columns' types, so that new tables join in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import UtcDateTime, db

MOMENT = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
# What the rules of the tables ask for beyond the type.
_PARTICULAR: dict[tuple[str, str], Any] = {
    ("event", "ends_at"): MOMENT + timedelta(hours=1),
    ("series", "ends_at"): MOMENT + timedelta(hours=1),
    ("email_address", "folded"): "kari@example.org",
    ("role", "county_code"): "",
    ("reminder_rule", "event_id"): None,
    ("meeting_day", "ends_at"): MOMENT + timedelta(hours=1),
    ("date_option", "ends_at"): MOMENT + timedelta(hours=1),
    ("input_vote", "contribution_id"): None,
}


def fill() -> dict[str, int]:
    """Put one row into every table, and say how many rows each has."""
    tables = db.metadata.sorted_tables
    with db.engine.begin() as connection:
        for table in tables:
            connection.execute(table.insert().values(_row(table)))
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in tables
        }


def _row(table: sa.Table) -> dict[str, Any]:
    return {
        column.name: _PARTICULAR.get((table.name, column.name), _value(column))
        for column in table.columns
    }


def _value(column: sa.Column) -> Any:
    kind = column.type
    if column.foreign_keys or column.primary_key:
        return 1
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class))
    values = {
        UtcDateTime: MOMENT,
        sa.Date: date(2026, 8, 20),
        sa.Time: time(9, 0),
        sa.Boolean: True,
        sa.JSON: [],
        sa.LargeBinary: b"x",
        sa.String: "x",
        sa.Float: 1.0,
        sa.Integer: 1,
    }
    return next(value for type_, value in values.items() if isinstance(kind, type_))
