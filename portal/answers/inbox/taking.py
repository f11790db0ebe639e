"""What comes in by mail, handed to whoever it is for."""

from dataclasses import asdict, dataclass
from datetime import datetime

from portal.mail import bounces, dsn
from portal.mail.bounces import Result

# No message that concerns us is larger; whoever reads one in need not read further.
LARGEST = dsn.LARGEST


@dataclass(frozen=True)
class Received:
    """What a message that came in did; ``uid`` and ``answer`` tell which event it answers."""

    result: Result
    reason: str
    uid: str | None = None
    answer: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """The same as plain values, in the order in which they are told."""
        return {**asdict(self), "result": self.result.value}


def take(raw: bytes, now: datetime) -> Received:
    """Let the message in ``raw`` have its effect, in the caller's transaction."""
    if len(raw) > LARGEST:
        return Received(Result.REJECTED, "larger than any message that concerns us")
    outcome = bounces.read_and_apply(raw, now)
    if outcome is not None:
        return Received(outcome.result, outcome.reason)
    return Received(Result.IGNORED, "no report on delivery")
