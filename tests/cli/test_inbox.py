"""``flask inbox``: one message in, one line of JSON out; a mailbox read, one line of figures."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from portal.answers import mailbox
from portal.db import db
from portal.models.mail import MailState
from tests.answers.conftest import bounce, imap, inbox  # noqa: F401
from tests.mail.conftest import queue  # noqa: F401
from tests.mail.reports.samples import report


@pytest.fixture
def flask(app):
    """Run ``flask inbox read``, or another command of it, with the given words and input."""

    def run(*words: str, command: str = "read", **options):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["inbox", command, *words], **options)

    return run


def test_a_bounce_from_a_pipe_is_applied(flask, queue, now):  # noqa: F811
    mail = queue()
    mail.state, mail.sent_at = MailState.SENT, datetime.now(UTC)
    raw = report(came_to=mail.envelope_from, message_id=mail.message_id)

    first, second = flask("-", input=raw), flask("-", input=raw)

    assert (first.exit_code, first.output) == (
        0, '{"result": "applied", "reason": "bounced with 5.1.1", "uid": null, "answer": null}\n',
    )  # fmt: skip
    assert (second.exit_code, json.loads(second.output)["result"]) == (0, "ignored")
    db.session.expire_all()
    assert mail.state == MailState.FAILED


@pytest.mark.parametrize(
    ("raw", "result"),
    [
        (b"", "ignored"),
        (b"\xff\x00", "ignored"),
        (b"Subject: Hei\r\n\r\nHei\r\n", "ignored"),
        (report(), "rejected"),
    ],
)
def test_whatever_a_file_holds_is_answered_in_one_line(flask, tmp_path, raw: bytes, result: str):
    path = tmp_path / "message.eml"
    path.write_bytes(raw)

    done = flask(str(path))

    assert (done.exit_code, len(done.output.splitlines())) == (0, 1)
    assert json.loads(done.output)["result"] == result


def test_a_file_that_cannot_be_read_is_told_of_in_one_line(flask, tmp_path):
    missing = flask(str(tmp_path / "nothing.eml"))
    folder = flask(str(tmp_path))

    assert (missing.exit_code, missing.output) == (
        2, f"{tmp_path}/nothing.eml cannot be read: No such file or directory.\n",
    )  # fmt: skip
    assert (folder.exit_code, folder.output) == (
        2,
        f"{tmp_path} cannot be read: Is a directory.\n",
    )


@pytest.fixture
def fetch(app, flask, inbox, monkeypatch):  # noqa: F811
    """Run ``flask inbox fetch`` on the mailbox of the test."""
    monkeypatch.setitem(app.config, "INBOX", inbox.account)

    def run(*words: str):
        return flask(*words, command="fetch")

    return run


def test_a_mailbox_is_read_and_summed_up_in_one_line(fetch, inbox, bounce):  # noqa: F811
    strange = report(came_to="retur+nobody@portal.example.org", message_id="nobody@localhost")
    inbox.put(bounce(), bounce("siri@example.org", action="delayed"), strange)

    first, second = fetch(), fetch("--json")

    assert (first.exit_code, first.stdout) == (
        0, "Read 3: 1 applied, 0 waiting, 1 ignored, 1 odd.\n",
    )  # fmt: skip
    assert (second.exit_code, json.loads(second.stdout)) == (
        0,
        {"read": 0, "applied": 0, "waiting": 0, "ignored": 0, "odd": 0, "left": 0, "unmoved": 0,
         "has_more": False, "busy": False},
    )  # fmt: skip


def test_what_is_out_of_the_ordinary_is_told_as_well(fetch, inbox, monkeypatch):  # noqa: F811
    tally = mailbox.Tally(read=5, waiting=1, applied=4, left=2, unmoved=3, has_more=True)
    monkeypatch.setattr(mailbox, "fetch", lambda account: tally)

    assert fetch().stdout == (
        "Read 5: 4 applied, 1 waiting, 0 ignored, 0 odd. 2 left for the next time."
        " 3 could not be moved. There is more.\n"
    )


def test_a_mailbox_that_somebody_else_reads_is_no_fault(fetch, inbox, bounce):  # noqa: F811
    inbox.put(bounce())
    with mailbox.alone():
        told, plain = fetch("--json"), fetch()

    assert (told.exit_code, json.loads(told.stdout)["busy"]) == (0, True)
    assert (plain.exit_code, plain.stdout) == (0, "Somebody else reads the mailbox just now.\n")
    assert inbox.count() == 1


def test_without_a_mailbox_there_is_one_line(flask):
    done = flask(command="fetch")

    assert (done.exit_code, done.stdout, done.stderr) == (
        2, "", "INBOX_URL is not set, so there is no mailbox to read.\n",
    )  # fmt: skip


def test_a_mailbox_that_refuses_is_told_of_in_one_line(app, fetch, imap, monkeypatch):  # noqa: F811
    monkeypatch.setitem(app.config, "INBOX", imap.account(password="feil"))
    refused = fetch()
    monkeypatch.setitem(app.config, "INBOX", imap.account("Ingensteds"))
    missing = fetch()

    assert (refused.exit_code, refused.stderr) == (
        2,
        "The mailbox at 127.0.0.1 cannot be read: it refuses the login:"
        " [AUTHENTICATIONFAILED] Invalid authentication credentials.\n",
    )
    assert (missing.exit_code, missing.stderr) == (
        2,
        "The mailbox at 127.0.0.1 cannot be read: it does not open the folder:"
        " [NONEXISTENT] Mailbox does not exist.\n",
    )


def test_a_database_that_is_away_is_told_of_in_one_line(fetch, monkeypatch):
    def away(account) -> None:
        raise mailbox.DatabaseAway("OperationalError")

    monkeypatch.setattr(mailbox, "fetch", away)
    done = fetch()

    assert (done.exit_code, done.stderr) == (
        2,
        "The database takes nothing just now (OperationalError);"
        " the messages wait in the mailbox.\n",
    )


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError, IntegrityError])
def test_while_the_database_is_away_a_mail_server_tries_again(flask, monkeypatch, fault):
    def take(raw: bytes, now: datetime) -> None:
        raise fault("INSERT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr("portal.answers.inbox.taking.take", take)

    done = flask("-", input=b"Subject: Hei\r\n\r\nHei\r\n")

    assert (done.exit_code, done.stdout) == (75, "")
    assert done.stderr == f"The database takes nothing just now ({fault.__name__}).\n"
