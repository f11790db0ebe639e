"""Sign-ups on their way: whose a draft is, and how its answers are kept until they count."""

import re
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, request
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from portal.db import db
from portal.jury.signup.answers import Answers
from portal.models.accounts import Person
from portal.models.jury import SignupDraft
from portal.models.seasons import Season
from portal.tokens import fingerprint, secret

KEPT = timedelta(days=7)
_MARK = re.compile(r"[A-Za-z0-9_-]{43}")


class Finished(Exception):
    """The draft has become an offer; it is changed there."""


class SignInFirst(Exception):
    """Whoever began the draft was signed in, and is no longer."""


class Expired(Exception):
    """Nobody touched the draft for a week."""


def begin(
    season: Season, person: Person | None, *, mark: str, answers: Answers, language: str,
    now: datetime,
) -> SignupDraft:  # fmt: skip
    """A new draft: of the person signed in, else of the browser that carries ``mark``."""
    draft = SignupDraft(
        season=season,
        person_id=person.id if person else None,
        # On a shared machine the next one must not find the answers of somebody signed in.
        browser_hash="" if person else fingerprint(mark),
        answers=answers,
        folded=answers.get("proven", ""),
        language=language,
        created_at=now,
        expires_at=now + KEPT,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def keep(draft: SignupDraft, changed: Answers, now: datetime) -> None:
    """Keep the answers of one step, and make a link mailed before worthless.

    The link proves that somebody reads mail to the address the draft had; it must not prove that of
    an address written later. What a link that led to the draft has proven stands.
    """
    draft.answers = {**draft.answers, **changed}
    draft.submitted_at = draft.token_hash = None
    draft.folded = draft.answers.get("proven", "")
    draft.expires_at = now + KEPT


def own_or_404(slug: str, public_id: str, person: Person | None, now: datetime) -> SignupDraft:
    """A draft of the person signed in or of the asking browser; any other does not exist.

    While a request that may change it is handled, a second one waits.

    Raises:
        SignInFirst: it is of somebody who was signed in, and nobody is now.
        Finished: it has become an offer.
        Expired: it is too old.
    """
    draft = _draft_or_404(slug, public_id)
    if person is None and draft.person_id is not None:
        raise SignInFirst
    if not is_here(draft) and (person is None or draft.person_id != person.id):
        abort(404)
    if draft.confirmed_at is not None:
        raise Finished
    if draft.expires_at <= now:
        raise Expired
    return draft


def _draft_or_404(slug: str, public_id: str) -> SignupDraft:
    wanted = (
        sa.select(SignupDraft)
        .join(SignupDraft.season)
        .where(
            SignupDraft.public_id == public_id,
            Season.slug == slug,
            Season.published_at.is_not(None),
        )
        .options(contains_eager(SignupDraft.season))
    )
    if request.method == "POST":
        wanted = wanted.with_for_update(of=SignupDraft)
    found: SignupDraft = db.one_or_404(wanted)
    return found


def unfinished(season: Season, person: Person | None, now: datetime) -> SignupDraft | None:
    """The draft last begun here for the season, if it can still be taken up."""
    mark = request.cookies.get(_cookie(), "")
    if person is None and not _MARK.fullmatch(mark):
        return None
    whose = (
        SignupDraft.person_id == person.id
        if person
        else SignupDraft.browser_hash == fingerprint(mark)
    )
    return db.session.scalar(
        sa.select(SignupDraft)
        .where(
            whose,
            SignupDraft.season_id == season.id,
            SignupDraft.confirmed_at.is_(None),
            SignupDraft.expires_at > now,
        )
        .order_by(SignupDraft.id.desc())
        .limit(1)
    )


def drop_expired(now: datetime) -> int:
    """Delete the answers of a week ago, sent in or not; how many drafts they were."""
    gone = db.session.scalars(
        sa.delete(SignupDraft).where(SignupDraft.expires_at <= now).returning(SignupDraft.id)
    ).all()
    return len(gone)


def browser_mark() -> str:
    """The mark of the asking browser: the one it has, or a new one."""
    mark = request.cookies.get(_cookie(), "")
    return mark if _MARK.fullmatch(mark) else secret()


def is_here(draft: SignupDraft) -> bool:
    """Whether the asking browser is the one that filled in the draft."""
    mark = request.cookies.get(_cookie(), "")
    return bool(_MARK.fullmatch(mark)) and draft.browser_hash == fingerprint(mark)


def carry_mark(response: Response, mark: str) -> None:
    """Let the asking browser keep its mark for as long as the draft is kept."""
    care: dict[str, Any] = {"path": "/", "httponly": True, "samesite": "Lax"}
    response.set_cookie(
        _cookie(),
        mark,
        max_age=int(KEPT.total_seconds()),
        secure=current_app.config["PRODUCTION"],
        **care,
    )


def _cookie() -> str:
    return "__Host-signup" if current_app.config["PRODUCTION"] else "signup"
