"""``flask outbox …``: what waits, and sending it."""

import json
import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from queue import SimpleQueue
from types import FrameType

import click
from flask import Flask, current_app

from portal import clock, worker
from portal.cli.failing import CommandGroup, fail
from portal.demo.sink import demo_mail
from portal.mail import mailings, queries
from portal.mail import outbox as queue
from portal.mail.composing import compose
from portal.mail.delivery import Delivery, ServerAway
from portal.mail.headers import UnsafeHeader, check_address
from portal.mail.message import Message
from portal.models.accounts import Person
from portal.tokens import public_id

outbox = CommandGroup("outbox", help="Mail that waits to be sent.")


@outbox.command()
@click.option("--once", is_flag=True, help="Send what is due, then end.")
def deliver(once: bool) -> None:
    """Send what waits, and go on doing so until told to stop.

    With --once: exit code 1 and one line when something failed for good or nothing could be sent.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.config["DEMO"] and not app.config["MAIL_SERVER"]:
        fail("MAIL_SERVER is not set, so there is nowhere to send.")
    stop = threading.Event()
    _stop_when_told(stop)
    with demo_mail(app):
        if once:
            _deliver_once(stop)
        else:
            worker.run(app, stop)


@outbox.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(as_json: bool) -> None:
    """How many messages wait, were sent and failed, and for how long the oldest has been due."""
    numbers: dict[str, int] = {state.value: count for state, count in queries.counts().items()}
    numbers["oldest_queued_s"] = queries.queue(clock.now()).oldest_s
    if as_json:
        click.echo(json.dumps(numbers))
        return
    for name, number in numbers.items():
        click.echo(f"{name:16} {number}")


@outbox.command()
@click.argument("address")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True)
def test(address: str, count: int) -> None:
    """Queue test messages to ADDRESS, to try the mail settings."""
    try:
        check_address(address)
    except UnsafeHeader:
        fail(f"{address!r} is not a mail address.")
    queued = mailings.queue_in_chunks(_test_messages(address, count), clock.now())
    click.echo(f"Queued {queued} to {address}.")


def _deliver_once(stop: threading.Event) -> None:
    delivery = Delivery(stop=stop)
    try:
        worker.one_round(delivery)
        while delivery.has_more and not stop.is_set():
            worker.one_round(delivery)
    except ServerAway as away:
        click.echo(f"No mail can be sent: {away}", err=True)
        raise SystemExit(1) from None
    if delivery.tally.failed:
        click.echo(f"{delivery.tally.failed} failed for good; see /organise/mail.", err=True)
        raise SystemExit(1)


def _stop_when_told(stop: threading.Event) -> None:
    """Finish the message in hand, and leave the others to whoever comes next.

    A signal comes in the midst of anything, even while this very thread holds the lock of an event:
    to set that one there would wait for ever. So a thread does it, and is told in a way that takes
    no lock.
    """
    told: SimpleQueue[int] = SimpleQueue()

    def leave(number: int, frame: FrameType | None) -> None:
        told.put(number)

    def wait() -> None:
        told.get()
        stop.set()
        queue.woken.set()

    threading.Thread(target=wait, name="told to stop", daemon=True).start()
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def _test_messages(address: str, count: int) -> Iterator[tuple[str, Message]]:
    occasion = public_id()
    sent_at: datetime = clock.now()
    # Nobody we know: the settings are tried, not a person.
    nobody = Person(name="", language="nb")
    for number in range(1, count + 1):
        message = compose(
            "outbox/test", nobody, to=address, number=number, count=count, sent_at=sent_at
        )
        yield f"test-{occasion}-{number}", message
