"""Answering for meetings that recur from the mail: once for all to come, or for each."""

from datetime import timedelta

import pytest

from portal.db import db
from portal.invitations import actions, addresses, event_changes
from portal.models.invitations import Answer
from tests.groups.recurring import call, invitation, keep_step

pytestmark = pytest.mark.usefixtures("in_august")


def series_answer(row):
    return f"/invitations/{addresses.answer_token(row)}/series"


def test_one_answer_goes_for_all_meetings_to_come(client, group, lead, amir, now):
    series = call(group, lead, now)
    path = series_answer(invitation(keep_step(series, 0), amir))

    page = client.get(path).text
    response = client.post(path, data={"answer": "accepted", "comment": "Gjerne"})

    assert "checked" not in page
    assert response.location == path
    assert {invitation(each, amir).answer for each in series.occurrences} == {Answer.ACCEPTED}
    assert {invitation(each, lead).answer for each in series.occurrences} == {Answer.NEEDS_ACTION}


def test_one_meeting_is_answered_from_the_same_page(client, group, lead, amir, now):
    series = call(group, lead, now)
    row = invitation(keep_step(series, 2), amir)
    one = f"/invitations/{addresses.answer_token(row)}"

    assert one + '"' in client.get(series_answer(invitation(keep_step(series, 0), amir))).text
    assert f"{one}/series" in client.get(one).text
    client.post(one, data={"answer": "declined"})

    assert [invitation(each, amir).answer == Answer.DECLINED for each in series.occurrences] == [
        number == 2 for number in range(6)
    ]


def test_who_is_uninvited_while_they_answer_is_shown_what_is_left(
    client, group, lead, amir, now, monkeypatch
):
    path = series_answer(invitation(keep_step(call(group, lead, now), 0), amir))

    def answer(*_args, **_options):
        raise actions.NotInvited

    monkeypatch.setattr(actions, "answer", answer)

    response = client.post(path, data={"answer": "accepted"})

    assert (response.status_code, response.location) == (302, path)
    assert "Takk" not in client.get(path).text


def test_an_unread_form_answers_nothing(client, group, lead, amir, now):
    series = call(group, lead, now)
    path = series_answer(invitation(keep_step(series, 0), amir))

    assert client.post(path).status_code == 422
    assert {invitation(each, amir).answer for each in series.occurrences} == {Answer.NEEDS_ACTION}


def test_what_is_off_or_not_theirs_cannot_be_answered(client, group, lead, amir, now):
    series = call(group, lead, now)
    row = invitation(keep_step(series, 0), amir)
    event_changes.cancel(keep_step(series, 1), "", by=lead, now=now)
    invitation(keep_step(series, 2), amir).removed_at = now
    db.session.commit()

    client.post(series_answer(row), data={"answer": "accepted"})

    assert [invitation(each, amir).answer == Answer.ACCEPTED for each in series.occurrences] == [
        number not in (1, 2) for number in range(6)
    ]
    for each in series.occurrences:
        invitation(each, amir).removed_at = now + timedelta(minutes=1)
    db.session.commit()
    assert client.get(series_answer(row)).status_code == 410
    assert client.get("/invitations/1-1-aaaa/series").status_code == 404
