"""Addresses in mails and feeds come from BASE_URL, and from nothing a request may say."""

import pytest
from flask import Flask

from portal import links


@pytest.mark.parametrize(
    ("base", "address", "host"),
    [
        ("http://localhost", "http://localhost/events/final", "localhost"),
        ("https://oppdrag.example.org", "https://oppdrag.example.org/events/final",
         "oppdrag.example.org"),
        ("https://example.org/oppdrag", "https://example.org/oppdrag/events/final", "example.org"),
        ("http://127.0.0.1:5001", "http://127.0.0.1:5001/events/final", "127.0.0.1"),
    ],
)  # fmt: skip
def test_an_address_begins_with_base_url(
    app: Flask, monkeypatch: pytest.MonkeyPatch, base: str, address: str, host: str
):
    monkeypatch.setitem(app.config, "BASE_URL", base)

    assert (links.absolute("events.show", slug="final"), links.host()) == (address, host)


def test_a_host_header_changes_no_address(app: Flask):
    with app.test_request_context("/", base_url="http://127.0.0.1:9"):
        assert links.absolute("events.show", slug="final") == "http://localhost/events/final"


def test_values_that_the_path_does_not_hold_go_behind_it(app: Flask):
    found = links.absolute("events.index", kind=["camp", "final"], q="på ås")

    assert found == "http://localhost/events?kind=camp&kind=final&q=p%C3%A5+%C3%A5s"
