"""An address of the demo for every page of a round of input, and who should look at it."""

from collections.abc import Callable
from typing import Any

from portal.groups.input_rounds import addresses
from portal.models.input_rounds import Contribution, InputRound, InputTheme

Values = dict[str, Any]


def of_rounds(one: Callable[..., Any], kari: str) -> dict[str, tuple[Values, str]]:
    """By endpoint: what its address is made of, and the mail address of who looks at it.

    ``one`` finds the first row of a table that meets some conditions; ``kari`` organises.
    """
    opened, voted = InputRound.opened_at, InputRound.voting_opened_at
    draft = one(InputRound, opened.is_(None))
    asked = one(InputRound, opened.is_not(None), InputRound.closed_at.is_(None))
    voting = one(InputRound, voted.is_not(None), InputRound.voting_closed_at.is_(None))
    closed = one(InputRound, InputRound.voting_closed_at.is_not(None))
    theme = one(InputTheme, InputTheme.round_id == closed.id)
    noted = one(Contribution, Contribution.person_id.is_(None))
    point = one(
        Contribution, Contribution.round_id == asked.id, Contribution.person_id.is_not(None)
    )
    voter = one(Contribution, Contribution.round_id == voting.id).person
    token = {"token": addresses.token_of(asked, point.person)}
    return {
        "input_setup.create": ({"slug": asked.group.slug}, kari),
        "input_setup.edit": (_at(asked), kari),
        "input_setup.drop": (_at(draft), kari),
        "input_rounds.show": (_at(closed), kari),
        "input_rounds.change_point": ({**_at(asked), "point": noted.public_id}, kari),
        "input_rounds.note": (_at(asked), kari),
        "input_rounds.vote": (_at(voting), voter.email),
        "gathering.board": (_at(closed), kari),
        "gathering.show": ({**_at(closed), "theme": theme.public_id}, kari),
        "input_votes.open_vote": (_at(asked), kari),
        "input_votes.close_vote": (_at(voting), kari),
        "input_links.show": (token, ""),
        "input_links.change_point": ({**token, "point": point.public_id}, ""),
        "input_links.vote": ({"token": addresses.token_of(voting, voter)}, ""),
    }


def _at(found: InputRound) -> Values:
    return {"slug": found.group.slug, "public_id": found.public_id}
