"""Page and sign-up are in the language of the mail that leads there."""

import pytest

from portal.db import db
from tests.jury.appeals.asked import HELD, ask, deliver, link_in, mails_to


@pytest.fixture
def link(in_august, season, group, people, kari):
    """Where Ola answers, from the mail."""
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)
    return link_in(mails_to(people["ola"])[0])


def test_the_page_is_in_the_language_of_the_mail(client, link, people):
    people["ola"].language = "en"
    db.session.commit()

    assert "Yes, I will sign up" in client.get(link).text


def test_the_steps_go_on_in_that_language_unless_another_is_chosen(client, link, people):
    people["ola"].language = "en"
    db.session.commit()

    first = client.post(f"{link}/signup", follow_redirects=True).text
    client.set_cookie("language", "nb")
    chosen = client.post(f"{link}/signup", follow_redirects=True).text

    assert ("Full name" in first, "Full name" in chosen) == (True, False)
