"""The person's own address, or somebody else's? In doubt somebody else's, and people decide."""

import pytest

from portal.answers.inbox.aliases import is_alias

OLA = {"name": "Ola Hansen", "addresses": {"ola.hansen@moss.example.org"}}
WORK = "ola.hansen@moss.example.org"


def judged(address: str, *names: str, sender: str = "", **values) -> bool:
    return is_alias(address, names, **{**OLA, **values}, sender=sender or address)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("oh1980@example.net", ["Ola Hansen"]),
        ("oh1980@example.net", ["Hansen, Ola"]),
        ("oh1980@example.net", ["OLA HANSEN (Moss kommune)"]),
        ("oh1980@example.net", ["Ola Petter Hansen"]),
        ("ola.hansen@example.net", []),
        ("ola.hansen+kalender@moss.example.org", []),
        ("hansen-ola@example.net", []),
        ("olahansen@example.net", []),
        ("ola.petter.hansen@example.net", ["ola.petter.hansen@example.net"]),
        ("ola.hansen@example.net", ["Ola"]),
    ],
)
def test_a_name_or_an_address_made_of_it_makes_an_alias(address: str, names: list[str]):
    assert judged(address, *names)


def test_mail_from_an_address_we_know_makes_an_alias_of_the_one_in_the_calendar():
    assert judged("konto77@example.net", sender=WORK)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        # Whoever forwards it does so to a colleague as a rule: the same house says nothing.
        ("siri.berg@moss.example.org", []),
        ("siri.berg@moss.example.org", ["Siri Berg"]),
        ("ola.hansen@example.net", ["Siri Berg"]),
        ("ola.hansen@example.net", ["Ola Hansen", "Siri Berg"]),
        ("oda.hansen@moss.example.org", []),
        ("o.hansen@moss.example.org", []),
        ("ohansen@moss.example.org", []),
        ("ola@example.net", []),
        ("ola@example.net", ["Ola"]),
        ("hansen@example.net", ["Hansen"]),
        ("oh1980@example.net", ["Ola Berg"]),
        ("oh1980@example.net", ["Moss kommune"]),
        ("oh1980@example.net", []),
        ("", ["ola.hansen@moss.example.org"]),
    ],
)
def test_in_doubt_it_was_forwarded(address: str, names: list[str]):
    assert not judged(address, *names)


def test_a_name_outweighs_the_address_it_was_mailed_from():
    assert not judged("siri.berg@example.net", "Siri Berg", sender=WORK)


@pytest.mark.parametrize("local", ["post", "postmottak", "leder"])
def test_a_shared_mailbox_is_nobodys_alias(local: str):
    shared = {f"{local}@moss.example.org"}

    assert not judged(f"{local}@halden.example.org", addresses=shared)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Åse Sjøberg", "aase.sjoeberg@example.net"),
        ("Åse Sjøberg", "ase.sjoberg@example.net"),
        ("Bjørn Ærlig", "bjorn.aerlig@example.net"),
        ("Bjørn Ærlig", "bjørn.ærlig@example.net"),
    ],
)
def test_norwegian_letters_may_be_written_in_several_ways(name: str, address: str):
    assert is_alias(address, [], name=name, addresses={"x@example.org"}, sender=address)


@pytest.mark.parametrize("name", ["", "Ola", "???"])
def test_who_has_no_whole_name_is_known_by_addresses_only(name: str):
    assert not judged("ola@example.net", name, name=name)
    assert not judged("ola.hansen@example.net", "Ola Hansen", name=name)
