"""A body that does not answer is reminded once."""

from datetime import timedelta

import pytest

from portal.db import db
from portal.groups.name_requests import actions
from portal.mail import reading
from portal.models.groups import PlaceState
from tests.groups.name_requests.asked import letters, put


@pytest.mark.parametrize(
    ("days", "after", "due"),
    [(14, 10, False), (14, 11, True), (14, 14, True), (14, 15, False), (3, 1, False), (3, 2, True),
     (0, 6, False), (0, 7, True), (0, 30, True)],
)  # fmt: skip
def test_a_body_is_reminded_once_in_time(place, kari, now, days, after, due):
    put(place, kari, days=days, at=now)
    then = now + timedelta(days=after)

    sent = [actions.remind_due(then), actions.remind_due(then)]

    assert sent == [int(due), 0]
    assert [mail.kind for mail in letters()] == ["groups/name_request"] * (1 + due)


def test_the_reminder_says_that_it_is_one(place, kari, now):
    put(place, kari, at=now)
    actions.remind_due(now + timedelta(days=12))

    mail = letters()[-1]
    assert mail.subject == "Påminnelse: Hvem skal ha plassen i Fjordgruppa?"
    text = reading.read(mail.raw).text
    assert text.startswith("Kari Nordmann spurte dere 20. august 2026 om et navn")


@pytest.mark.parametrize("over", ["answered", "taken back", "filled", "closed", "given up"])
def test_nobody_is_reminded_of_what_is_settled(place, kari, ola, now, over):
    request = put(place, kari, at=now)
    if over == "answered":
        request.answered_at = now
    elif over == "taken back":
        request.taken_back_at = now
    elif over == "filled":
        place.person = ola
    elif over == "closed":
        place.group.closed_at = now
    else:
        place.state = PlaceState.DECLINED
    db.session.commit()

    assert actions.remind_due(now + timedelta(days=12)) == 0
