from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.form_texts import Translations


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Velg et av alternativene"),
        ("nn", "Vel eitt av alternativa"),
        ("en", "Choose one of the options"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_in_the_readers_language(
    kari, browse_as: Callable, language: str, words: str
):
    client: FlaskClient = browse_as(kari)
    client.set_cookie("language", language)

    answer = client.post("/organise/events/new", data={"kind": "odd"})

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_message_we_did_not_foresee_is_shown_as_it_is(app):
    with app.test_request_context():
        assert Translations().ugettext("Something new.") == "Something new."
        assert Translations().ugettext("Not a valid integer value.") == "Skriv et helt tall"


def test_a_message_that_counts_leaves_its_values_to_the_library(app):
    with app.test_request_context():
        assert Translations().ungettext("%(value)s is odd", "%(value)s are odd", 2) == (
            "%(value)s are odd"
        )
