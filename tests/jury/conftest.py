from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine


@pytest.fixture
def in_august(now: datetime) -> Iterator[None]:
    """The clock stands at ``now``, while the season of the factories takes sign-ups."""
    with time_machine.travel(now, tick=False):
        yield
