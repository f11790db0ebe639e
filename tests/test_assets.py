"""The look is served for good when built, and missed without harm when not."""

import gzip
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from portal import assets, security_headers

CSS = b"body { color: teal }" * 40
PAGE = """{% if asset("app.css") %}<link href="{{ asset("app.css") }}">{% endif %}<h1>Hei</h1>"""
Making = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path) -> Making:
    """Make a small app with one page, on built files or without."""

    def with_files(*, built: bool, production: bool = False) -> Flask:
        dist = tmp_path / f"dist-{built}-{production}"
        dist.mkdir()
        if built:
            (dist / "manifest.json").write_text(json.dumps({"app.css": "app.0123abcd.css"}))
            (dist / "app.0123abcd.css").write_bytes(CSS)
            (dist / "app.0123abcd.css.gz").write_bytes(gzip.compress(CSS))
        app = Flask(__name__, static_folder=None)
        app.config["PRODUCTION"] = production
        app.add_url_rule("/", "page", lambda: render_template_string(PAGE))
        security_headers.register(app)
        assets.register(app, dist)
        return app

    return with_files


def test_a_page_names_the_built_file(make: Making):
    body = make(built=True).test_client().get("/").text

    assert body == '<link href="/static/app.0123abcd.css"><h1>Hei</h1>'


def test_without_the_look_the_page_stands_unstyled_and_one_line_says_so(
    make: Making, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        client = make(built=False).test_client()
        first, second = client.get("/").text, client.get("/").text

    assert (first, second) == ("<h1>Hei</h1>", "<h1>Hei</h1>")
    assert [record.getMessage() for record in caplog.records] == [
        "The look is missing: run `make setup`. Pages are shown without it."
    ]
    assert client.get("/static/app.0123abcd.css").status_code == 404


def test_a_file_never_changes_under_its_name(make: Making):
    response = make(built=True).test_client().get("/static/app.0123abcd.css")

    assert (response.status_code, response.data) == (200, CSS)
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_a_file_is_sent_compressed_to_those_who_can_read_it(make: Making):
    response = (
        make(built=True)
        .test_client()
        .get("/static/app.0123abcd.css", headers={"Accept-Encoding": "gzip"})
    )

    assert gzip.decompress(response.data) == CSS
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("production", [False, True])
def test_a_file_carries_the_headers_of_a_page(make: Making, production: bool):
    app = make(built=True, production=production)

    headers = app.test_client().get("/static/app.0123abcd.css").headers

    wanted = security_headers.of(app)
    assert {name: headers.get(name) for name in wanted} == wanted
    assert ("Strict-Transport-Security" in wanted) is production


def test_no_path_leads_out_of_the_built_files(make: Making, tmp_path: Path):
    (tmp_path / "portal.db").write_text("secret")
    client = make(built=True).test_client()

    found = [
        client.get(f"/static/{path}").status_code for path in ("../portal.db", "%2e%2e/portal.db")
    ]

    assert found == [404, 404]
