"""A link in a mail opens one thing for one person, until it is made worthless."""

from portal import clock, personal_links
from tests.factories import create_person


def test_a_link_names_its_row_and_its_person(app):
    kari = create_person("Kari Nordmann")

    assert personal_links.read("poll", personal_links.token("poll", 7, kari)) == (7, kari)


def test_a_link_for_one_purpose_opens_nothing_else_and_a_forged_one_nothing_at_all(app):
    token = personal_links.token("poll", 7, create_person("Kari Nordmann"))
    forged = ("b" if token[0] == "a" else "a") + token[1:]

    assert personal_links.read("input", token) is None
    assert personal_links.read("poll", forged) is None
    assert personal_links.read("poll", "") is None


def test_all_links_of_somebody_are_made_worthless_at_once(app):
    kari = create_person("Kari Nordmann")
    token = personal_links.token("poll", 7, kari)
    kari.reply_generation += 1

    assert personal_links.read("poll", token) is None


def test_links_of_somebody_suspended_open_nothing(app):
    kari = create_person("Kari Nordmann")
    token = personal_links.token("poll", 7, kari)
    kari.suspended_at = clock.now()

    assert personal_links.read("poll", token) is None
