"""Whether the database has the tables that this version of the portal works with."""

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app

from portal.db import db


def is_current() -> bool:
    """Whether every migration has been run."""
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    return _version() == head


def _version() -> str | None:
    """The migration the database stands at, None for an empty one."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect().execution_options(read_only=True) as connection:
        return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
