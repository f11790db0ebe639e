"""Minutes as a page and as a file, sent for comment, and made public."""

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask import render_template as render
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from portal import access, clock, dates
from portal.db import db
from portal.downloads import attached
from portal.fields import read_number
from portal.groups.minutes import document, notices, pages, printing, publishing, queries, rounds
from portal.groups.minutes import sending as sending_rules
from portal.groups.minutes.forms import SendingForm
from portal.groups.writing import locking
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from portal.office import word

bp = Blueprint("minutes", __name__, url_prefix="/groups/<slug>/meetings/<public_id>")

Answer = str | tuple[str, int] | BaseResponse
_USUAL_TIME = timedelta(days=14)


@bp.get("/minutes")
def show(slug: str, public_id: str) -> Answer:
    found = queries.group_and_minutes_of(access.viewer(), slug, public_id)
    if found is None:
        return _not_for_you()
    group, meeting = found
    return _for_robots(meeting, make_response(pages.of(group, meeting)))


@bp.get("/minutes.docx")
def file(slug: str, public_id: str) -> BaseResponse:
    found = queries.group_and_minutes_of(access.viewer(), slug, public_id)
    if found is None:
        return _not_for_you()
    meeting = found[1]
    minutes = pages.as_read_by(access.viewer(), meeting)
    inside = queries.is_insider(access.viewer(), meeting)
    content = printing.as_word(minutes, with_owners=inside)
    answer = attached(content, word.MIMETYPE, printing.filename(minutes))
    return _for_robots(meeting, answer)


@bp.route("/minutes/sending", methods=["GET", "POST"])
def send(slug: str, public_id: str) -> Answer:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    now = clock.now()
    if refused := _why_not_sent(meeting):
        flash(refused, "warning")
        return _to_minutes(meeting)
    form = SendingForm()
    if request.method == "GET":
        form.comments_by.data = meeting.comments_by or dates.today(now) + _USUAL_TIME
    if form.validate_on_submit() and _sends(form, meeting):
        return _to_minutes(meeting)
    return _sending_page(meeting, form)


@bp.route("/minutes/publication", methods=["GET", "POST"])
def publish(slug: str, public_id: str) -> Answer:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    if not meeting.is_approved:
        flash(
            _("Minutes are made public when they are approved. They can still change."), "warning"
        )
        return _to_minutes(meeting)
    if request.method == "GET":
        minutes = document.public_version(document.of(meeting))
        return render(
            "groups/minutes/publish.html", meeting=meeting, minutes=minutes,
            seen=publishing.state_of(meeting), **pages.WORDS,
        )  # fmt: skip
    try:
        publishing.publish(
            meeting, seen=request.form.get("seen"), by=access.signed_in(), now=clock.now()
        )
    except publishing.ChangedMeanwhile:
        db.session.rollback()
        flash(_("The minutes were corrected after you opened this page. Look at them once more."),
              "warning")  # fmt: skip
        return redirect(url_for(".publish", slug=slug, public_id=public_id))
    except publishing.NotApproved:
        flash(_("The approval was undone meanwhile. Nothing was made public."), "warning")
    else:
        db.session.commit()
        flash(_("The minutes are public. Anybody can read them at this address."), "success")
    return _to_minutes(meeting)


@bp.post("/minutes/publication/withdrawal")
def take_back(slug: str, public_id: str) -> BaseResponse:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    publishing.take_back(meeting, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The minutes are for the group only again."), "success")
    return _to_minutes(meeting)


def _not_for_you() -> BaseResponse:
    """Somebody who is not signed in may be a member; to all others the minutes do not exist.

    Whether there is such a meeting, nobody is told who has not signed in.
    """
    if access.viewer() is not None:
        abort(404)
    return redirect(url_for("accounts.sign_in", next=request.path))


def _for_robots(meeting: Meeting, answer: Response) -> Response:
    """Search engines may keep what is public, and nothing else."""
    if meeting.public_at is None:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _to_minutes(meeting: Meeting) -> BaseResponse:
    return redirect(url_for(".show", slug=meeting.group.slug, public_id=meeting.public_id))


def _why_not_sent(meeting: Meeting) -> str:
    if meeting.is_approved:
        return _("The minutes are approved. What must be put right is written as an addendum.")
    if meeting.event.starts_at > clock.now():
        return _("The meeting has not been held yet, so there is nothing to comment on.")
    return ""


def _sends(form: SendingForm, meeting: Meeting) -> bool:
    """Send as the form says, and commit; False when it must be looked at once more."""
    try:
        told = sending_rules.send(
            meeting,
            form.comments_by.data,
            with_guests=bool(form.with_guests.data),
            seen_revision=read_number(form.revision.data, -1),
            seen_rounds=read_number(form.rounds.data, -1),
            by=access.signed_in(),
            now=clock.now(),
        )
    except sending_rules.DeadlineIsPast:
        form.say_past()
        return False
    except sending_rules.ChangedMeanwhile:
        form.comments_by.errors = [
            _("The minutes were changed or sent while you looked at them. Look at them again below,"
              " and send them if they are right.")
        ]  # fmt: skip
        return False
    except sending_rules.NothingNew:
        form.comments_by.errors = [
            _("These minutes have been sent with this deadline already. Change them first, or"
              " choose another deadline.")
        ]  # fmt: skip
        return False
    except sending_rules.NobodyToSendTo:
        # What was noted on the way must not be saved with anything else.
        db.session.rollback()
        form.comments_by.errors = [_("Nobody whom the minutes concern has an email address.")]
        return False
    except (locking.MinutesAreLocked, sending_rules.NotHeldYet):
        flash(_("The minutes were approved meanwhile. Nothing was sent."), "warning")
        return True
    db.session.commit()
    flash(ngettext("The minutes go to %(num)s person now.",
                   "The minutes go to %(num)s people now.", told), "success")  # fmt: skip
    return True


def _changed(meeting: Meeting, last: Mailing) -> list[str]:
    """The parts that are other than when they were sent last; who has left changes nothing."""
    return rounds.changed(last.params["marks"], rounds.marks(document.written(meeting)))


def _sending_page(meeting: Meeting, form: SendingForm) -> Answer:
    before = rounds.sent(meeting)
    form.look_again(meeting.minutes_revision, len(before))
    audience = queries.audience_of(meeting)
    parts = _changed(meeting, before[-1]) if before else []
    viewer = access.signed_in()
    deadline = form.comments_by.data or dates.today(clock.now()) + _USUAL_TIME
    letter = notices.letter_of(meeting, viewer, deadline, number=len(before) + 1, changed=parts)
    page = render(
        "groups/minutes/send.html",
        meeting=meeting,
        form=form,
        audience=audience,
        members=queries.names_of(audience.members),
        guests=queries.names_of(audience.guests),
        before=before,
        changed=rounds.in_words(parts),
        sample=notices.minutes(letter, viewer) if viewer.email else None,
    )
    return (page, 422) if form.is_submitted() else page
