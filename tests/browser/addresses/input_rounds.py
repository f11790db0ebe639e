"""Pages of rounds of input."""

from portal.groups.input_rounds import addresses
from portal.models.input_rounds import Contribution, InputRound, InputTheme
from tests.browser.addresses.finding import KARI, NOBODY, Given, Values, one


def of_rounds() -> Given:
    """Rounds in every stage."""
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
        "input_setup.create": ({"slug": asked.group.slug}, KARI),
        "input_setup.edit": (_at(asked), KARI),
        "input_setup.drop": (_at(draft), KARI),
        "input_rounds.show": (_at(closed), KARI),
        "input_rounds.change_point": ({**_at(asked), "point": noted.public_id}, KARI),
        "input_rounds.note": (_at(asked), KARI),
        "input_rounds.vote": (_at(voting), voter.email),
        "gathering.board": (_at(closed), KARI),
        "gathering.show": ({**_at(closed), "theme": theme.public_id}, KARI),
        "input_votes.open_vote": (_at(asked), KARI),
        "input_votes.close_vote": (_at(voting), KARI),
        "input_links.show": (token, NOBODY),
        "input_links.change_point": ({**token, "point": point.public_id}, NOBODY),
        "input_links.vote": ({"token": addresses.token_of(voting, voter)}, NOBODY),
    }


def _at(found: InputRound) -> Values:
    return {"slug": found.group.slug, "public_id": found.public_id}
