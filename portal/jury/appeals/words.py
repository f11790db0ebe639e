"""What the pages and mails of appeals say of distances, people and answers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.geography.travel import Band
from portal.jury.appeals.outcomes import Answer, Outcome
from portal.jury.appeals.standing import Standing
from portal.jury.signup.nearness import NearbyCamp
from portal.mail.control import Stage

# Of somebody else; the reader's own are in portal/jury/signup/words.py.
BANDS = {
    Band.SAME_MUNICIPALITY: _l("same municipality"),
    Band.NEAR: _l("near"),
    Band.TRIP: _l("a trip"),
    Band.FAR: _l("far"),
}
STANDINGS = {
    Standing.FREE: "",
    Standing.BEGUN: _l("Has begun to sign up"),
    Standing.ASKED: _l("Asked before, no answer yet"),
    Standing.SIGNED_UP: _l("Has signed up"),
    Standing.DECLINED: _l("Has said no this season"),
    Standing.NO_ADDRESS: _l("Has no email address"),
    Standing.UNREACHABLE: _l("Mail to the address does not arrive"),
    Standing.TURNED_OFF: _l("Has turned news from the organisers off"),
}
OUTCOMES = {
    Outcome.SIGNED_UP: _l("Has signed up"),
    Outcome.BEGUN: _l("Has begun to sign up"),
    Outcome.DECLINED: _l("Not this year"),
    Outcome.WAITING: _l("No answer yet"),
    Outcome.ON_ITS_WAY: _l("The mail is on its way"),
    Outcome.BOUNCED: _l("The mail did not arrive"),
    Outcome.NO_ADDRESS: _l("Has no email address"),
    Outcome.TURNED_OFF: _l("Has turned news from the organisers off"),
    Outcome.NOT_SENT: _l("The mail was not sent"),
}
COLOURS = {
    Outcome.SIGNED_UP: "success",
    Outcome.BEGUN: "info",
    Outcome.DECLINED: "neutral",
    Outcome.WAITING: "warning",
    Outcome.ON_ITS_WAY: "info",
    Outcome.BOUNCED: "danger",
    Outcome.NO_ADDRESS: "danger",
    Outcome.TURNED_OFF: "danger",
    Outcome.NOT_SENT: "danger",
}
STAGES = {
    Stage.HELD: _l("Held back"),
    Stage.SENDING: _l("Being sent"),
    Stage.PAUSED: _l("Paused"),
    Stage.STOPPED: _l("Stopped"),
    Stage.DONE: _l("Sent"),
}


def school(near: NearbyCamp) -> str:
    """``Horten videregående skole (near; ferry or a long way round)``, of somebody else."""
    if near.band is None:
        return near.camp.name
    values = {"school": near.camp.name, "band": BANDS[near.band]}
    if near.over_water:
        return _("%(school)s (%(band)s; ferry or a long way round)", **values)
    return _("%(school)s (%(band)s)", **values)


def offers(answer: Answer) -> str:
    """``2 days, 3 schools``: how much somebody offers, and nothing of where or why."""
    days = ngettext("%(num)s day", "%(num)s days", answer.days)
    schools = ngettext("%(num)s school", "%(num)s schools", answer.schools)
    return f"{days}, {schools}"


def time_left(seconds: float) -> str:
    """How long a hold lasts yet, in whole minutes, or seconds under one."""
    if seconds >= 60:
        return ngettext("%(num)s minute", "%(num)s minutes", -int(-seconds // 60))
    return ngettext("%(num)s second", "%(num)s seconds", max(int(seconds), 1))
