"""What a worker has in hand under one lease, for as long as it lasts."""

from dataclasses import dataclass, field

from portal.mail import smtp
from portal.mail.leases import Leased


@dataclass
class Batch:
    """What is in hand under one lease, and what sending it has met; moments are monotonic.

    No more is sent of what was ``paused`` meanwhile (ids), nor to addresses ``closed`` by what they
    answered; ``refused`` are those that answered no at all.
    """

    begun: float
    seconds: int
    looked_up_at: float = 0.0
    message: Leased | None = None
    paused: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.looked_up_at = self.begun

    @property
    def safe_until(self) -> float:
        """Until when a message may be begun: later ones might outlive the lease."""
        return self.begun + max(self.seconds - smtp.LONGEST_SECONDS, self.seconds / 2)

    @property
    def nearly_over_at(self) -> float:
        """When too little of the lease is left for a server to answer in."""
        return self.begun + self.seconds - min(smtp.TIMEOUT_SECONDS, self.seconds / 2)
