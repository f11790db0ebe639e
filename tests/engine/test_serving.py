"""``flask serve`` on PostgreSQL: the embedded portal, woken by other processes as well."""

import signal
import time

from portal.db import db
from portal.engine.looking import numbers
from tests.cli.test_serve import outbox, serving  # noqa: F401
from tests.engine.arrivals import lines
from tests.mail.test_worker import wait_for


def test_it_prepares_the_engine_is_woken_by_a_command_and_ends_when_told(
    without_engine,
    serving,  # noqa: F811
    sink,
    postgresql_url,
    tmp_path,
):
    # It looks by itself only at its start: whatever is sent later, it was woken for.
    values = {"DATABASE_URL": postgresql_url, "OUTBOX_POLL_SECONDS": "600",
              "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink[0]}  # fmt: skip
    process = serving("--port", "0", **values)
    assert wait_for(lambda: numbers(db.engine)["workers"] == 1, 30)

    outbox(tmp_path, "test", "ola@example.org", **values)
    begun = time.monotonic()
    assert wait_for(lambda: len(lines(sink[1])) == 1, 30)
    took = time.monotonic() - begun
    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    assert took < 10
    assert numbers(db.engine)["workers"] == 0
