"""The mails about volunteering, composed: receipts, and the link that confirms an offer."""

from datetime import datetime

from portal import links
from portal.jury.signup import offers, words
from portal.mail.composing import compose
from portal.mail.message import Lane, Mailbox, Message
from portal.models.accounts import Person
from portal.models.jury import JurySignup, SignupDraft
from portal.models.seasons import Season


def signup_receipt(signup: JurySignup) -> Message:
    """What somebody offered, what happens next, and where to change it."""
    camps = [day.camp for day in signup.days]
    return compose(
        "jury/signup_receipt",
        signup.juror,
        reply_to=contact_of(signup.season),
        season=signup.season,
        signup=signup,
        lines=offers.lines(offers.of_signup(signup), camps),
        words=words,
        url=links.absolute("jury.show_signup", public_id=signup.public_id),
        withdrawal_url=links.absolute("jury.withdraw", public_id=signup.public_id),
    )


def withdrawal_receipt(signup: JurySignup) -> Message:
    """That an offer is taken back, and how to make it again."""
    return compose(
        "jury/withdrawal_receipt",
        signup.juror,
        reply_to=contact_of(signup.season),
        season=signup.season,
        url=links.absolute("jury.show_signup", public_id=signup.public_id),
    )


def confirm_link(draft: SignupDraft, token: str, *, expires_at: datetime, now: datetime) -> Message:
    """The link that makes a draft count, to the address that was typed.

    It is sent like a sign-in link: before other mail, not at all when too late, and never shown.
    """
    travel = draft.answers["travel"]
    # Nobody is looked up, so the mail is written to the name as typed.
    reader = Person(name=travel["name"], language=draft.language, created_at=now)
    return compose(
        "jury/confirm_signup",
        reader,
        to=travel["email"],
        lane=Lane.SIGN_IN,
        expires_at=expires_at,
        reply_to=contact_of(draft.season),
        season=draft.season,
        url=links.absolute("signup_links.confirm", token=token),
        until=expires_at,
    )


def contact_of(season: Season) -> Mailbox | None:
    """Who answers for the season, None when nobody is named."""
    if not season.contact_email:
        return None
    return Mailbox(season.contact_email, season.contact_name)
