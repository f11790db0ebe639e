from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from portal.fields import at_most, is_mail_address, is_web_address, one_line, read_number
from tests.factories import create_event, create_season

TOO_LARGE = "9" * 30


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("999999999", 999999999),
        (TOO_LARGE, 1),
        ("-1", 1),
        ("²", 1),
        ("x", 1),
        ("", 1),
        (None, 1),
    ],
)
def test_what_is_no_number_of_ours_is_read_as_nothing(text: str | None, number: int):
    assert read_number(text, 1) == number


@pytest.mark.parametrize("path", ["/events", "/organise/events", "/organise/people"])
@pytest.mark.parametrize("page", [TOO_LARGE, "-1", "²", "x"])
def test_a_page_that_cannot_be_is_the_first(kari, browse_as: Callable, path: str, page: str):
    assert browse_as(kari).get(f"{path}?page={page}").status_code == 200


@pytest.mark.parametrize("page", [TOO_LARGE, "-1", "²", "x"])
def test_a_page_of_mail_or_volunteers_that_cannot_be_is_the_first(
    kari, browse_as: Callable, page: str
):
    season = create_season()
    client = browse_as(kari)

    paths = ("/organise/mail", f"/organise/seasons/{season.slug}/signups")

    assert [client.get(f"{path}?page={page}").status_code for path in paths] == [200, 200]


@pytest.mark.parametrize("revision", [TOO_LARGE, "²", "x"])
def test_a_revision_that_cannot_be_is_an_old_one(kari, browse_as: Callable, revision: str):
    event = create_event()
    typed = {
        "title": "Nytt navn",
        "kind": "webinar",
        "day": "15.10.2026",
        "starts": "09.00",
        "ends": "10.30",
        "language": "nb",
        "visibility": "public",
        "revision": revision,
    }

    answer = browse_as(kari).post(f"/organise/events/{event.slug}/edit", data=typed)

    assert (answer.status_code, event.title) == (422, "Webinar om fjorden")


@pytest.mark.parametrize("number", [TOO_LARGE, "²", "x"])
def test_a_jury_that_cannot_be_is_not_found(kari, browse_as: Callable, number: str):
    season = create_season()
    path = f"/organise/seasons/{season.slug}/juries/asks"

    answer = browse_as(kari).post(path, data={"panel": number, "person": kari.public_id})

    assert answer.status_code == 404


class Card(Form):
    """A name and an address, as many forms ask for."""

    name = StringField(validators=[at_most(40), one_line])
    email = StringField(validators=[is_mail_address])


def filled(name: str = "Ola", email: str = "ola@example.org") -> Card:
    return Card(MultiDict({"name": name, "email": email}))


@pytest.mark.parametrize(
    "cut", ["\n", "\r\n", "\0", "\x0b", "\x1b", "\x1e", "\x7f", "\x84", "\x85", "\x9b", "\u2028"]
)
def test_a_name_with_a_control_character_is_refused(app, cut: str):
    form = filled(name=f"Ola{cut}Hansen")

    assert (form.validate(), bool(form.name.errors)) == (False, True)


def test_a_tab_out_of_a_table_becomes_a_space(app):
    form = filled(name="Ola\tHansen")

    assert (form.validate(), form.name.data) == (True, "Ola Hansen")


def test_an_address_is_kept_as_it_is_sent_to(app):
    form = filled(email="kari@bærum.example.org")

    assert (form.validate(), form.email.data) == (True, "kari@xn--brum-voa.example.org")


@pytest.mark.parametrize(
    "address", ["kåre@example.org", "=?utf-8?q?=0D=0ABcc?=@example.org", "kari"]
)
def test_an_address_that_many_servers_refuse_is_refused_beside_the_field(app, address: str):
    form = filled(email=address)

    assert (form.validate(), len(form.email.errors)) == (False, 1)


@pytest.mark.parametrize("text", ["https://[", "https://[::1", "https://", "http:/x.no", "x.no"])
def test_half_an_address_is_refused_and_breaks_nothing(text: str):
    class LinkForm(Form):
        url = StringField(validators=[is_web_address])

    form = LinkForm(MultiDict({"url": text}))

    assert not form.validate()
    assert form.errors.keys() == {"url"}
