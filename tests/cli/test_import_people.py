"""``flask import people``: a file's people into a group, or one clear line and nothing changed."""

import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import GroupPlace
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.groups.people import create_called, create_led_group


def run(app, tmp_path, text: str, *options: str, name: str = "medlemmer.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode())
    return app.test_cli_runner().invoke(args=["import", "people", str(file), *options])


def counts() -> list[int]:
    tables = (Person, GroupPlace, OutboxMail, Mailing)
    return [db.session.scalar(sa.select(sa.func.count(table.id))) for table in tables]


def test_people_are_taken_in_and_nobody_is_written_to(app, tmp_path):
    group = create_led_group()
    create_called(group)

    done = run(app, tmp_path, "Navn;E-post\nNora Lie;nora@example.org\n", "--group", group.slug)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "Added 1 new people, 0 known ones and 0 places without a name; 0 have a place already.\n"
    )
    assert counts() == [3, 3, 0, 0]


def test_a_dry_run_says_what_would_be_done(app, tmp_path):
    group = create_led_group()
    rows = "Navn;E-post;Plass\nNora;nora@example.org;\n;;Moss\n"

    done = run(app, tmp_path, rows, "--group", group.slug, "--dry-run")

    assert done.stdout.startswith("Would add 1 new people, 0 known ones and 1 places")
    assert counts() == [2, 2, 0, 0]


def test_bad_input_is_one_line_that_names_file_row_and_reason(app, tmp_path):
    slug = create_led_group().slug
    at = ("--group", slug)

    got = [
        run(app, tmp_path, "Navn;E-post\nPer;per@nowhere\nOla;x\n", *at),
        run(app, tmp_path, 'Navn;E-post\nPer;"x', *at),
        run(app, tmp_path, "Sko\n38\n", *at),
        run(app, tmp_path, "", *at),
        run(app, tmp_path, "Navn\nPer\n", "--group", "finnes-ikke"),
    ]

    assert [(each.exit_code, each.stdout) for each in got] == [(2, "")] * 5
    assert [each.stderr for each in got] == [
        "medlemmer.csv row 2: “per@nowhere” is not an email address (and 1 more)\n",
        "medlemmer.csv row 2: a quotation mark is opened and not closed, or stands inside a cell\n",
        "medlemmer.csv row 1: no heading tells who a row is about, such as Navn or E-post\n",
        "medlemmer.csv: there is nothing in it\n",
        "there is no group 'finnes-ikke'\n",
    ]
    assert counts() == [2, 2, 0, 0]


def test_a_file_that_is_not_there_is_said_so(app, tmp_path):
    slug = create_led_group().slug

    done = app.test_cli_runner().invoke(
        args=["import", "people", str(tmp_path / "borte.csv"), "--group", slug]
    )

    assert (done.exit_code, done.stderr) == (2, "borte.csv: No such file or directory\n")
