"""The demo's mail: a real server keeps it, and its pages let a newcomer read and click."""

import smtplib
from pathlib import Path

import pytest
from flask import Flask

from portal.demo import letters, sink
from portal.mail.delivery import Delivery
from portal.mail.message import CalendarPart, Mailbox, Message
from portal.mail.mime import to_bytes
from tests.calendar.examples import camp, invited
from tests.mail.conftest import queue  # noqa: F401

OFFICE = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")
LINK = "http://localhost/sign-in/abc-123_x"


@pytest.fixture
def demo(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The portal in demo mode; gives the folder of its mail."""
    monkeypatch.setitem(app.config, "DEMO", True)
    monkeypatch.setitem(app.config, "INSTANCE_DIR", str(tmp_path))
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def keep(folder: Path, now, **values) -> str:
    """Let a message with a link and a calendar arrive; gives its name."""
    values = {
        "text": f"Hei Ola\n\nLogg inn her:\n{LINK}.\n",
        "html": f'<p style="color: red">Hei <a href="{LINK}">Logg inn</a></p>',
        "calendar": CalendarPart("REQUEST", invited(camp())),
        "subject": "Logg inn",
        **values,
    }
    message = Message(Mailbox("ola@example.org", "Ola Hansen"), OFFICE, **values)
    return sink.keep(folder, to_bytes(message, message_id="1@localhost", date=now)).stem


def test_mail_of_the_demo_arrives_as_files(app, demo, queue, monkeypatch, now):  # noqa: F811
    mail = queue()
    before = dict(vars(app.extensions["mail"]))

    with sink.demo_mail(app):
        Delivery(tell_time=lambda: now).drain()
    vars(app.extensions["mail"]).update(before)

    assert [path.read_bytes() for path in demo.iterdir()] == [mail.raw]


def test_a_mail_server_of_the_settings_goes_before_that_of_the_demo(app, demo, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.example.org")
    before = dict(vars(app.extensions["mail"]))

    with sink.demo_mail(app):
        assert vars(app.extensions["mail"]) == before


def test_the_server_listens_on_loopback_only(demo):
    server = sink.LoopbackServer(sink.Keeper(demo))
    server.start()
    try:
        assert server._socket.getsockname()[0] == "127.0.0.1"
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: x\r\n\r\n.\r\n")
    finally:
        server.stop()
    (path,) = demo.iterdir()
    assert path.read_bytes() == b"Subject: x\r\n\r\n.\r\n"


def test_the_list_shows_the_newest_first(client, demo, now):
    keep(demo, now, subject="Først")
    keep(demo, now, subject="Sist", calendar=None, language="nn")

    page = client.get("/demo/mail").text

    assert page.index(">Sist<") < page.index(">Først<")
    for words in ("Ola Hansen", "Nynorsk", "2 meldinger, nyeste først"):
        assert words in page
    assert [each.has_calendar for each in letters.newest(demo)] == [False, True]


def test_the_list_says_how_mail_comes_about_when_there_is_none(client, demo):
    assert "Be om en innloggingslenke" in client.get("/demo/mail").text


def test_the_links_of_a_message_can_be_followed(client, demo, now):
    name = keep(demo, now)

    page = client.get(f"/demo/mail/{name}").text

    assert f'<a class="ds-link" href="{LINK}">{LINK}</a>.' in page


def test_the_calendar_part_is_told_and_can_be_fetched(client, demo, now):
    name = keep(demo, now)

    page = client.get(f"/demo/mail/{name}").text
    part = client.get(f"/demo/mail/{name}/calendar.ics")

    assert "METHOD:REQUEST" in page
    assert "SEQUENCE" in page
    assert (part.data, part.mimetype) == (invited(camp()), "text/calendar")
    assert part.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'


def test_the_html_part_stands_alone_and_can_do_nothing_but_be_clicked(client, demo, now):
    name = keep(demo, now, html='<p>Hei</p><script>alert(1)</script><img src="https://x.org/y">')

    response = client.get(f"/demo/mail/{name}/html", check=False)

    rules = response.headers["Content-Security-Policy"]
    assert rules.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox allow-popups" in rules
    assert "allow-scripts" not in rules
    assert "allow-same-origin" not in rules


def test_text_cannot_bring_markup_into_the_page(client, demo, now):
    name = keep(demo, now, subject="<b>x</b>", text="<script>alert(1)</script>")

    for address in ("/demo/mail", f"/demo/mail/{name}"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_the_whole_message_can_be_fetched(client, demo, now):
    name = keep(demo, now)

    response = client.get(f"/demo/mail/{name}/source")

    assert response.data == (demo / f"{name}.eml").read_bytes()
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.eml"'


@pytest.mark.parametrize(
    "name", ["nothing", "..%2fsecret_key", "..", "%00", "a" * 300, "20260820.eml"]
)
def test_only_messages_can_be_reached(client, demo, name):
    (demo.parent / "secret_key.txt").write_text("x")

    for page in ("", "/html", "/calendar.ics", "/source"):
        assert client.get(f"/demo/mail/{name}{page}").status_code == 404


def test_a_message_without_html_or_calendar_has_no_such_pages(client, demo, now):
    name = keep(demo, now, html="", calendar=None)

    for page in ("/html", "/calendar.ics"):
        assert client.get(f"/demo/mail/{name}{page}").status_code == 404
    assert client.get(f"/demo/mail/{name}").status_code == 200


def test_outside_the_demo_the_pages_do_not_exist(
    app, client, browse_as, kari, demo, now, monkeypatch
):
    name = keep(demo, now)
    monkeypatch.setitem(app.config, "DEMO", False)

    for browser in (client, browse_as(kari)):
        for page in ("", f"/{name}", f"/{name}/html", f"/{name}/calendar.ics", f"/{name}/source"):
            assert browser.get(f"/demo/mail{page}").status_code == 404


def test_the_demo_leads_to_its_mail_from_every_page_and_nothing_else_does(
    app, client, demo, monkeypatch
):
    led = 'href="/demo/mail"' in client.get("/privacy").text
    monkeypatch.setitem(app.config, "DEMO", False)

    assert led
    assert "/demo/mail" not in client.get("/privacy").text
