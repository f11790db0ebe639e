from flask.testing import FlaskClient


def test_the_front_page_greets_everyone(client: FlaskClient):
    assert client.get("/").status_code == 200


def test_a_page_that_does_not_exist_says_so_in_words(client: FlaskClient):
    response = client.get("/nope")

    assert (response.status_code, "<h1" in response.text) == (404, True)
