"""Who sits in a group, as its pages list them, in small groups and in those of 1 800."""

import pytest

from portal import clock
from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from tests.factories import create_organisation, create_person, create_place
from tests.groups.people import create_called, create_led_group, invite, lead_of, member_of, url_of


def fill(group, number: int) -> None:
    """So many more members, made at once."""
    now = clock.now()
    people = [Person(name=f"Medlem {each:04}", created_at=now) for each in range(number)]
    for each, person in enumerate(people):
        address = f"{group.id}.{each}@example.org"
        person.emails.append(EmailAddress(address=address, is_primary=True))
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(
        GroupPlace(group=group, person=person, state=PlaceState.CONFIRMED, position=each)
        for each, person in enumerate(people)
    )
    db.session.commit()


def test_the_home_of_a_small_group_shows_everybody_and_leads_nowhere(browse_as):
    group = create_led_group()

    page = browse_as(member_of(group)).get(url_of(group)).text

    assert ("Amir Khan" in page, url_of(group, "/members") in page) == (True, False)


def test_the_home_of_a_large_group_shows_leads_first_and_leads_on(browse_as):
    group = create_led_group()
    fill(group, 30)
    create_place(group, create_person("Siste Leder"), role=PlaceRole.DEPUTY, position=99)

    page = browse_as(member_of(group)).get(url_of(group)).text

    assert ("Siste Leder" in page, "Medlem 0029" in page) == (True, False)
    assert "Se og søk i alle 33 plasser" in page


def test_members_are_leafed_through(browse_as):
    group = create_led_group()
    fill(group, 60)
    visitor = browse_as(member_of(group))

    first, second = (visitor.get(url_of(group, f"/members?page={n}")).text for n in (1, 2))

    assert ("Ingrid Solberg" in first, "Medlem 0059" in first) == (True, False)
    assert ("Ingrid Solberg" in second, "Medlem 0059" in second) == (False, True)
    assert "Side 1 av 2" in first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aase", ["Åse Bø"]),
        ("bø ås", ["Åse Bø"]),
        ("moss", ["Åse Bø", "Moss (bekrefter navn)"]),
        ("Moss bekrefter", ["Moss (bekrefter navn)"]),
        ("gjest", []),
        ("100%", []),
        ("sluttet", []),
    ],
)
def test_members_are_found_by_name_and_by_whom_they_represent(browse_as, kari, text, found):
    group = create_led_group()
    moss = create_organisation("Moss kommune")
    create_place(group, create_person("Åse Bø"), organisation=moss)
    create_place(group, label="Moss (bekrefter navn)", state=PlaceState.PENDING)
    create_place(group, create_person("Hun Som Sluttet"), state=PlaceState.LEFT)

    page = browse_as(kari).get(url_of(group, "/members"), query_string={"q": text}).text

    names = [
        "Ingrid Solberg",
        "Amir Khan",
        "Åse Bø",
        "Moss (bekrefter navn)",
        "Et tidligere medlem",
    ]
    assert [name for name in names if name in page] == found


def test_a_search_that_finds_nobody_leads_back(browse_as):
    group = create_led_group()

    page = browse_as(member_of(group)).get(url_of(group, "/members?q=nils")).text

    assert ("Fant ingen" in page, "Se alle" in page) == (True, True)


def test_the_mail_list_holds_those_who_sit_there_now(browse_as):
    group = create_led_group()
    left, nowhere = create_person("Gått"), create_person("Uten Adresse", email=None)
    create_place(group, left, state=PlaceState.LEFT)
    create_place(group, nowhere)
    create_place(group, label="Moss")

    page = browse_as(lead_of(group)).get(url_of(group, "/addresses")).text

    assert f"{member_of(group).email}; {lead_of(group).email}" in page
    assert left.email not in page
    assert ("2 adresser" in page, "1 person" in page) == (True, True)
    assert f"mailto:?bcc={member_of(group).email},{lead_of(group).email}" in page


def test_a_long_mail_list_is_copied_and_not_linked(browse_as):
    group = create_led_group()
    fill(group, 120)

    page = browse_as(lead_of(group)).get(url_of(group, "/addresses")).text

    assert ("mailto:?bcc" in page, "Kopier dem i stedet" in page) == (False, True)


def test_a_mail_list_of_nobody_says_so(browse_as, kari):
    group = create_led_group()
    for place in group.places:
        place.state = PlaceState.LEFT

    assert "Ingen adresser ennå" in browse_as(kari).get(url_of(group, "/addresses")).text


@pytest.mark.parametrize(
    "rest",
    ["", "/members", "/members?page=2&q=medlem", "/addresses", "/places/new", "/places/{}/edit"],
)
def test_pages_cost_the_same_with_18_members_and_with_1800(browse_as, kari, queries, rest):
    counts = []
    for size in (18, 1800):
        group = create_led_group(f"Gruppe på {size}")
        fill(group, size)
        invite(create_called(group), kari)
        visitor = browse_as(kari)
        path = url_of(group, rest.format(group.places[-1].public_id))
        visitor.get(path)
        with queries() as statements:
            answer = visitor.get(path)
        counts.append(len(statements))
        assert answer.status_code == 200
        assert len(answer.data) < 200_000

    assert counts[0] == counts[1] <= 24


def test_the_list_of_groups_costs_the_same_with_18_members_and_with_1800(browse_as, kari, queries):
    counts = []
    for size in (18, 1800):
        fill(create_led_group(), size)
        visitor = browse_as(kari)
        visitor.get("/organise/groups")
        with queries() as statements:
            visitor.get("/organise/groups")
        counts.append(len(statements))

    assert counts[0] == counts[1]
