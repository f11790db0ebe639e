"""Migrations go up and down with rows in every table, and make the tables the models describe."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.db import db
from portal.tokens import public_id
from tests.conftest import settings
from tests.models import rows

MIGRATIONS = ScriptDirectory("migrations")
ALL = list(MIGRATIONS.walk_revisions())
OURS = {"portal", "config", "tests", "wsgi"}


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> str:
    """An empty database of its own, on the same kind of server as the other tests."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'own.db'}"
    # It goes with its server, which this run of tests has to itself.
    name = f"own_{public_id()}"
    server = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return str(make_url(database_url).set(database=name).render_as_string(False))


@pytest.fixture
def migrated(empty_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database has been brought up to date from nothing."""
    app = create_app(settings(empty_url, tmp_path))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_go_down_and_up_again_with_rows_in_every_table(migrated: Flask):
    every_table = {table.name: 1 for table in db.metadata.sorted_tables}

    first = rows.fill()
    downgrade(revision="base")
    left = sa.inspect(db.engine).get_table_names()
    upgrade()
    again = rows.fill()

    assert left == ["alembic_version"]
    assert (first, again) == (every_table, every_table)
    assert differences() == []


def test_migrations_and_models_agree(app: Flask):
    assert differences() == []


def test_migrations_and_models_agree_on_the_rules_of_each_table(app: Flask):
    described = {table.name: rules_of(table) for table in db.metadata.sorted_tables}
    inspector = sa.inspect(db.engine)

    found = {
        name: {rule["name"] for rule in inspector.get_check_constraints(name)} for name in described
    }

    assert found == described


def test_migrations_form_one_line():
    assert len(MIGRATIONS.get_heads()) == 1


@pytest.mark.parametrize("migration", ALL, ids=lambda script: script.revision)
def test_a_migration_is_named_by_number_and_words(migration: Script):
    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", migration.revision)
    # The column that holds it is 32 wide on PostgreSQL.
    assert len(migration.revision) <= 32
    assert Path(migration.path).stem == migration.revision


@pytest.mark.parametrize("migration", ALL, ids=lambda script: script.revision)
def test_a_migration_imports_nothing_of_ours(migration: Script):
    tree = ast.parse(Path(migration.path).read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else names(node))
    }

    assert imported & OURS == set()


def differences() -> list:
    """What Alembic would write into the next migration."""
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, db.metadata)


def is_ours(item: object, name: str | None, kind: str, *rest: object) -> bool:
    """Whether it is none of the job engine's, which share the database where it was prepared."""
    return not (kind == "table" and str(name).startswith("procrastinate_"))


def rules_of(table: sa.Table) -> set[str]:
    return {
        db.engine.dialect.identifier_preparer.format_constraint(rule)
        for rule in table.constraints
        if isinstance(rule, sa.CheckConstraint)
    }


def names(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]
