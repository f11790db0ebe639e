"""The organisers' inbox as pages: what they show, whom they let in, and what they cost."""

import re
from datetime import timedelta

import pytest

from portal.answers.desk import words as desk_words
from portal.answers.desk.standing import Choice, Group, Obstacle
from portal.answers.inbox import words as inbox_words
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.invitations import actions, event_changes
from portal.models.accounts import RoleName
from portal.models.inbox import (
    InboxDecision,
    InboxKind,
    InboxMessage,
    InboxResult,
)
from portal.models.invitations import Answer
from tests.answers.inbox_cases import counter, forwarded, letter, unproved
from tests.factories import create_event, create_person

pytestmark = pytest.mark.usefixtures("in_august")


def path_of(message) -> str:
    return f"/organise/inbox/{message.public_id}"


def press(browser, message, choice, *, revision=1):
    return browser.post(
        path_of(message) + "/decision", data={"choice": choice, "revision": revision}
    )


def labels(page: str) -> list[str]:
    """What stands on the buttons of the inbox on ``page``."""
    forms = re.findall(r'action="/organise/inbox/\w+/decision".*?</form>', page, re.S)
    return [re.search(r"<button[^>]*>(.*?)</button>", form, re.S)[1].strip() for form in forms]


@pytest.mark.parametrize(
    ("names", "members"),
    [
        (inbox_words.REASONS, Reason),
        (inbox_words.RESULTS, InboxResult),
        (inbox_words.RESULT_COLOURS, InboxResult),
        (inbox_words.KINDS, InboxKind),
        (desk_words.GROUPS, Group),
        (desk_words.TAGS, Group),
        (desk_words.COLOURS, Group),
        (desk_words.DECISIONS, InboxDecision),
        (desk_words.OBSTACLES, Obstacle),
        (desk_words.VARIANTS, Choice),
    ],
)
def test_every_code_has_words(names, members):
    assert set(names) == set(members)


def test_a_code_of_another_version_is_no_fault(desk, invitation):
    page = desk.get(path_of(unproved(invitation, reason="long_gone"))).text

    assert "We cannot say more about why." in page


def test_what_waits_is_listed_newest_first(desk, invitation, now):
    unproved(invitation, received_at=now - timedelta(hours=5))
    forwarded(invitation, received_at=now - timedelta(hours=1))
    letter(received_at=now - timedelta(hours=3))
    unproved(invitation, result="applied", reason=Reason.ANSWERED, comment="Har svart")

    page = desk.get("/organise/inbox").text

    found = [
        page.index("Jonas Moen would like to come to Møte om fjorden"),
        page.index("ola.hansen@example.org has written to us"),
        page.index("Ola Hansen’s answer to Møte om fjorden: coming"),
    ]
    assert found == sorted(found)
    assert "Har svart" not in page


def test_the_list_is_narrowed_by_what_it_waits_for(desk, invitation):
    unproved(invitation)
    forwarded(invitation)
    letter()

    page = desk.get("/organise/inbox?group=guests").text

    assert "Jonas Moen would like to come" in page
    assert "has written to us" not in page
    assert [text.strip() for text in re.findall(r'<a class="ds-chip"[^>]*>(.*?)</a>', page)] == [
        "All (3)",
        "Unsure answers (1)",
        "Guests (1)",
        "Letters (1)",
    ]


@pytest.mark.parametrize(
    ("query", "text"),
    [("", "Nothing waits for you"), ("?group=guests", "Nothing of this kind waits")],
)
def test_an_empty_list_says_what_it_is_for(desk, query, text):
    assert text in desk.get("/organise/inbox" + query).text


@pytest.mark.parametrize("query", ["?group=nonsense", "?page=nonsense", "?page=99", "?page=-1"])
def test_an_odd_address_shows_a_list_all_the_same(desk, invitation, query):
    unproved(invitation)

    answer = desk.get("/organise/inbox" + query)

    assert (answer.status_code, "Møte om fjorden" in answer.text) == (200, True)


def test_the_list_comes_in_pages_of_twenty(desk, invitation, now):
    for number in range(21):
        unproved(invitation, received_at=now - timedelta(minutes=number))

    pages = [desk.get(f"/organise/inbox?page={number}").text for number in (1, 2)]

    assert [page.count("<article") for page in pages] == [20, 1]


@pytest.mark.parametrize(
    ("make", "offered"),
    [
        (unproved, ["Count it as Ola Hansen’s answer", "Set aside"]),
        (
            forwarded,
            [
                "Invite Jonas Moen",
                "Link the address to Ola Hansen",
                "Turn away",
                "Set aside",
            ],
        ),
        (counter, ["Take the new time", "Keep the time", "Set aside"]),
    ],
)
def test_a_message_shows_its_buttons_and_what_each_does(desk, invitation, make, offered):
    page = desk.get(path_of(make(invitation))).text

    assert labels(page) == offered
    assert "Nothing is sent and nothing changes." in page


def test_a_proposal_stands_beside_the_time_now_with_what_speaks_against_it(
    desk, invitation, kari, siri, now
):
    actions.invite(invitation.event, siri, by=kari, now=now)
    # 18 October 2026 is a Sunday.
    days = timedelta(days=3)
    message = counter(
        invitation,
        proposed_starts_at=invitation.event.starts_at + days,
        proposed_ends_at=invitation.event.ends_at + days,
    )

    page = desk.get(path_of(message)).text

    assert "Thursday 15 October 2026, 09:00–10:30" in page
    assert "Sunday 18 October 2026, 09:00–10:30" in page
    assert "18 October 2026 is a Sunday." in page
    assert "2 people are told at once" in page


def test_a_proposal_to_an_older_time_says_so_and_can_only_be_set_aside(desk, invitation, kari, now):
    message = counter(invitation)
    later = {"starts_at": invitation.event.starts_at + timedelta(days=7),
             "ends_at": invitation.event.ends_at + timedelta(days=7)}  # fmt: skip
    event_changes.change(invitation.event, later, by=kari, now=now)

    page = desk.get(path_of(message)).text

    assert "The event has moved since this was proposed." in page
    assert labels(page) == ["Set aside"]


def test_a_letter_is_read_answered_by_mail_and_done(desk, ola):
    message = letter(person=ola)

    page = desk.get(path_of(message)).text
    press(desk, message, "done")

    assert "Hvor kan jeg parkere?" in page
    assert 'href="mailto:ola.hansen%40example.org?subject=Re%3A%20M%C3%B8tet"' in page
    assert labels(page) == ["Done"]
    assert message.decision == InboxDecision.SET_ASIDE


def test_what_somebody_wrote_is_shown_as_text_and_nothing_else(desk, invitation):
    evil = "<script>alert(1)</script>"
    message = unproved(
        invitation, comment=evil, sender_name=evil, subject=evil, text=evil, person=None
    )

    for path in (path_of(message), "/organise/inbox", "/organise/inbox/recent"):
        assert evil not in desk.get(path).text


def test_a_decision_is_confirmed_and_leaves_the_list(desk, invitation):
    message = unproved(invitation)

    answer = press(desk, message, "count")
    page = desk.get("/organise/inbox").text

    assert answer.headers["Location"] == "/organise/inbox"
    assert "The answer counts for Ola Hansen now." in page
    assert "Nothing waits for you" in page
    assert invitation.answer == Answer.ACCEPTED


def test_the_second_of_two_is_told_who_decided(desk, browse_as, invitation):
    ingrid = browse_as(create_person("Ingrid Solberg", role=RoleName.ORGANISER))
    message = unproved(invitation)
    press(ingrid, message, "set_aside")

    answer = press(desk, message, "count")
    page = desk.get(answer.headers["Location"]).text

    assert (
        "Ingrid Solberg has decided this already, Thursday 20 August 2026, 11:00: put aside."
        in page
    )
    assert labels(page) == []
    assert invitation.answer == Answer.NEEDS_ACTION


def test_a_move_of_an_event_that_was_edited_meanwhile_is_asked_about_once_more(
    desk, invitation, kari, now
):
    message, known = counter(invitation), invitation.event.starts_at
    event_changes.change(invitation.event, {"place": "Moss"}, by=kari, now=now)

    answer = press(desk, message, "take_time", revision=1)
    page = desk.get(answer.headers["Location"]).text

    assert "Something changed while you looked at this" in page
    assert (invitation.event.starts_at, message.waits) == (known, True)


def test_a_choice_that_there_is_none_of_changes_nothing(desk, invitation):
    message = unproved(invitation)

    assert press(desk, message, "publish").status_code == 400
    assert message.waits


def test_looking_changes_nothing(desk, invitation):
    message = counter(invitation)
    before = (message.waits, invitation.answer, invitation.event.revision)

    for path in (path_of(message), path_of(message) + "/decision", "/organise/inbox"):
        desk.get(path)

    assert (message.waits, invitation.answer, invitation.event.revision) == before


@pytest.mark.parametrize("role", [None, RoleName.COORDINATOR])
def test_only_organisers_see_and_decide(browse_as, invitation, role):
    county = "31" if role else ""
    other = browse_as(create_person("Amir Khan", role=role, county=county))
    message = unproved(invitation)
    slug, person = invitation.event.slug, invitation.person.public_id

    seen = [
        other.get(path).status_code
        for path in (
            "/organise/inbox",
            "/organise/inbox/recent",
            path_of(message),
            f"/organise/answers/{slug}",
            f"/organise/answers/{slug}/{person}",
        )
    ]

    assert (seen, press(other, message, "count").status_code) == ([403] * 5, 403)
    assert message.waits


def test_the_number_that_waits_stands_where_organisers_begin(desk, invitation):
    unproved(invitation)
    letter()

    assert '<b>2</b> <a class="ds-link" href="/organise/inbox">' in desk.get("/organise/").text
    assert "Answers by mail (2)" in desk.get("/organise/mail").text


@pytest.mark.parametrize("path", ["/organise/inbox", "/organise/inbox/recent"])
def test_the_lists_cost_the_same_however_long(desk, invitation, kari, now, queries, path):
    costs = []
    for number in (1, 12):
        for each in range(number):
            other = actions.invite(
                create_event(f"Møte {number} {each}"),
                create_person(f"Per {number} {each}"),
                by=kari,
                now=now,
            )
            for make in (unproved, forwarded, counter):
                make(other)
        desk.get(path)
        with queries() as statements:
            desk.get(path)
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_a_message_that_is_gone_is_not_found(desk, invitation):
    message = unproved(invitation)
    path = path_of(message)
    db.session.delete(db.session.get_one(InboxMessage, message.id))
    db.session.commit()

    assert desk.get(path).status_code == 404
