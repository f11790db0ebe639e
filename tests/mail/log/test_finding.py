"""The organisers' log of mail: what went to whom, why not, and what nobody else may read."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import bounces, outbox
from portal.mail.dsn import Fate, Report
from portal.mail.log import finding, resending
from portal.mail.message import CalendarPart, Lane, Mailbox, Message
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.calendar.examples import camp, invited
from tests.factories import create_camp, create_event, create_season

KEY = "bq7mz-" * 6


@pytest.fixture
def asked(queue) -> OutboxMail:
    """A message to Ola with a link that answers for him."""
    return queue("ola@example.org", "Jury på Skien vgs: kan du?")


def test_the_list_tells_what_to_whom_and_in_which_state(browse_as, kari, queue):
    queue("ola@example.org", "Kan du?")
    failed = queue("siri@example.org", "Takk")
    failed.state, failed.last_code, failed.last_error = MailState.FAILED, 550, "Unknown"

    page = browse_as(kari).get("/organise/mail").text

    for words in ("ola@example.org", "Kan du?", "Venter", "siri@example.org", "Mislyktes",
                  "Mottakerens e-postserver kjenner ikke adressen."):  # fmt: skip
        assert words in page


def test_the_list_is_narrowed_by_state_name_and_subject(browse_as, kari, ola, queue, now):
    queue("siri@example.org", "Kan du?", person_id=None)
    queue("jobb@example.org", "Møtet er flyttet", person_id=ola.id)
    browser = browse_as(kari)

    for query, subject in (
        ("q=hansen", "Møtet er flyttet"),
        ("q=FLYTTET", "Møtet er flyttet"),
        ("q=siri@", "Kan du?"),
    ):
        page = browser.get(f"/organise/mail?{query}").text
        assert [s for s in ("Møtet er flyttet", "Kan du?") if s in page] == [subject]
    assert "Ingen meldinger passer" in browser.get("/organise/mail?state=sent").text
    assert "Kan du?" in browser.get("/organise/mail?state=nonsense&page=99999").text


def test_the_numbers_are_of_what_is_looked_for_whatever_its_state(browse_as, kari, queue):
    queue("ola@example.org", "Kan du?")
    queue("siri@example.org", "Kan du?").state = MailState.SENT
    queue("siri@example.org", "Takk").state = MailState.SENT
    browser = browse_as(kari)

    shown = {
        query: re.findall(r">(\w+: \d+)<", browser.get(f"/organise/mail?{query}").text)
        for query in ("", "q=Kan", "q=Kan&state=sent")
    }

    assert shown == {
        "": ["Venter: 1", "Sendt: 2"],
        "q=Kan": ["Venter: 1", "Sendt: 1"],
        "q=Kan&state=sent": ["Venter: 1", "Sendt: 1"],
    }


def test_the_list_costs_the_same_for_one_message_and_many(browse_as, kari, queue, queries):
    browser = browse_as(kari)
    spent = []
    for number in range(3):
        queue(f"p{number}@example.org")
        with queries() as statements:
            browser.get("/organise/mail")
        spent.append(len(statements))

    assert spent[0] == spent[2]


@pytest.fixture
def in_english(kari):
    """The words of the pages as the code has them."""
    kari.language = "en"
    db.session.commit()


def subjects_on(page: str) -> set[str]:
    return set(re.findall(r"Melding \d", page))


def test_the_list_is_narrowed_by_event_person_season_and_mailing(
    browse_as, kari, ola, queue, now, in_english
):
    season, event = create_season(), create_event()
    held = create_camp(season)
    news = Mailing(
        kind="x", dedupe_key="x", subject="Nytt", season_id=season.id, event_id=event.id,
        created_at=now, hold_until=now,
    )  # fmt: skip
    db.session.add(news)
    db.session.commit()
    queue("a@example.org", "Melding 0")
    queue("b@example.org", "Melding 1", event_id=event.id, person_id=ola.id)
    queue("c@example.org", "Melding 2", season_id=season.id)
    queue("d@example.org", "Melding 3", event_id=held.event_id)
    queue("e@example.org", "Melding 4").mailing_id = news.id
    browser = browse_as(kari)

    for query, expected in (
        (f"event={event.slug}", {1, 4}),
        (f"person={ola.public_id}", {1}),
        (f"season={season.slug}", {2, 3, 4}),
        (f"mailing={news.public_id}", {4}),
        (f"event={event.slug}&person={ola.public_id}", {1}),
        (f"season={season.slug}&q=melding+2&state=queued", {2}),
        (f"season={season.slug}&state=failed", set()),
    ):
        page = browser.get(f"/organise/mail?{query}").text
        assert subjects_on(page) == {f"Melding {number}" for number in expected}


def test_each_filter_can_be_taken_away_by_itself(browse_as, kari, ola, in_english):
    event = create_event("Webinar")
    query = f"q=x&state=failed&event={event.slug}&person={ola.public_id}"

    page = browse_as(kari).get(f"/organise/mail?{query}").text

    chips = re.findall(
        r'<a class="ds-chip" href="([^"]+)"><span[^>]+>Take away </span>([^<]+)', page
    )
    assert [(unescape(url), text.strip()) for url, text in chips] == [
        (f"/organise/mail?q=x&state=failed&person={ola.public_id}", "Event: Webinar"),
        (f"/organise/mail?q=x&state=failed&event={event.slug}", "Person: Ola Hansen"),
        (f"/organise/mail?q=x&event={event.slug}&person={ola.public_id}", "State: Failed"),
        (f"/organise/mail?state=failed&event={event.slug}&person={ola.public_id}", "Search: x"),
    ]
    assert f'<input type="hidden" name="event" value="{event.slug}">' in page


def test_turning_the_page_keeps_the_filters(browse_as, kari, ola, queue):
    for number in range(51):
        queue(f"p{number}@example.org", person_id=ola.id)

    page = browse_as(kari).get(f"/organise/mail?state=queued&person={ola.public_id}").text

    assert f"/organise/mail?state=queued&amp;person={ola.public_id}&amp;page=2" in page


@pytest.mark.parametrize("name", ["event", "person", "season", "mailing"])
def test_a_filter_that_names_nothing_is_not_found(browse_as, kari, name: str):
    assert browse_as(kari).get(f"/organise/mail?{name}=nothing").status_code == 404


def test_narrowing_costs_the_same_for_one_message_and_many(browse_as, kari, ola, queue, queries):
    season, event = create_season(), create_event()
    browser = browse_as(kari)
    query = f"event={event.slug}&person={ola.public_id}&season={season.slug}&state=queued"
    spent = []
    for number in range(3):
        queue(f"p{number}@example.org", person_id=ola.id, event_id=event.id, season_id=season.id)
        with queries() as statements:
            browser.get(f"/organise/mail?{query}")
        spent.append(len(statements))

    assert spent[0] == spent[2]


@pytest.mark.parametrize(
    "names", [(), ("failed",), ("event",), ("person",), ("season",), ("mailing",)]
)
def test_no_filter_reads_the_whole_table(app, ola, now, names: tuple[str, ...]):
    mailing = Mailing(kind="x", dedupe_key="x", created_at=now, hold_until=now)
    db.session.add(mailing)
    given = {
        "failed": {"state": MailState.FAILED}, "event": {"event": create_event()},
        "person": {"person": ola}, "season": {"season": create_season()},
        "mailing": {"mailing": mailing},
    }  # fmt: skip
    filters = finding.Filters(**{k: v for name in names for k, v in given[name].items()})

    plan = plan_of(
        sa.select(OutboxMail.id)
        .where(*finding.conditions(filters)).order_by(OutboxMail.id.desc()).limit(50)
    )  # fmt: skip

    assert re.findall(r"Seq Scan on outbox_mail|SCAN outbox_mail(?! USING)", plan) == (
        # Newest first without a filter is the table itself, read from its end.
        ["SCAN outbox_mail"] if not names and db.engine.dialect.name == "sqlite" else []
    )


def plan_of(statement: sa.Select) -> str:
    """How the database would find the rows, were there too many to read them all."""
    text = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
    is_sqlite = db.engine.dialect.name == "sqlite"
    connection = db.session.connection()
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{text}")
    return "\n".join(str(row[-1]) for row in rows)


def test_a_message_is_shown_as_sent_with_its_keys_hidden(browse_as, kari, now):
    sender = Mailbox("kalender+hemmelig@portal.example.org", "Alliansen")
    outbox.enqueue(
        Message(
            Mailbox("ola@example.org", "Ola Hansen"), sender, "Kan du?",
            f"Hei Ola\n\nSvar her: http://localhost/asks/{KEY}?a=1.\n",
            reply_to=sender, calendar=CalendarPart("REQUEST", invited(camp())),
        ), key="1", now=now,
    )  # fmt: skip
    db.session.commit()
    mail = db.session.query(OutboxMail).one()

    page = browse_as(kari).get(f"/organise/mail/{mail.public_id}").text

    assert "http://localhost/asks/…" in page
    assert "METHOD:REQUEST" in page
    assert KEY not in page
    assert "hemmelig" not in page


def test_a_sign_in_message_is_never_shown(browse_as, kari, queue):
    mail = queue(subject="Logg inn", lane=Lane.SIGN_IN, html=f"<p>{KEY}</p>")
    browser = browse_as(kari)

    page = browser.get(f"/organise/mail/{mail.public_id}").text

    assert "Denne meldingen vises ikke" in page
    assert KEY not in page
    assert browser.get(f"/organise/mail/{mail.public_id}/html").status_code == 404


def test_the_html_form_stands_in_a_frame_that_can_do_nothing(browse_as, kari, queue):
    link = f"http://localhost/asks/{KEY}"
    mail = queue(
        html=f'<p><a href="{link}">Svar</a> {link}</p>',
        headers={"List-Unsubscribe": f"<http://localhost/unsubscribe/{KEY}>"},
    )
    browser = browse_as(kari)

    page = browser.get(f"/organise/mail/{mail.public_id}")
    framed = browser.get(f"/organise/mail/{mail.public_id}/html", check=False)

    assert f'src="/organise/mail/{mail.public_id}/html"' in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    assert KEY not in page.text
    assert framed.text == "<p><a>Svar</a> http://localhost/asks/…</p>\r\n"
    assert framed.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; sandbox"
    )


def test_a_message_without_html_has_no_frame(browse_as, kari, asked):
    browser = browse_as(kari)

    assert "<iframe" not in browser.get(f"/organise/mail/{asked.public_id}").text
    assert browser.get(f"/organise/mail/{asked.public_id}/html").status_code == 404


def test_a_message_tells_its_story(browse_as, kari, queue, now, in_english):
    mail = queue()
    mail.state, mail.attempts, mail.last_code = MailState.FAILED, 2, 550
    resending.resend(mail, number=1, by=kari, now=now + timedelta(hours=1))
    mail.state, mail.attempts, mail.sent_at = MailState.SENT, 2, now + timedelta(hours=2)
    db.session.flush()
    copy = resending.resend(mail, number=1, by=kari, now=now + timedelta(hours=3))
    report = Report((mail.envelope_from,), "", (Fate(mail.recipient, "failed", "5.1.1", 550, ""),))
    bounces.apply(report, now + timedelta(hours=4))
    db.session.commit()
    browser = browse_as(kari)

    assert story(browser.get(f"/organise/mail/{mail.public_id}").text) == [
        "Queued Thursday 20 August 2026, 11:00",
        "Until then: Failed, The receiving server knows no such address.",
        "Queued again by Kari Nordmann Thursday 20 August 2026, 12:00",
        "Tried in vain 1 time",
        "The mail server took it Thursday 20 August 2026, 13:00",
        "It came back Thursday 20 August 2026, 15:00",
        "Sent again by Kari Nordmann: the message from 20 Aug 2026, 14:00 "
        "Thursday 20 August 2026, 14:00",
    ]
    assert story(browser.get(f"/organise/mail/{copy.public_id}").text) == [
        "Queued, as an earlier message sent again: the message from 20 Aug 2026, 11:00 "
        "Thursday 20 August 2026, 14:00",
        "Nothing is sent to this address, since mail to it was refused or came back.",
    ]


def test_a_message_that_waits_tells_what_happens_next(browse_as, kari, queue, now, in_english):
    mail = queue(not_before=now + timedelta(hours=1))
    mail.attempts, mail.last_error = 3, "away"

    assert story(browse_as(kari).get(f"/organise/mail/{mail.public_id}").text) == [
        "Queued Thursday 20 August 2026, 11:00",
        "Tried in vain 3 times",
        "We try again Thursday 20 August 2026, 12:00",
        "We give up if it has not gone by the time limit Sunday 23 August 2026, 11:00",
    ]


def story(page: str) -> list[str]:
    """The steps on the page of a message, without markup."""
    steps = page.partition('<ol class="timeline">')[2].partition("</ol>")[0].split("<li>")[1:]
    return [" ".join(unescape(re.sub("<[^>]+>", "", step)).split()) for step in steps]


@pytest.mark.parametrize("number", [1, 4])
def test_a_message_costs_the_same_whatever_happened_to_it(
    browse_as, kari, queue, now, queries, number: int
):
    mail = queue()
    mail.state, mail.sent_at = MailState.SENT, now
    db.session.flush()
    for each in range(1, number + 1):
        resending.resend(mail, number=each, by=kari, now=now)
    browser = browse_as(kari)

    with queries() as statements:
        browser.get(f"/organise/mail/{mail.public_id}")

    assert len([text for text in statements if text.startswith("SELECT")]) == 13


def test_a_subject_cannot_bring_markup_into_the_page(browse_as, kari, queue):
    mail = queue(subject="<script>alert(1)</script>")
    browser = browse_as(kari)

    for address in ("/organise/mail", f"/organise/mail/{mail.public_id}"):
        assert "<script>alert" not in browser.get(address).text


def test_the_log_is_for_organisers(client, browse_as, ola, asked):
    for address in ("/organise/mail", f"/organise/mail/{asked.public_id}"):
        assert client.get(address).status_code == 302
        assert browse_as(ola).get(address).status_code == 403


def test_an_unknown_message_does_not_exist(browse_as, kari):
    assert browse_as(kari).get("/organise/mail/nosuchmail").status_code == 404
