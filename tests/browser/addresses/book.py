"""The addresses of all pages."""

from flask import url_for

from tests.browser.addresses import (
    appeals,
    events,
    groups,
    input_rounds,
    mail,
    meetings,
    polls,
    seasons,
)
from tests.browser.addresses.finding import KARI, NOBODY, Given

# What a browser does not show as a page: calendars, raw mail, counters.
NOT_PAGES = {
    "calendar.of_county",
    "calendar.of_group",
    "calendar.of_kind",
    "calendar.my",
    "calendar.public",
    "calendar.search",
    "calendar.of_season",
    "calendar.event_download",
    "demo.message_calendar",
    "demo.message_source",
    "demo.message_html",
    "organise_mail.html",
    "roster.template",
    "roster.template_workbook",
    "minutes.file",
    "mailing_drafts.letter",
    "home.healthz",
    "home.robots",
    "input_exports.document",
    "input_exports.workbook",
}
# Shown on the way through a form; the journeys look at these.
ON_THE_WAY = {
    "signup_steps.check",
    "signup_steps.days",
    "signup_steps.schools",
    "signup_steps.sent",
    "signup_steps.travel",
    "signup_links.confirm",
    "accounts.use_link",
    "accounts.confirm_address",
    "jury.change_signup",
}


# Pages that are the same whatever is in the database, and those that only somebody signed in sees.
_PUBLIC = (
    "home.front",
    "home.accessibility",
    "home.privacy",
    "home.credits",
    "events.index",
    "seasons.index",
    "groups.index",
    "calendar.explain",
    "demo.mail",
    "accounts.sign_in",
)
_SIGNED_IN = (
    "home.my_page",
    "home.organise",
    "accounts.addresses",
    "accounts.profile",
    "accounts.my_sessions",
    "organise_events.index",
    "organise_events.create",
    "organise_groups.index",
    "organise_groups.create",
    "organise_mail.index",
    "organise_mail.stopped_addresses",
    "organise_inbox.index",
    "organise_inbox.recent",
    "mailings.index",
    "choices.my_notices",
    "people.index",
    "people.create",
    "organise_schools.index",
    "organise_schools.breaks",
    "organise_schools.add_break",
    "organise_seasons.index",
    "organise_seasons.create",
    "calendar.new_address",
)


def of_pages() -> dict[str, tuple[str, str]]:
    """By endpoint: the address of one page, and the mail address of who looks at it."""
    every: Given = {
        **{endpoint: ({}, NOBODY) for endpoint in _PUBLIC},
        **{endpoint: ({}, KARI) for endpoint in _SIGNED_IN},
        **events.of_links(),
        **events.of_events(),
        **events.of_answers(),
        **seasons.of_seasons(),
        **seasons.of_juries(),
        **appeals.of_appeals(),
        **groups.of_groups(),
        **meetings.of_meetings(),
        **meetings.of_minutes(),
        **polls.of_polls(),
        **input_rounds.of_rounds(),
        **mail.of_registers(),
        **mail.of_mailings(),
    }
    return {name: (url_for(name, **values), who) for name, (values, who) in every.items()}
