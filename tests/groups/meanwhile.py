"""What tests of two at once share: a form as it was shown, sent later."""

import re
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Fields(HTMLParser):
    """Reads what a browser would send of the first form that goes to an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.values, self._is_inside, self._field = action, {}, False, ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._is_inside = given.get("action") == self.action
        if not self._is_inside or (tag != "option" and not given.get("name")):
            return
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.values[given["name"]] = given.get("value", "y")
        elif tag == "input":
            self.values[given["name"]] = given.get("value", "")
        elif tag in ("select", "textarea"):
            self._field = given["name"]
            self.values.setdefault(self._field, "")
        elif tag == "option" and "selected" in given:
            self.values[self._field] = given.get("value", "")
        self._in_text = tag == "textarea"

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_inside = False
        self._in_text = False

    _in_text = False

    def handle_data(self, data):
        if self._is_inside and self._in_text:
            self.values[self._field] += data.removeprefix("\r\n").removeprefix("\n")


def shown(client: FlaskClient, page: str, action: str = "") -> dict[str, str]:
    """What the form on ``page`` that goes to ``action`` (or to itself) holds, to be sent later."""
    return fields(client.get(page), action or page)


def fields(response: TestResponse, action: str) -> dict[str, str]:
    """The same of a page that was answered with."""
    reader = _Fields(action)
    reader.feed(response.text)
    assert reader.values, f"no form goes to {action}"
    return reader.values


def said(response: TestResponse) -> str:
    """The words of the page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())
