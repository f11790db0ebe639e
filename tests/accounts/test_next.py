import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.accounts import sessions
from portal.db import db
from portal.models.accounts import Person, SignInRequest
from tests.accounts.links import ask

OURS = [
    "/my",
    "/events/fjorden-2026",
    "/organise/people?q=ola&page=2",
    "/my/profile",
    "/events?from=2026-10-01&q=%C3%A6",
    "/my/addresses/confirmation/WzEsIm9sYUBleGFtcGxlLm9yZyJd.a-b_c",
]
ELSEWHERE = [
    "", " ", "/", "//", "///", "////", "my", "http:", "https:", "//evil.example.org",
    "///evil.example.org", "////evil.example.org", "/\\evil.example.org", "\\/evil.example.org",
    "\\\\evil.example.org", "\\\\\\evil.example.org", "/\\/evil.example.org",
    "/\\\\evil.example.org", "//\\evil.example.org", "\\evil.example.org",
    "http://evil.example.org", "https://evil.example.org", "HTTPS://evil.example.org",
    "https:evil.example.org", "https:/evil.example.org", "https:///evil.example.org",
    "http:\\\\evil.example.org", "http://localhost@evil.example.org", "ftp://evil.example.org",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "vbscript:x", "mailto:ola@example.org", "/\t/evil.example.org", "/\n/evil.example.org",
    "/\r/evil.example.org", "\t//evil.example.org", "\n//evil.example.org", " //evil.example.org",
    "/ /evil.example.org", "/\x00/evil.example.org", "/\x0b/evil.example.org",
    "/\u2028/evil.example.org", "/%09/evil.example.org", "/%0a/evil.example.org",
    "/%2f/evil.example.org", "/%5cevil.example.org", "/.evil.example.org", "/./evil.example.org",
    "/..//evil.example.org", "/;@evil.example.org", "/@evil.example.org", "/?//evil.example.org",
    "/#//evil.example.org", "?next=//evil.example.org", "#x", "/\uff0fevil.example.org",
    "/\u3002evil.example.org", "\uff0f\uff0fevil.example.org", "/my\n", "/my\r\nSet-Cookie: a=b",
    "/sign-in", "/sign-in/abc", "/sign-out", "/my\\..\\evil",
    "/my evil", "/my\x00", "/my#x", "/my'\"<script>", "/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize("path", OURS)
def test_a_path_of_ours_is_gone_on_to(client: FlaskClient, ola: Person, path: str):
    link = ask(client, ola.email, next=path)

    assert client.post(link).headers["Location"] == path


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nowhere_else_is_gone_to(path: str):
    assert sessions.own_path(path) == ""


def test_another_site_as_next_leads_to_ones_own_page(client: FlaskClient, ola: Person):
    link = ask(client, ola.email, next="//evil.example.org")

    assert client.post(link).headers["Location"] == "/my"
    assert db.session.scalars(sa.select(SignInRequest.next_path)).one() == ""


def test_a_closed_page_asks_to_sign_in_and_is_come_back_to(client: FlaskClient, ola: Person):
    turned_away = client.get("/my/profile").headers["Location"]
    form = client.get(turned_away).text

    assert turned_away == "/sign-in?next=/my/profile"
    assert 'name="next" type="hidden" value="/my/profile"' in form


def test_whoever_is_signed_in_already_goes_straight_on(browse_as, ola: Person):
    browser = browse_as(ola)

    assert browser.get("/sign-in?next=/my/profile").headers["Location"] == "/my/profile"
    assert browser.get("/sign-in?next=//evil.example.org").headers["Location"] == "/my"
