"""The mailbox that answers come to, on a real IMAP server: read once, moved, never lost."""

from contextlib import nullcontext
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.answers import mailbox
from portal.answers.inbox.taking import LARGEST
from portal.answers.mailbox import Busy, Tally
from portal.db import db
from portal.mail.imap import OpenMailbox
from portal.models.inbox import InboxResult, MailboxBookmark
from portal.models.mail import MailState, OutboxMail
from tests.answers.conftest import closed
from tests.answers.imap_server import Folder, running
from tests.mail.reports.samples import report

UNKNOWN = report(came_to="retur+nobody@portal.example.org", message_id="nobody@localhost")


class Killed(BaseException):
    """What no handler of ours catches, as the end of the process."""


def bookmark() -> tuple[int, int] | None:
    """UIDVALIDITY and the last UID that was dealt with."""
    found = db.session.execute(
        sa.select(MailboxBookmark.uid_validity, MailboxBookmark.last_uid)
    ).one_or_none()
    db.session.rollback()
    return tuple(found) if found else None


def failed() -> list[str]:
    """Whose messages are known to have come back."""
    found = db.session.scalars(
        sa.select(OutboxMail.recipient).where(OutboxMail.state == MailState.FAILED)
    ).all()
    db.session.rollback()
    return sorted(found)


def test_what_is_sound_goes_to_done_and_what_is_not_to_odd(inbox, fetch, bounce):
    ola, siri = bounce("ola@example.org"), bounce("siri@example.org", action="delayed")
    inbox.put(ola, siri, UNKNOWN, ola)

    tally = fetch()

    assert tally == Tally(read=4, applied=1, ignored=2, odd=1)
    assert failed() == ["ola@example.org"]
    assert (inbox.count(), inbox.whole("Done"), inbox.whole("Odd")) == (
        0, [ola, siri, ola], [UNKNOWN],
    )  # fmt: skip


def test_nobody_sees_by_its_flags_that_a_message_was_read(inbox, fetch, bounce):
    inbox.put(bounce(), bounce("siri@example.org"))
    inbox.flag(inbox.uids()[0], "\\Seen")

    fetch()

    assert inbox.flags("Done") == [("\\Seen",), ()]


def test_a_message_that_people_have_read_or_marked_counts_all_the_same(inbox, fetch, bounce):
    inbox.put(bounce(), flags="\\Seen")
    inbox.put(bounce("siri@example.org"), flags="\\Flagged")

    assert fetch().applied == 2


def test_what_somebody_has_deleted_is_left_alone(inbox, fetch, bounce):
    inbox.put(bounce(), bounce("siri@example.org"))
    inbox.flag(inbox.uids()[0], "\\Deleted")

    assert fetch() == Tally(read=1, applied=1)
    assert inbox.flags() == [("\\Deleted",)]


def test_the_bookmark_stands_at_the_last_message_and_only_later_ones_are_read(
    inbox, fetch, bounce, monkeypatch
):
    inbox.put(bounce(), bounce("siri@example.org"))
    last = inbox.uids()[-1]
    fetch()
    first = bookmark()
    # What lies below the bookmark is no business of ours: somebody turned the folder back.
    with db.engine.begin() as connection:
        connection.execute(sa.update(MailboxBookmark).values(last_uid=last + 1))
    inbox.put(bounce("per@example.org"), bounce("eva@example.org"))

    tally = fetch()

    assert first[1] == last
    assert tally == Tally(read=1, applied=1)
    assert failed() == ["eva@example.org", "ola@example.org", "siri@example.org"]


def test_a_folder_numbered_anew_is_read_from_its_beginning(inbox, fetch, bounce):
    ola = bounce()
    inbox.put(*[bounce(f"p{number}@example.org") for number in range(5)])
    fetch()
    before = bookmark()
    inbox.remove_below("Done")
    inbox.remove()
    inbox.make()
    inbox.put(ola)

    tally = fetch()

    after = bookmark()
    assert tally == Tally(read=1, applied=1)
    assert after[0] != before[0]
    assert after[1] == 101 < before[1]


def test_killed_between_the_commit_and_the_move_it_is_moved_at_the_next_look(
    inbox, fetch, bounce, monkeypatch
):
    inbox.put(bounce(), bounce("siri@example.org"))
    with monkeypatch.context() as patch:

        def die(*given) -> None:
            raise Killed

        patch.setattr(OpenMailbox, "move", die)
        with pytest.raises(Killed):
            fetch()
    between = (inbox.count(), inbox.count("Done"), failed())

    tally = fetch()

    assert between == (2, 0, ["ola@example.org"])
    assert tally == Tally(read=2, applied=1, ignored=1)
    assert (inbox.count(), inbox.count("Done"), len(closed())) == (0, 2, 2)


def test_killed_before_the_commit_nothing_has_happened(inbox, fetch, bounce, monkeypatch):
    inbox.put(bounce())
    with monkeypatch.context() as patch:
        take = mailbox.received.take

        def take_and_die(*given) -> None:
            take(*given)
            raise Killed

        patch.setattr(mailbox.received, "take", take_and_die)
        with pytest.raises(Killed):
            fetch()
    between = (inbox.count(), failed(), bookmark()[1])

    assert between == (1, [], 0)
    assert fetch() == Tally(read=1, applied=1)


def test_too_large_a_message_goes_to_odd_without_being_fetched(inbox, fetch, bounce, monkeypatch):
    large = b"Subject: Stor\r\n\r\n" + b"x" * 78 + b"\r\n"
    inbox.put(large + large * (LARGEST // len(large)), bounce())
    read, seen = OpenMailbox.read, []
    monkeypatch.setattr(OpenMailbox, "read", lambda self, uid: seen.append(uid) or read(self, uid))
    uids = inbox.uids()

    tally = fetch()

    assert tally == Tally(read=2, applied=1, odd=1)
    assert seen == uids[1:]
    assert (inbox.subjects("Odd"), inbox.count()) == (["Stor"], 0)


def test_a_thousand_messages_come_in_chunks(inbox, fetch, monkeypatch):
    inbox.put(*[b"Subject: %d\r\n\r\nHei\r\n" % number for number in range(1000)])
    ignore_all(monkeypatch)

    first = fetch()
    between = inbox.count()
    second = fetch()
    third = fetch()

    assert first == Tally(read=500, ignored=500, has_more=True)
    assert between == 500
    assert (second, third) == (Tally(read=500, ignored=500), Tally())
    assert inbox.subjects("Done") == [str(number) for number in range(1000)]


def test_told_to_end_the_message_in_hand_is_finished_and_the_others_wait(inbox, fetch, bounce):
    inbox.put(*[bounce(f"p{number}@example.org") for number in range(4)])
    answers = iter([False, False, True])

    tally = fetch(is_over=lambda: next(answers))

    assert tally == Tally(read=2, applied=2, has_more=True)
    assert (inbox.count(), inbox.count("Done")) == (2, 2)
    assert fetch().applied == 2


def test_only_one_looks_at_a_time(app: Flask, inbox, fetch, bounce):
    inbox.put(bounce())
    db.session.commit()

    with mailbox.alone(), pytest.raises(Busy):
        fetch()
    with pytest.raises(Killed), mailbox.alone():
        raise Killed

    assert fetch() == Tally(read=1, applied=1)


def test_several_at_once_do_no_harm_even_without_the_lock(
    app: Flask, inbox, fetch, bounce, monkeypatch
):
    inbox.put(*[bounce(f"p{number}@example.org") for number in range(40)])
    monkeypatch.setattr(mailbox, "alone", nullcontext)
    db.session.commit()
    tallies = []

    def look() -> None:
        with app.app_context():
            tallies.append(mailbox.fetch(inbox.account))

    threads = [Thread(target=look) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(tallies) == 3
    assert sum(tally.applied for tally in tallies) == 40
    assert sum(tally.odd + tally.left for tally in tallies) == 0
    assert len(failed()) == len(closed()) == len(set(closed())) == 40
    assert (inbox.count(), len(set(inbox.whole("Done")))) == (0, 40)


def test_a_folder_that_somebody_removed_meanwhile_is_made_again(inbox, fetch, bounce):
    inbox.put(bounce(), bounce("siri@example.org"))
    fetch(most=1)
    inbox.remove_below("Done")

    fetch()

    assert inbox.count("Done") == 1


@pytest.mark.parametrize("silent_about", [["MOVE"], ["MOVE", "UIDPLUS"]])
def test_without_move_a_copy_exists_before_the_message_goes(
    app: Flask, bounce, silent_about: list[str]
):
    with running(*silent_about) as server:
        inbox = Folder(server.account())
        ola, siri = bounce(), bounce("siri@example.org")
        inbox.put(ola, siri, b"Subject: Slettet\r\n\r\nHei\r\n")
        # Somebody's own mark, which a bare EXPUNGE would make good.
        inbox.flag(inbox.uids()[2], "\\Deleted")

        tallies = [mailbox.fetch(inbox.account), mailbox.fetch(inbox.account)]

        kept = {"UIDPLUS"} & {*silent_about}
        assert tallies == [Tally(read=2, applied=2), Tally()]
        assert inbox.whole("Done") == [ola, siri]
        assert inbox.flags() == [("\\Deleted",)] * (3 if kept else 1)


def ignore_all(monkeypatch) -> None:
    """Let every message be one that changes nothing."""
    done = mailbox.received.Received(InboxResult.IGNORED, "")
    monkeypatch.setattr(mailbox.received, "take", lambda *given: done)
