"""Bad minutes are one clear line, and change nothing; so does a dry run."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html

from portal import markdown
from portal.imports.documents import BadDocument
from portal.imports.minutes import importing, texts
from tests.imports.minutes.example import EXAMPLE, NOW, counts


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("meeting", "chair"), "nobody", "meeting/chair"),
        (("agenda", 2, "presented_by"), "nobody", "agenda/2/presented_by"),
        (
            ("working_groups", 0, "members", 0, "person_id"),
            "x",
            "working_groups/0/members/0/person_id",
        ),
        (("decisions", 0, "agenda_no"), 9, "decisions/0/agenda_no"),
        (("meeting", "date"), "2023-02-30", "meeting/start"),
        (("meeting", "end"), "08:00", "meeting/end"),
        (("innovation_camp", "final", "date"), "2023-11-31", "innovation_camp/final/date"),
        (("meeting", "minutes_taker"), "x", "meeting/minutes_taker"),
        (("meeting", "previous_meeting_date"), "2023-02-30", "meeting/previous_meeting_date"),
        (("attendees", 3, "instead_of"), "x", "attendees/3/instead_of"),
        (("attendees", 1, "id"), "solberg", "attendees/1/id"),
        (("secretariat", 0, "id"), "solberg", "secretariat/0/id"),
        (("attendees", 3, "name"), "Siri Berg", "attendees/3/name"),
        (("agenda", 1, "no"), 1, "agenda/1/no"),
        (("agenda", 4, "no"), 9, "information_5"),
        (("follow_ups", 0, "agenda_no"), 9, "follow_ups/0/agenda_no"),
        (("follow_ups", 0, "owner"), "x", "follow_ups/0/owner"),
        (("follow_ups", 0, "due"), "2023-02-30", "follow_ups/0/due"),
        (("information_5", 2, "follow_up", "due"), "2023-13-01", "information_5/2/follow_up/due"),
        (
            ("information_5", 3, "follow_ups", 1, "owner"),
            "x",
            "information_5/3/follow_ups/1/owner",
        ),
        (("working_groups", 1, "name"), "Arbeidsgruppe for ren fjord", "working_groups/1/name"),
        (("working_groups", 1, "ends"), "2023-09-30", "working_groups/1/ends"),
        (("working_groups", 1, "starts"), "2023-02-30", "working_groups/1/starts"),
        (
            ("working_groups", 1, "members", 1, "person_id"),
            "khan",
            "working_groups/1/members/1/person_id",
        ),
    ],
)
def test_what_the_document_gets_wrong_is_named_by_its_place(document, path, value, place):
    broken = deepcopy(document)
    part: Any = broken
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value

    with pytest.raises(BadDocument, match=f"^{place}: "):
        importing.import_minutes(broken, now=NOW)


@pytest.mark.parametrize("text", ["Fagg\ud800ruppe", "Fagg\0ruppe", "Faggruppe\n", "Fagg\x84ruppe"])
def test_a_name_that_no_header_may_hold_is_refused(app: Flask, tmp_path: Path, text: str):
    document = json.loads(EXAMPLE.read_text())
    document["meeting"]["group"] = text
    file = tmp_path / "minutes.json"
    file.write_text(json.dumps(document))

    code, _out, said = run(app, str(file))

    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("minutes.json")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("meeting", "date"), "9999-12-31"),
        (("meeting", "previous_meeting_date"), "0001-01-01"),
        (("meeting", "chair"), "x" * 5_000),
        (("innovation_camp", "name"), "x" * 200),
        (("decisions", 0, "text"), " \n "),
        (("discussion_3", "points", 0), ""),
        (("themes_3", "items", 0, "sub", 0), " "),
        (("attendees", 0, "name"), " "),
    ],
)
def test_what_no_page_could_show_is_one_short_line(app: Flask, tmp_path: Path, path, value):
    document = json.loads(EXAMPLE.read_text())
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    file = tmp_path / "minutes.json"
    file.write_text(json.dumps(document))

    code, out, said = run(app, str(file))

    assert (code, out, said.count("\n"), len(said) < 300) == (2, "", 1, True)
    assert said.startswith(f"minutes.json at {'/'.join(map(str, path))}: ")


def test_a_name_that_grows_when_it_is_folded_is_kept(app: Flask, tmp_path: Path):
    document = json.loads(EXAMPLE.read_text())
    document["attendees"][0]["name"] = document["meeting"]["group"] = "\ufb03" * 200
    file = tmp_path / "minutes.json"
    file.write_text(json.dumps(document))

    assert run(app, str(file))[::2] == (0, "")


@pytest.mark.parametrize(
    "text",
    ["1. mai", "# 3 #", "- en", "--", "> 2", "+ 1", "=1", "a_b_ *c*", "[x](y) `z`", "<a@b.no> <b>",
     "&copy; &#65;", "\\ ~~~"],
)  # fmt: skip
def test_whatever_marks_a_point_holds_it_is_shown_as_it_was_written(text: str):
    given = {"themes_3": {"items": [{"text": text, "sub": [text]}], "question": text}}

    shown = html.fromstring(f"<div>{markdown.to_html(texts.of_item(given, 3))}</div>")

    assert [each.tag for each in shown.iter()] == ["div", "p", "ul", "li", "ul", "li"]
    assert [" ".join((each.text or "").split()) for each in shown.iter("p", "li")] == [text] * 3


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["import", "minutes", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_dry_run_says_what_it_would_make_and_makes_nothing(app: Flask):
    code, output, _errors = run(app, str(EXAMPLE), "--dry-run")

    assert (code, output.splitlines()[0], counts()["Group"]) == (0, "Would make:", 0)


def test_the_command_imports_and_says_so_and_the_second_time_has_nothing_to_do(app: Flask):
    first, second = run(app, str(EXAMPLE)), run(app, str(EXAMPLE))

    assert (first[0], first[1].splitlines()[0]) == (0, "Made:")
    assert second == (0, "Nothing to do: all of it is there already.\n", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "broken.json line 1 column 2: Expecting property name enclosed in double quotes\n"),
        ("[]", "broken.json at the top: [] is not of type 'object'\n"),
        ('{"schema": "other", "meeting": {}, "attendees": [], "agenda": []}', "broken.json at "),
    ],
)
def test_a_broken_file_is_one_line_and_exit_2(app: Flask, tmp_path: Path, text: str, line: str):
    file = tmp_path / "broken.json"
    file.write_text(text)

    code, output, errors = run(app, str(file))

    assert (code, output, errors.startswith(line), errors.count("\n")) == (2, "", True, 1)
    assert counts()["Group"] == 0


def test_a_place_that_is_wrong_is_named_and_nothing_is_changed(app: Flask, tmp_path: Path):
    document = json.loads(EXAMPLE.read_text())
    document["working_groups"][0]["members"][1]["state"] = "odd"
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(document))

    code, _output, errors = run(app, str(file))

    assert code == 2
    assert errors.startswith("broken.json at working_groups/0/members/1/state: 'odd' is not one of")
    assert counts()["Person"] == 0


def test_a_file_that_is_not_there_is_one_line(app: Flask, tmp_path: Path):
    assert run(app, str(tmp_path / "none.json")) == (
        2,
        "",
        "none.json: No such file or directory\n",
    )
