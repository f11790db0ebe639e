"""A body answers by the mailed link: it names somebody, or says that it sends nobody."""

import pytest

from portal import clock
from portal.groups.name_requests import actions
from portal.groups.name_requests.actions import Named, NotOpen
from portal.mail import reading
from portal.models.accounts import EmailAddress
from portal.models.groups import PlaceState
from tests.groups.name_requests.asked import NORA, letters, link
from tests.groups.people import (
    create_called,
    mail_kinds,
    member_of,
)


def test_opening_the_link_changes_nothing_and_nothing_is_chosen(client, asked):
    page = client.get(link(asked))

    assert (page.status_code, "Gjøvik (bekrefter navn)" in page.text) == (200, True)
    assert "checked" not in page.text
    assert (asked.answered_at, len(letters())) == (None, 1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Velg om dere sender noen"),
        ({"answer": "named"}, "Skriv navnet på den som skal ha plassen"),
        ({"answer": "named", "name": "Nora", "email": "nora"}, "Skriv en e-postadresse"),
        ({"answer": "named", "name": "Nora"}, "Skriv e-postadressen, så vi kan sende innkalling"),
        ({**NORA, "comment": "x" * 501}, "x" * 501),
    ],
)
def test_an_answer_that_says_too_little_comes_back_with_what_was_typed(client, asked, typed, words):
    answer = client.post(link(asked), data=typed)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert asked.answered_at is None


def test_a_name_fills_the_place_and_tells_both(client, asked, place, kari, gjovik):
    create_called(place.group)

    answer = client.post(link(asked), data=NORA)
    shown = client.get(link(asked)).text

    nora = place.person
    assert answer.headers["Location"] == link(asked)
    assert (place.state, place.label, nora.name, nora.email, nora.job_title, nora.organisation) == (
        PlaceState.CONFIRMED, "Gjøvik (bekrefter navn)", "Nora Lie", "nora@gjovik.example.org",
        "Næringssjef", gjovik,
    )  # fmt: skip
    assert nora.emails[0].confirmed_at is None
    assert mail_kinds()[1:] == [
        ("invitations/request", nora.id), ("groups/name_answer", kari.id),
        ("groups/place", nora.id),
    ]  # fmt: skip
    assert "Dere oppga Nora Lie (nora@gjovik.example.org)" in shown


def test_whoever_asked_reads_what_was_answered(client, asked, kari):
    client.post(link(asked), data=NORA)

    mail = next(each for each in letters() if each.person_id == kari.id)
    letter = reading.read(mail.raw)
    assert mail.subject == "Gjøvik kommune har oppgitt et navn til Fjordgruppa"
    for text in (letter.text, letter.html):
        assert ("Nora Lie" in text, "Ring meg gjerne." in text) == (True, True)


def test_somebody_known_by_an_alias_gets_the_place_and_stays_as_they_are(client, asked, place, ola):
    ola.emails.append(EmailAddress(address="o@gjovik.example.org", is_primary=False))

    client.post(link(asked), data={**NORA, "name": "O. H.", "email": "O@Gjovik.example.org"})

    assert (place.person, ola.name, ola.job_title, ola.organisation) == (
        ola,
        "Ola Hansen",
        "",
        None,
    )


def test_somebody_who_sits_there_already_does_not_get_another_place(client, asked, place, kari):
    amir = member_of(place.group)

    client.post(link(asked), data={**NORA, "email": amir.email})

    mail = reading.read(next(each for each in letters() if each.person_id == kari.id).raw)
    assert (place.person, place.state, asked.answered_at is None) == (
        None,
        PlaceState.PENDING,
        False,
    )
    assert "har en plass i gruppen fra før" in mail.text
    assert [kind for kind, _person in mail_kinds()] == ["groups/name_request", "groups/name_answer"]


def test_a_no_gives_the_place_up_and_tells_whoever_asked(client, asked, place, kari):
    client.post(link(asked), data={"answer": "declined", "comment": "Vi har ingen nå."})
    shown = client.get(link(asked))

    mail = letters()[-1]
    assert (place.state, place.person, asked.declined) == (PlaceState.DECLINED, None, True)
    assert mail.subject == "Gjøvik kommune sender ingen til Fjordgruppa"
    assert "Vi har ingen nå." in reading.read(mail.raw).text
    assert (shown.status_code, "Dere sender ingen" in shown.text) == (200, True)


def test_a_no_with_a_name_is_asked_about(client, asked, place):
    shown = client.post(link(asked), data={**NORA, "answer": "declined"})

    assert (shown.status_code, "Nora Lie" in shown.text) == (422, True)
    assert (place.state, asked.answered_at, len(letters())) == (PlaceState.PENDING, None, 1)


def test_of_two_answers_one_counts(client, asked, place):
    client.post(link(asked), data=NORA)
    second = client.post(link(asked), data={**NORA, "name": "Per", "email": "per@example.org"})

    with pytest.raises(NotOpen):
        actions.name(asked, Named("Per", "per@example.org"), "", now=clock.now())
    assert (second.status_code, "Nora Lie" in second.text) == (200, True)
    assert (place.person.name, asked.name) == ("Nora Lie", "Nora Lie")


def test_a_place_that_was_filled_meanwhile_is_not_given_away(client, asked, place, ola):
    place.person, place.state = ola, PlaceState.CONFIRMED

    got = [client.get(link(asked)), client.post(link(asked), data=NORA)]

    assert [(each.status_code, "Plassen er fylt" in each.text) for each in got] == [(410, True)] * 2
    assert place.person == ola
