"""Whatever stands in the way of saving, the page that says so holds what was typed."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal import access
from portal.db import db
from portal.groups.writing import writing
from portal.models.accounts import SignInSession
from tests.groups.writing.room import create_held, page_text, typed, writing_of, written

TEXT = "Ola la fram «planen» & takket."


@pytest.fixture
def meeting(group):
    return create_held(group)


@pytest.fixture
def form(meeting):
    first, second = meeting.agenda
    return {**typed(first, TEXT), **typed(second, ""), "do": f"save:{first.id}"}


def fields_of(page: str) -> dict[str, str]:
    """What the form on the page of an error would send."""
    form = page.partition('<form method="post" action="/groups/')[2].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form)
    return dict([*hidden, *areas])


def test_a_session_that_is_over_does_not_lose_what_was_typed(
    meeting, form, lead, browse_as, client
):
    refused = client.post(writing_of(meeting), data=form)

    page = page_text(refused)
    assert (refused.status_code, f"\n{TEXT}</textarea>" in page) == (403, True)
    assert 'target="_blank"' in page
    assert "Sak nummer" not in page
    browse_as(lead).post(writing_of(meeting), data=fields_of(page))
    assert written(meeting) == [TEXT, ""]


def test_a_token_that_is_gone_does_not_lose_what_was_typed(app, meeting, form, lead, browse_as):
    browser = browse_as(lead)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        refused = browser.post(writing_of(meeting), data={**form, "csrf_token": "gammelt"})
        page = page_text(refused)
        saved = browser.post(writing_of(meeting), data=fields_of(page))
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert (refused.status_code, saved.status_code) == (400, 302)
    assert written(meeting) == [TEXT, ""]


@pytest.mark.parametrize(
    ("fault", "status"),
    [(RuntimeError("cast"), 500), (OperationalError("UPDATE", {}, Exception("away")), 503)],
)
def test_a_fault_of_ours_does_not_lose_what_was_typed(
    meeting, form, lead, browse_as, monkeypatch, fault: Exception, status: int
):
    def fail(*given, **named):
        raise fault

    monkeypatch.setattr(writing, "save", fail)

    refused = browse_as(lead).post(writing_of(meeting), data=form)

    assert (refused.status_code, f"\n{TEXT}</textarea>" in page_text(refused)) == (status, True)


def test_who_no_longer_runs_the_group_can_copy_what_they_wrote(meeting, form, amir, browse_as):
    refused = browse_as(amir).post(writing_of(meeting), data=form)

    assert (refused.status_code, f"\n{TEXT}</textarea>" in page_text(refused)) == (403, True)


def test_a_form_from_another_site_puts_no_words_on_our_page(meeting, form, client):
    refused = client.post(writing_of(meeting), data=form, headers={"Sec-Fetch-Site": "cross-site"})

    assert (refused.status_code, "planen" in page_text(refused)) == (403, False)


def test_other_pages_show_nothing_of_what_was_sent(client):
    refused = client.post("/groups/nowhere/follow-ups/new", data={"text-1": TEXT})

    assert (refused.status_code, "planen" in page_text(refused)) == (403, False)


def test_script_whose_session_is_over_is_told_by_the_status(meeting, form, lead, browse_as):
    browser = browse_as(lead)
    db.session.execute(sa.update(SignInSession).values(ended_at=SignInSession.created_at))
    db.session.commit()

    refused = browser.post(writing_of(meeting), data=form, headers={"Accept": "application/json"})

    assert access.session_cookie() == "session"
    assert (refused.status_code, refused.is_json) == (403, False)
