"""The one module that speaks IMAP: whatever a server does, it ends in time and in one line."""

import ssl
import time
from pathlib import Path

import pytest
import trustme

from config import MailAccount
from portal.mail import imap, imap_conversation
from portal.mail.imap import CannotMove, MailboxAway, OpenMailbox
from tests.answers.imap_server import PASSWORD, Folder, Server, running
from tests.answers.rude import DROP, ENDLESS, MESSAGE, SILENCE, Play, playing
from tests.mail.server import closed_port
from tests.mail.sinks import authority

STEPS = ["banner", "CAPABILITY", "LOGIN", "SELECT", "SEARCH", "SIZE", "BODY", "LIST", "MOVE"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a second where the portal waits for a minute."""
    monkeypatch.setattr(imap_conversation, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(imap_conversation, "LONGEST_SECONDS", 1.0)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a server on this machine, by an authority that nobody knows."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    authority().issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        path
    )
    return path


def walk(account: MailAccount, largest: int = 1000) -> bytes | None:
    """All that is ever asked of a server."""
    with OpenMailbox(account, largest=largest) as mailbox:
        mailbox.select()
        uids = mailbox.uids_above(0)
        found = [outline.uid for outline in mailbox.outlines(uids)]
        raw = mailbox.read(found[0])
        mailbox.move(found[0], "Done")
        return raw


def refusal(account: MailAccount) -> str:
    with pytest.raises(MailboxAway) as refused:
        walk(account)
    return str(refused.value)


@pytest.mark.parametrize("what", [SILENCE, DROP, ENDLESS], ids=lambda what: what.decode())
@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_hangs_leaves_or_never_ends_is_given_up(impatient, step: str, what: bytes):
    play = Play({step: what})
    with playing(play) as account:
        begun = time.monotonic()
        told = refusal(account)

    assert play.seen[-1] == step
    assert time.monotonic() - begun < 5
    assert told.startswith("it ")
    assert PASSWORD not in told


def test_a_server_that_answers_an_octet_at_a_time_is_given_up(impatient):
    slow = b"* OK and so on, and so on, and so on\r\n"
    with playing(Play({"LOGIN": slow}, pause=0.1)) as account:
        begun = time.monotonic()
        told = refusal(account)

    assert told == "it refuses the login: no answer in time"
    assert 0.9 < time.monotonic() - begun < 5


def test_nobody_waits_long_for_leave_to_be_taken(monkeypatch):
    monkeypatch.setattr(imap, "_FAREWELL_SECONDS", 0.3)
    with playing(Play({"LOGOUT": SILENCE})) as account:
        begun = time.monotonic()
        raw = walk(account)

    assert raw == MESSAGE
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("step", "said", "told"),
    [
        ("LOGIN", b"TAG NO [AUTHENTICATIONFAILED] Go away\r\n",
         "it refuses the login: [AUTHENTICATIONFAILED] Go away"),
        ("LOGIN", b"TAG NO not with hemmelig-og-lang\r\n",
         "it refuses the login: not with …"),
        ("SELECT", b"TAG NO [NONEXISTENT] Not here.\r\n",
         "it does not open the folder: [NONEXISTENT] Not here"),
        ("SELECT", b"* OK [UIDVALIDITY 7] \r\nTAG OK [READ-ONLY] done\r\n",
         "it does not open the folder: the folder may only be read"),
        ("SELECT", b"TAG OK done\r\n",
         "it does not open the folder: it hung up, or speaks no IMAP"),
        ("SEARCH", b"TAG NO [SERVERBUG] Sorry\r\n", "it does not search: [SERVERBUG] Sorry"),
        ("SEARCH", b"* SEARCH one\r\nTAG OK done\r\n",
         "it does not search: it hung up, or speaks no IMAP"),
        ("BODY", b"TAG NO try later\r\n", "it does not hand over messages: try later"),
        ("BODY", b"* 1 FETCH (UID 1 BODY[] {900000000}\r\nx",
         "it does not hand over messages: it hung up, or speaks no IMAP"),
        ("banner", b"HTTP/1.1 400 Bad Request\r\n\r\n",
         "it cannot be reached: it hung up, or speaks no IMAP"),
        ("banner", b"* BYE too many\r\n", "it cannot be reached: b'* BYE too many'"),
    ],
)  # fmt: skip
def test_what_a_server_says_is_told_in_one_line(step: str, said: bytes, told: str):
    with playing(Play({step: said})) as account:
        assert refusal(account) == told


def test_a_server_that_is_not_there_is_told_in_one_line(imap):
    nobody = MailAccount("127.0.0.1", closed_port(), False, "x", "y", "INBOX")
    unknown = MailAccount("nobody.invalid", 143, False, "x", "y", "INBOX")

    assert refusal(nobody) == "it cannot be reached: Connection refused"
    assert refusal(unknown).startswith("it cannot be reached: ")


@pytest.mark.parametrize(
    ("answer", "raw"),
    [
        (b'* 1 FETCH (UID 1 BODY[]<0> "Subject: \\"Hei\\"")\r\nTAG OK done\r\n', b'Subject: "Hei"'),
        (b"* 1 FETCH (UID 1 BODY[] NIL)\r\nTAG OK done\r\n", b""),
        (b"* 1 FETCH (BODY[]<0> {3}\r\nHei UID 1)\r\nTAG OK done\r\n", b"Hei"),
        (b"* 2 FETCH (FLAGS (\\Seen) UID 2)\r\n"
         b"* 1 FETCH (UID 1 BODY[] {3}\r\nHei)\r\nTAG OK done\r\n", b"Hei"),
        (b"* 1 EXPUNGE\r\nTAG OK done\r\n", None),
    ],
)  # fmt: skip
def test_a_message_is_read_however_the_server_writes_it(answer: bytes, raw: bytes | None):
    with playing(Play({"BODY": answer})) as account:
        assert walk(account) == raw


def test_only_one_octet_more_than_is_wanted_is_asked_for():
    play = Play()
    with playing(play) as account:
        walk(account, largest=10)

    assert [line.split(b" ", 1)[1] for line in play.heard if b"BODY" in line] == [
        b"UID FETCH 1 (BODY.PEEK[]<0.11>)\r\n"
    ]


@pytest.mark.parametrize(
    ("listed", "made"),
    [
        (b'* LIST () "." INBOX\r\nTAG OK done\r\n', "INBOX.Done"),
        (b'* LIST () "/" INBOX\r\nTAG OK done\r\n', "INBOX/Done"),
        (b"* LIST () NIL INBOX\r\nTAG OK done\r\n", "Done"),
        (b"TAG OK done\r\n", "Done"),
    ],
)
def test_folders_are_named_as_the_server_divides_names(listed: bytes, made: str):
    play = Play({"LIST": listed})
    with playing(play) as account:
        walk(account)

    created = [line.split()[2].decode() for line in play.heard if b"CREATE" in line]
    moved = [line.split()[4].decode() for line in play.heard if b"MOVE" in line]
    assert (created, moved) == ([f'"{made}"'], [f'"{made}"'])


def test_where_nothing_may_lie_below_the_inbox_the_folder_is_beside_it():
    refused = {"LIST": b'* LIST (\\Noinferiors) "/" INBOX\r\nTAG OK done\r\n',
               "CREATE": b"TAG NO not below\r\n"}  # fmt: skip
    with playing(Play(refused)) as account, OpenMailbox(account, largest=10) as mailbox:
        mailbox.select()
        with pytest.raises(CannotMove) as told:
            mailbox.move(1, "Done")

    assert str(told.value) == "not below"


def test_a_move_that_is_refused_says_why():
    with (
        playing(Play({"MOVE": b"TAG NO [OVERQUOTA] Full\r\n"})) as account,
        OpenMailbox(account, largest=10) as mailbox,
    ):
        mailbox.select()
        with pytest.raises(CannotMove) as told:
            mailbox.move(1, "Done")

    assert str(told.value) == "[OVERQUOTA] Full"


def test_passwords_and_folders_may_hold_other_letters(imap: Server):
    inbox = Folder(imap.account("Påmelding & svar"))
    inbox.put(MESSAGE)

    raw = walk(inbox.account)

    assert raw == MESSAGE
    assert inbox.subjects("Done") == ["Hei"]


class TestTls:
    """Nobody on the way hears the password, whatever the address says."""

    def secure(self, server: Server, **values) -> MailAccount:
        found = server.account("INBOX")
        return MailAccount(**{**vars(found), **values})

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, pem: Path):
        with running(tls="now", pem=pem) as server:
            told = refusal(self.secure(server, is_secure=True))

        assert told.startswith("it cannot be reached: its certificate is not to be trusted, ")

    @pytest.mark.parametrize("tls", ["now", "later"])
    def test_a_mailbox_is_read_in_tls(self, pem: Path, trusted, far, tls: str):
        with running(tls=tls, pem=pem) as server:
            account = self.secure(server, is_secure=tls == "now")
            with OpenMailbox(account, largest=10) as mailbox:
                found = mailbox.select(), mailbox.uids_above(0)
                is_encrypted = isinstance(mailbox._box.client.sock, ssl.SSLSocket)

        assert (found[0] > 0, found[1], is_encrypted) == (True, [], True)

    def test_a_server_elsewhere_without_tls_never_hears_the_password(self, far):
        play = Play()
        with playing(play) as account:
            told = refusal(account)

        assert told == "it cannot be reached: it offers no TLS; without it no password is sent"
        assert not [line for line in play.heard if b"LOGIN" in line or b"hemmelig" in line]

    def test_what_was_said_before_tls_began_is_not_heard_after(self, far, trusted):
        injected = b"TAG OK go on\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
        steps = {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n",
                 "STARTTLS": injected}  # fmt: skip
        play = Play(steps)
        with playing(play) as account:
            told = refusal(account)

        assert told.startswith("it cannot be reached: ")
        assert not [line for line in play.heard if b"LOGIN" in line]

    @pytest.fixture
    def far(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the server for one on another machine."""
        monkeypatch.setattr(MailAccount, "is_near", False)

    @pytest.fixture
    def trusted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
        """Let this machine know the authority."""
        path = tmp_path / "authority.pem"
        authority().cert_pem.write_to_path(path)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        return authority()
