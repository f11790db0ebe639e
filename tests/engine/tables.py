"""Empty the engine's tables, or take them away as if they had never been there."""

import sqlalchemy as sa
from psycopg.errors import DeadlockDetected

from portal.db import db
from portal.engine.looking import is_there

# What goes with a table is gone when the next loop begins.
_ALL = r"""
DO $$
DECLARE thing text;
BEGIN
    FOR thing IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'procrastinate\_%'
        LOOP EXECUTE format('DROP TABLE %I CASCADE', thing); END LOOP;
    FOR thing IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate\_%'
        LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing); END LOOP;
    FOR thing IN SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate\_%'
        LOOP EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', thing); END LOOP;
END $$
"""


def drop_engine() -> None:
    """Drop all that is Procrastinate's: tables, functions and types, even while it works."""
    for _attempt in range(20):
        try:
            with db.engine.begin() as connection:
                # By the driver, to which a lone % is a percent sign.
                connection.connection.driver_connection.execute(_ALL)
        except DeadlockDetected:
            continue
        return


def empty_tables() -> None:
    """Delete every row of the portal's tables, and of the engine's where they are."""
    with db.engine.begin() as connection:
        # Few rows in many tables: quicker deleted than truncated.
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
        if is_there(connection):
            connection.execute(
                sa.text("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
            )
