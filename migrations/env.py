"""How Alembic reaches the portal's database, and how it writes our column types."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

from portal.db import UtcDateTime

db = current_app.extensions["migrate"].db


def render_item(kind, item, autogen_context):
    """Write a moment as sa.DateTime(), so that migrations import nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    return False


def include_object(item, name, kind, reflected, compare_to):
    """Leave alone what the job engine keeps in the same database."""
    return not (kind == "table" and name.startswith("procrastinate_"))


@contextmanager
def unlinked(connection):
    """Inside, SQLite holds no foreign keys: a table made anew would drag along what refers to it.

    All must be well again at the end. Other databases change tables where they stand.
    """
    if connection.dialect.name != "sqlite" or connection.in_transaction():
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that refer to nothing: {broken[:5]}")
    finally:
        connection.commit()
        raw.execute("PRAGMA foreign_keys=ON")


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        include_object=include_object,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


# Whoever upgrades inside a connection of theirs (the tests do) passes it along.
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect() as opened, unlinked(opened):
        run(opened)
        opened.commit()
