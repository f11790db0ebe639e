"""``flask inbox read``: one message in, one line of JSON out."""

import json
from datetime import UTC, datetime

import pytest

from portal.db import db
from portal.models.mail import MailState
from tests.mail.conftest import queue  # noqa: F401
from tests.mail.reports.samples import report


@pytest.fixture
def flask(app):
    """Run ``flask inbox read`` with the given words and input."""

    def run(*words: str, **options):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["inbox", "read", *words], **options)

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
