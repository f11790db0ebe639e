"""A conversation with a mail server: one packet for an envelope, and an end to every wait."""

import smtplib
import time

import pytest

from portal.mail import smtp
from portal.mail.headers import UnsafeHeader
from portal.models.mail import MailState
from tests.mail.sinks import OWN_TLS, Play, authority, playing

PIPELINING = "250-sink\r\n250 PIPELINING"
RAW = b"Subject: Takk\r\n\r\n.. en prikk\r\n. og en til\r\nslutt\r\n"


@pytest.fixture
def conversing(app):
    """Open a conversation with a server that does what it is told."""
    state = app.extensions["mail"]
    before, opened = dict(vars(state)), []

    def converse(play: Play, *, tls: bool = False, **steps):
        server = playing(play)
        smtp.use_server(app, "127.0.0.1", server.__enter__())
        state.use_tls = tls
        opened.append((server, smtp.connect(**steps)))
        return opened[-1][1]

    yield converse
    for server, connection in opened:
        connection.abort()
        server.__exit__(None, None, None)
    vars(state).update(before)


def message(to: str = "ola@example.org", raw: bytes = RAW) -> smtp.ReadyMessage:
    return smtp.ReadyMessage(raw, recipient=to, envelope_from="retur@portal.example.org")


@pytest.mark.parametrize("greeting", ["250 sink", PIPELINING])
def test_a_message_arrives_with_its_dots(conversing, greeting):
    play = Play({"EHLO": [greeting]})

    conversing(play).send(message())

    ((sender, to, content),) = play.taken
    assert (sender, to) == ("retur@portal.example.org", "ola@example.org")
    # As it stands on the wire: a dot in front of every line that begins with one.
    assert content == RAW.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n")


def test_an_envelope_leaves_in_one_packet_where_the_server_allows_it(conversing):
    connection = conversing(Play({"EHLO": [PIPELINING]}))
    sent = []
    original = connection.host.send
    connection.host.send = lambda octets: (sent.append(octets), original(octets))

    connection.send(message())

    envelope, body, end = sent
    assert envelope == (
        "MAIL FROM:<retur@portal.example.org>\r\nRCPT TO:<ola@example.org>\r\nDATA\r\n"
    )
    assert (body[-7:], end) == (b"slutt\r\n", b".\r\n")


@pytest.mark.parametrize("data", ["354 Go on", "503 Nobody to send to"])
def test_a_refused_recipient_in_one_packet_keeps_the_conversation_in_step(conversing, data):
    play = Play({"EHLO": [PIPELINING], "RCPT": ["550 Nobody"], "DATA": [data],
                 "dot": ["554 No valid recipients"] if data.startswith("354") else []})  # fmt: skip
    connection = conversing(play)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        connection.send(message())
    connection.send(message("siri@example.org"))

    assert refused.value.recipients == {"ola@example.org": (550, b"Nobody")}
    assert (play.recipients, play.conversations) == (["siri@example.org"], 1)


def test_no_message_ends_before_what_must_come_first(conversing):
    play = Play()

    def not_yet() -> None:
        raise RuntimeError("not yet")

    connection = conversing(play, before_end=not_yet)
    with pytest.raises(RuntimeError, match="not yet"):
        connection.send(message())
    connection.abort()
    time.sleep(0.1)

    assert (play.heard[-1], play.taken) == (b"DATA", [])


@pytest.mark.parametrize("pause", [0.02, 0.2])
def test_a_server_that_writes_a_byte_at_a_time_holds_nobody_for_long(
    conversing, monkeypatch, pause
):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 1.0)
    play = Play({"MAIL": ["250 " + "." * 60]})
    connection = conversing(play)
    play.pause = pause
    begun = time.monotonic()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        connection.send(message())

    assert time.monotonic() - begun < 1.5


def test_a_greeting_ends_in_time_as_well(conversing, monkeypatch):
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 0.5)
    begun = time.monotonic()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        conversing(Play({"banner": ["220 " + "." * 200]}, pause=0.05))

    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("endless", ["250-more\r\n" * 20_000 + "250 end", "250 " + "x" * 9000])
def test_a_reply_without_end_is_not_listened_to(conversing, endless):
    # Not a refusal, which would cost the message its life.
    with pytest.raises(smtplib.SMTPServerDisconnected):
        conversing(Play({"MAIL": [endless]})).send(message())


def test_a_server_with_many_addresses_that_are_dead_is_left_in_time(app, monkeypatch):
    found = [(2, 1, 6, "", (f"127.0.0.{number}", 25)) for number in range(1, 9)]
    monkeypatch.setattr(smtp.socket, "getaddrinfo", lambda *given, **rest: found)
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 0.5)
    tried = []

    def dead(address, timeout):
        tried.append(timeout)
        time.sleep(min(timeout, 0.2))
        raise TimeoutError("timed out")

    monkeypatch.setattr(smtp.socket, "create_connection", dead)
    smtp.use_server(app, "mail.example.org", 25)
    begun = time.monotonic()

    with pytest.raises(TimeoutError):
        smtp.connect()

    assert time.monotonic() - begun < 1
    assert len(tried) == 3


def test_a_server_that_has_had_enough_says_so_in_one_packet_too(conversing):
    play = Play({"EHLO": [PIPELINING], "MAIL": ["421 Enough for now"]})
    connection = conversing(play)

    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        connection.send(message())

    assert refused.value.smtp_code == 421
    assert not connection.is_open


def test_a_message_goes_in_tls_to_a_server_whose_certificate_is_known(
    app, conversing, monkeypatch, tmp_path
):
    known = tmp_path / "authority.pem"
    authority().cert_pem.write_to_path(known)
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    play = Play({"EHLO": ["250-sink\r\n250 STARTTLS", "250 sink"], "STARTTLS": [OWN_TLS]})

    connection = conversing(play, tls=True)
    connection.send(message())

    assert play.recipients == ["ola@example.org"]
    # Nothing but the greeting went in clear.
    assert [line.split()[0] for line in play.heard] == [b"ehlo", b"STARTTLS"]


@pytest.mark.parametrize("address", ["ola@example.org>\r\nRCPT TO:<siri@example.org", "", "ola"])
def test_an_address_that_is_none_is_never_put_on_the_wire(app, address):
    with pytest.raises(UnsafeHeader):
        message(address)


def test_the_delivery_speaks_in_one_packet_too(app, queue, delivery, server):
    play = Play({"EHLO": [PIPELINING], "RCPT": ["250 OK", "550 Nobody", "250 OK"],
                 "dot": ["250 Taken", "554 No valid recipients", "250 Taken"]})  # fmt: skip
    mails = [queue(f"p{number}@example.org") for number in range(3)]

    with playing(play) as port:
        smtp.use_server(app, "127.0.0.1", port)
        delivery.drain()

    for mail in mails:
        app.extensions["sqlalchemy"].session.refresh(mail)
    assert play.recipients == ["p0@example.org", "p2@example.org"]
    assert [mail.state for mail in mails] == [MailState.SENT, MailState.FAILED, MailState.SENT]
