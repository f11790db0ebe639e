import pytest
import sqlalchemy as sa
from flask import Flask

from portal import people
from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.audit import AuditEntry
from tests.factories import create_person


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ola@example.org", "ola@example.org"),
        ("  Ola.Hansen@Example.ORG ", "Ola.Hansen@example.org"),
        ("post@bærum.example.org", "post@xn--brum-voa.example.org"),
        ("ola+jury@example.org", "ola+jury@example.org"),
    ],
)
def test_an_address_is_written_as_smtp_takes_it(text: str, address: str):
    assert people.normal_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "ola", "ola@", "@example.org", "ola@example", "å@example.org", '"o l"@example.org',
     "ola@example.org\nBcc: siri@example.org", "ola\x00@example.org", "ola@example.org, b@c.no",
     "Ola <ola@example.org>", "a" * 65 + "@example.org", "o@" + "a" * 250 + ".org",
     "=?utf-8?q?=0D=0ABcc?=@example.org"],
)  # fmt: skip
def test_what_smtp_does_not_take_is_refused(text: str):
    with pytest.raises(people.BadAddress):
        people.normal_address(text)


@pytest.mark.parametrize("text", ["OLA@EXAMPLE.ORG", " ola@example.org "])
def test_somebody_is_found_however_the_address_is_written(app: Flask, text: str):
    ola = create_person("Ola Hansen", email="ola@example.org")

    assert people.find_by_email(text) is ola


@pytest.mark.parametrize("text", ["", "%", "siri@example.org", "ola\ud800@example.org", "ola\0"])
def test_nobody_is_found_by_another_text(app: Flask, ola: Person, text: str):
    assert people.find_by_email(text) is None


def test_a_new_person_is_recorded_as_their_own_work(app: Flask, now):
    ola = people.create_person("  Ola\n Hansen ", "ola@example.org", confirmed_at=now, now=now)

    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (ola.name, ola.email, ola.emails[0].confirmed_at) == (
        "Ola Hansen", "ola@example.org", now,
    )  # fmt: skip
    assert (entry.verb, entry.actor_id, entry.object_id) == ("person.created", ola.id, ola.id)


def test_an_address_belongs_to_one_person(app: Flask, ola: Person, now):
    with pytest.raises(people.AddressTaken):
        people.create_person("Siri Berg", ola.email.upper(), confirmed_at=None, now=now)

    assert db.session.scalars(sa.select(Person)).all() == [ola]


def test_the_first_confirmation_counts(app: Flask, ola: Person, now):
    before = ola.emails[0].confirmed_at

    people.confirm_address(ola, ola.email, now)

    assert db.session.scalars(sa.select(EmailAddress.confirmed_at)).one() == before


@pytest.mark.parametrize("name", ["Ola\r\nBcc: x", "Ola\x00", "Ola\u2028Hansen", "O" * 300])
def test_a_name_can_stand_in_the_head_of_a_mail(name: str):
    cleaned = people.clean_name(name)

    assert cleaned.isprintable()
    assert len(cleaned) <= 200
