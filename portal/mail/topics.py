"""The sorts of notices that people can turn off: what each is called, and what it holds."""

from flask_babel import lazy_gettext as _l

from portal.models.mailings import Topic

NAMES = {
    Topic.NEWS: _l("News from the organisers"),
    Topic.REMIND_ASK: _l("Reminders of questions you have not answered"),
    Topic.REMIND_EVENT: _l("Reminders before meetings and events"),
    Topic.REMIND_JURY_DAY: _l("Reminders before your jury day"),
    Topic.REMIND_SIGNUP: _l("Reminders before sign-up closes"),
    Topic.REMIND_FOLLOW_UP: _l("Reminders of what you follow up"),
}
MEANINGS = {
    Topic.NEWS: _l(
        "What the organisers write to many at once, about a season, a group or an event."
    ),
    Topic.REMIND_ASK: _l(
        "When you have been asked to sit on a jury, or when you can meet, and the deadline draws "
        "near."
    ),
    Topic.REMIND_EVENT: _l("Shortly before a meeting or an event that you are invited to."),
    Topic.REMIND_JURY_DAY: _l("Travel and programme, before a day on which you sit on a jury."),
    Topic.REMIND_SIGNUP: _l("When the deadline to volunteer for a jury is near."),
    Topic.REMIND_FOLLOW_UP: _l(
        "Before the deadline of something you do for a group, and once when it has passed."
    ),
}
# Why somebody gets such a message, in its foot.
REASONS = {
    Topic.NEWS: _l("You get this because you take part in Oppdrag Oslofjorden or sit in a group."),
    Topic.REMIND_ASK: _l("You get this because you were asked something and have not answered."),
    Topic.REMIND_EVENT: _l("You get this because you are invited to something soon."),
    Topic.REMIND_JURY_DAY: _l("You get this because you sit on a jury soon."),
    Topic.REMIND_SIGNUP: _l(
        "You get this because you sit in one of our groups or have begun to volunteer."
    ),
    Topic.REMIND_FOLLOW_UP: _l("You get this because a group has something to follow up."),
}
# What the link in the foot says that it does.
LINKS = {
    Topic.NEWS: _l("Send me no more news from the organisers"),
    Topic.REMIND_ASK: _l("Do not remind me of questions I have not answered"),
    Topic.REMIND_EVENT: _l("Do not remind me of meetings and events"),
    Topic.REMIND_JURY_DAY: _l("Do not remind me of my jury days"),
    Topic.REMIND_SIGNUP: _l("Do not remind me that sign-up closes"),
    Topic.REMIND_FOLLOW_UP: _l("Do not remind me of follow-ups"),
}
