"""The two ways into a round: signed in, and by the personal link of a mail. One page, two doors."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.models.input_rounds import Contribution, InputRound


@dataclass(frozen=True)
class Way:
    """Where the pages of ``round`` are for somebody who came this way; ``token`` is the mail's."""

    round: InputRound
    token: str = ""

    @property
    def page(self) -> str:
        """The round itself."""
        return self._to("show")

    @property
    def vote(self) -> str:
        """Where one votes."""
        return self._to("vote")

    def point(self, point: Contribution) -> str:
        """Where a point is changed."""
        return self._to("change_point", point=point.public_id)

    def withdrawal(self, point: Contribution) -> str:
        """Where a point is withdrawn."""
        return self._to("withdraw", point=point.public_id)

    def putting_back(self, point: Contribution) -> str:
        """Where a withdrawn point is put back."""
        return self._to("put_back", point=point.public_id)

    def _to(self, name: str, **values: Any) -> str:
        if self.token:
            return url_for(f"input_links.{name}", token=self.token, **values)
        here: dict[str, Any] = {"slug": self.round.group.slug, "public_id": self.round.public_id}
        return url_for(f"input_rounds.{name}", **here, **values)
