"""What audiences, and the stages of a mailing, are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.mail.control import Progress, Stage
from portal.mailings.audiences import Who
from portal.models.invitations import Answer

WHO = {
    Who.VOLUNTEERS: _l("Everyone who has volunteered in a season"),
    Who.SEATED: _l("Those with a seat on a jury in a season"),
    Who.ASKED: _l("Those asked in a season who have not answered"),
    Who.DECLINED: _l("Those who declined in a season"),
    Who.GROUP: _l("The members of a group"),
    Who.INVITED: _l("Those invited to an event"),
    Who.MEMBERS: _l("All members of all groups"),
}
ANSWERS = {
    "": _l("All who are invited"),
    str(Answer.ACCEPTED): _l("Those who are coming"),
    str(Answer.TENTATIVE): _l("Those who may be coming"),
    str(Answer.NEEDS_ACTION): _l("Those who have not answered"),
    str(Answer.DECLINED): _l("Those who cannot come"),
}
STAGES = {
    Stage.HELD: _l("Held back"),
    Stage.SENDING: _l("Being sent"),
    Stage.PAUSED: _l("Paused"),
    Stage.STOPPED: _l("Stopped"),
    Stage.DONE: _l("Sent"),
}
COLOURS = {
    Stage.HELD: "info",
    Stage.SENDING: "info",
    Stage.PAUSED: "warning",
    Stage.STOPPED: "warning",
    Stage.DONE: "success",
}
_QUARTERS = {
    1: _l("A quarter is through."),
    2: _l("Half is through."),
    3: _l("Three quarters are through."),
}


def for_listeners(progress: Progress) -> str:
    """What a screen reader is told: it changes with the stage and at each quarter, not oftener."""
    if progress.stage == Stage.DONE:
        return _("The mailing is sent.")
    quarters = 4 * progress.settled // progress.total if progress.total else 0
    stage = _("State: %(state)s.", state=STAGES[progress.stage])
    if progress.stage == Stage.SENDING and quarters in _QUARTERS:
        return f"{stage} {_QUARTERS[quarters]}"
    return stage


def time_left(seconds: float) -> str:
    """How long a hold lasts yet, in whole minutes, or seconds under one."""
    if seconds >= 60:
        return ngettext("%(num)s minute", "%(num)s minutes", -int(-seconds // 60))
    return ngettext("%(num)s second", "%(num)s seconds", max(int(seconds), 1))
