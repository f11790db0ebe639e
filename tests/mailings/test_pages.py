"""The list and the page of a mailing on its way: what they show, offer, and ask the database."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import outbox
from portal.mail.message import Lane, Mailbox, Message
from portal.models.audit import AuditEntry
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.factories import create_group, create_person, create_place
from tests.mail.conftest import OFFICE
from tests.mailings.writing import expand, group_of, send, write

pytestmark = pytest.mark.usefixtures("in_august")
LIST = "/organise/mailings"
HELD = timedelta(seconds=300)


@pytest.fixture
def desk(browse_as, kari):
    """Kari's browser."""
    return browse_as(kari)


@pytest.fixture
def mailing(desk, now):
    """A mailing to three, still held."""
    write(desk, group_of(3))
    return send(desk)


def page_of(mailing) -> str:
    return f"{LIST}/{mailing.public_id}"


def buttons(page: str, mailing) -> list[str]:
    return re.findall(rf'action="{page_of(mailing)}/([^"]+)"', page)


def set_mails(**values) -> None:
    db.session.execute(sa.update(OutboxMail).values(**values))
    db.session.commit()


def messages_for(mailing, number: int, now) -> None:
    """Let ``mailing`` have become ``number`` messages, all sent, in a few statements."""
    message = Message(Mailbox("m@example.org"), OFFICE, "Nytt", "Hei\n", lane=Lane.BULK)
    row = outbox.row_of(message, key="x", now=now, mailing_id=mailing.id)
    row.pop("raw")
    unique = ("public_id", "message_id", "dedupe_key")
    rows = [
        {**row, "state": MailState.SENT, **dict.fromkeys(unique, f"{mailing.id}-{each}")}
        for each in range(number)
    ]
    db.session.execute(sa.insert(OutboxMail), rows)
    mailing.expanded_at, mailing.total = now, number
    db.session.commit()


def test_what_is_held_says_until_when_and_can_be_stopped(desk, mailing):
    page = desk.get(page_of(mailing)).text

    assert "11.05" in page
    assert buttons(page, mailing) == ["stop"]
    assert 'data-hx-trigger="every 2s"' in page


def test_what_is_being_sent_can_be_paused_or_stopped(desk, mailing, now):
    mailing.hold_until = now
    expand(now)
    page = desk.get(page_of(mailing)).text
    assert buttons(page, mailing) == ["stop", "pause"]

    desk.post(f"{page_of(mailing)}/pause")

    page = desk.get(page_of(mailing)).text
    assert buttons(page, mailing) == ["stop", "pause/ending"]
    assert "data-hx-trigger" not in page
    desk.post(f"{page_of(mailing)}/pause/ending")
    desk.post(f"{page_of(mailing)}/stop")
    page = desk.get(page_of(mailing)).text
    assert (buttons(page, mailing), "data-hx-trigger" in page) == ([], False)
    verbs = list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
    assert [verb for verb in verbs if verb.startswith("mailing.")] == [
        "mailing.created", "mailing.paused", "mailing.resumed", "mailing.stopped",
    ]  # fmt: skip


def test_what_failed_is_named_and_can_be_tried_again(desk, mailing, now):
    mailing.hold_until = now
    expand(now)
    set_mails(state=MailState.FAILED, cause=Cause.RECIPIENT_REFUSED, last_code=550)

    page = desk.get(page_of(mailing)).text
    desk.post(f"{page_of(mailing)}/retries")

    assert buttons(page, mailing) == ["retries"]
    assert re.findall(r"Medlem \d", page) == ["Medlem 2", "Medlem 1", "Medlem 0"]
    states = set(db.session.scalars(sa.select(OutboxMail.state)))
    assert states == {MailState.QUEUED}


def test_no_button_comes_into_the_part_that_changes_when_something_fails(desk, mailing, now):
    mailing.hold_until = now
    expand(now)
    set_mails(state=MailState.FAILED, cause=Cause.RECIPIENT_REFUSED, last_code=550)

    part = desk.get(page_of(mailing), headers={"HX-Request": "true"}).text

    assert buttons(part, mailing) == []
    assert f'href="{page_of(mailing)}?look=missed#missed"' in part


def test_what_was_in_hand_when_it_was_paused_is_told_of(desk, mailing, now):
    mailing.hold_until = now
    expand(now)
    mail = db.session.scalars(sa.select(OutboxMail).limit(1)).one()
    mail.state = MailState.LEASED
    db.session.commit()

    desk.post(f"{page_of(mailing)}/pause")

    desk.set_cookie("language", "en")
    page = desk.get(page_of(mailing)).text
    assert re.findall(r"\d message was on its way already and still goes out", page) == [
        "1 message was on its way already and still goes out"
    ]


def test_trying_again_when_nothing_failed_changes_nothing(desk, mailing):
    assert desk.post(f"{page_of(mailing)}/retries").headers["Location"] == page_of(mailing)
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == 0


def test_htmx_gets_the_part_that_changes_and_nothing_keeps_it_for_the_whole(desk, mailing):
    whole = desk.get(page_of(mailing))
    part = desk.get(page_of(mailing), headers={"HX-Request": "true"})

    assert ("<html" in whole.text, "<html" in part.text) == (True, False)
    assert ("HX-Request" in whole.vary, "HX-Request" in part.vary) == (True, True)
    assert part.text.strip() in whole.text


def test_what_looks_again_after_its_reader_was_signed_out_says_so_in_its_place(client, mailing):
    answer = client.get(page_of(mailing), headers={"HX-Request": "true"})

    assert (answer.status_code, "<html" in answer.text) == (401, False)
    assert re.findall(r'href="([^"]+)"', answer.text) == [f"/sign-in?next={page_of(mailing)}"]


def test_looking_again_stops_when_it_is_done(desk, mailing, now):
    messages_for(mailing, 3, now)

    part = desk.get(page_of(mailing), headers={"HX-Request": "true"}).text

    assert "data-hx" not in part
    assert re.findall(r"<progress[^>]*>", part) == ['<progress id="through" value="3" max="3">']


def test_a_listener_hears_of_stages_and_quarters_only(desk, mailing, now):
    mailing.hold_until = now
    messages_for(mailing, 100, now)

    def heard(sent: int) -> str:
        waiting = sa.select(OutboxMail.id).order_by(OutboxMail.id).offset(sent)
        set_mails(state=MailState.SENT)
        db.session.execute(
            sa.update(OutboxMail)
            .where(OutboxMail.id.in_(waiting))
            .values(state=MailState.QUEUED)
            .execution_options(synchronize_session=False)
        )
        page = desk.get(page_of(mailing), headers={"HX-Request": "true"}).text
        return re.findall(r'role="status"[^>]*>([^<]*)<', page)[0]

    assert len({heard(sent) for sent in (1, 10, 24)}) == 1
    assert len({heard(sent) for sent in (24, 25, 50, 75, 100)}) == 5


def test_what_became_of_a_mailing_that_another_portal_part_sends_is_not_shown_here(desk, now):
    outbox.enqueue_mailing("jury.asks", key="1", now=now, by=None, assignment_ids=[])
    db.session.commit()
    other = db.session.scalars(sa.select(Mailing)).one()

    assert desk.get(page_of(other)).status_code == 404
    assert desk.post(f"{page_of(other)}/stop").status_code == 404
    assert other.stopped_at is None


def test_the_organisers_page_leads_to_mailings(desk):
    assert f'href="{LIST}"' in desk.get("/organise/").text


def test_the_list_asks_the_same_few_questions_however_many_there_are(desk, mailing, queries, now):
    with queries() as few:
        desk.get(LIST)
    for number in range(30):
        outbox.enqueue_mailing(
            "mailings.news", key=f"more-{number}", now=now, by=None, hold=HELD, person_ids=[]
        )
    for each in db.session.scalars(sa.select(Mailing).limit(5)).all():
        messages_for(each, 20, now)

    with queries() as many:
        page = desk.get(LIST).text

    assert len(many) == len(few)
    assert page.count(f'href="{LIST}/') == 25


@pytest.mark.parametrize("header", [{}, {"HX-Request": "true"}])
def test_a_mailing_to_thousands_is_shown_without_reading_them(desk, mailing, queries, now, header):
    path = page_of(mailing)
    with queries() as few:
        desk.get(path, headers=header)
    messages_for(mailing, 5000, now)
    read = []

    def note(row, context):
        read.append(row)

    sa.event.listen(OutboxMail, "load", note)
    try:
        with queries() as many:
            page = desk.get(path, headers=header).text
    finally:
        sa.event.remove(OutboxMail, "load", note)

    assert len(many) == len(few)
    assert read == []
    assert 'value="5000" max="5000"' in page


def test_the_list_and_the_part_that_changes_leave_the_recipients_unread(desk, mailing, queries):
    path = page_of(mailing)

    with queries() as statements:
        desk.get(LIST)
        desk.get(path, headers={"HX-Request": "true"})

    # A count looks at no column, whatever it lists.
    assert [s for s in statements if "params" in s and not s.startswith("SELECT count")] == []


@pytest.mark.parametrize("page", ["", "/preview", "/sending"])
def test_drafting_asks_the_same_few_questions_however_many_they_are_for(desk, queries, page):
    counted = []
    for people in (3, 40):
        write(desk, group_of(people) if people == 3 else _bigger())
        with queries() as statements:
            desk.get(f"{LIST}/drafts/abcdefghjkmn{page}")
        counted.append(len(statements))

    assert counted[0] == counted[1]


def _bigger():
    group = create_group("Mange")
    for number in range(40):
        create_place(group, create_person(f"Andre {number}"))
    return group
