"""What is logged: one JSON object a line, by the rule of a route, without addresses and tokens."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import logs, tokens

# Of the shape of ours; the same in every process that collects these tests.
TOKEN = "b2U2Uj5VP-oAb3ecf3HhaVMoQOOI4vhokqqKu1O7tDI"
FEED = tokens.sign("k" * 40, "my", 7, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sent to kari@example.org", "sent to [address]"),
        ("To: Kari <kari.nordmann+jury@kommune.example.org>, nn", "To: Kari <[address]>, nn"),
        ("rcpt='ola@example.org'", "rcpt='[address]'"),
        ("Ola@EXAMPLE.org and siri@example.org", "[address] and [address]"),
        (f"GET /sign-in/{TOKEN}", "GET /sign-in/[token]"),
        (f"/calendar/my/{FEED}.ics", "/calendar/my/[token].ics"),
        ("kalender+7-2-abc@example.org bounced", "[address] bounced"),
        ("drained 14 messages in 0.3 s", "drained 14 messages in 0.3 s"),
    ],
)
def test_addresses_and_tokens_are_masked(text: str, expected: str):
    assert logs.masked(text) == expected


def test_a_line_is_one_json_object():
    record = logging.makeLogRecord(
        {
            "name": "portal.mail",
            "levelname": "WARNING",
            "created": 0.0,
            "msg": "%s refused\nby %s",
            "args": ("kari@example.org", "the server"),
            "facts": {"code": 550},
        }
    )

    line = logs.JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line) == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "warning",
        "logger": "portal.mail",
        "text": "[address] refused\nby the server",
        "code": 550,
    }


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (f"/sign-in/{TOKEN}", "/sign-in/<token>"),
        (f"/asks/{TOKEN}", "/asks/<token>"),
        (f"/calendar/my/{FEED}.ics", "/calendar/my/<token>.ics"),
        ("/events?q=kari@example.org", "/events"),
        (f"/nowhere/{TOKEN}", "(none)"),
    ],
)
def test_a_request_is_logged_by_its_rule(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, rule: str
):
    with caplog.at_level(logging.INFO):
        response = client.get(path)

    [line] = [written(r) for r in caplog.records if r.name == "portal.requests"]
    assert (line["method"], line["rule"], line["status"]) == ("GET", rule, response.status_code)
    everything = "\n".join(logs.JsonLines().format(record) for record in caplog.records)
    assert [secret for secret in (TOKEN, FEED, "kari@example.org") if secret in everything] == []


def test_two_requests_have_names_of_their_own(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        client.get("/events")
        client.get("/events")

    names = [written(r)["request"] for r in caplog.records if r.name == "portal.requests"]
    assert len(set(names)) == 2


def test_a_fault_is_logged_with_its_trace_and_without_what_it_was_about(
    app: Flask,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    def fail() -> str:
        raise RuntimeError(f"no mail to ola@example.org with {TOKEN}")

    monkeypatch.setitem(app.view_functions, "events.index", fail)

    response = client.get("/events")

    [fault] = [logs.JsonLines().format(r) for r in caplog.records if r.exc_info]
    assert response.status_code == 500
    assert "RuntimeError: no mail to [address] with [token]" in fault
    assert "ola@example.org" not in fault + response.text
    assert TOKEN not in fault + response.text


def written(record: logging.LogRecord) -> dict:
    return json.loads(logs.JsonLines().format(record))
