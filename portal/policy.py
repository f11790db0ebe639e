"""Every route and method, and who may use it. What does not stand here is closed.

This is the coarse answer, by role. Whose object it is, the view decides by looking rows up through
the person who asks (``portal/access.py``): other people's rows do not exist.
"""

import enum


class Audience(enum.StrEnum):
    """Who a route is for."""

    ANYONE = "anyone"
    # Whoever holds an address with a token in it: the view checks the token.
    LINK = "link"
    SIGNED_IN = "signed_in"
    # Anyone with a role: admins, organisers, coordinators of a county.
    STAFF = "staff"
    ORGANISER = "organiser"
    ADMIN = "admin"
    # Exists only while DEMO is set.
    DEMO = "demo"


_ANYONE = Audience.ANYONE
_LINK = Audience.LINK
_SIGNED_IN = Audience.SIGNED_IN
_STAFF = Audience.STAFF
_ORGANISER = Audience.ORGANISER
_ADMIN = Audience.ADMIN
_DEMO = Audience.DEMO


def _page(audience: Audience) -> dict[str, Audience]:
    return {"GET": audience}


def _form(audience: Audience) -> dict[str, Audience]:
    return {"GET": audience, "POST": audience}


def _button(audience: Audience) -> dict[str, Audience]:
    return {"POST": audience}


HOME = {
    "home.front": _page(_ANYONE),
    "home.my_page": _page(_SIGNED_IN),
    "home.organise": _page(_STAFF),
    "home.healthz": _page(_ANYONE),
    "home.robots": _page(_ANYONE),
    "home.privacy": _page(_ANYONE),
    "home.accessibility": _page(_ANYONE),
    "home.credits": _page(_ANYONE),
    "home.choose_language": _button(_ANYONE),
    "home.choose_appearance": _button(_ANYONE),
}
ACCOUNTS = {
    "accounts.sign_in": _form(_ANYONE),
    "accounts.use_link": _form(_LINK),
    # For anyone: a page left open after the session ended still has its button.
    "accounts.sign_out": _button(_ANYONE),
    "accounts.my_sessions": _page(_SIGNED_IN),
    "accounts.end_session": _button(_SIGNED_IN),
    "accounts.end_sessions": _button(_SIGNED_IN),
    "accounts.profile": _form(_SIGNED_IN),
    "accounts.addresses": _form(_SIGNED_IN),
    "accounts.confirm_address": _form(_SIGNED_IN),
    "accounts.make_primary": _button(_SIGNED_IN),
    "accounts.remove_address": _button(_SIGNED_IN),
    "people.index": _page(_ORGANISER),
    "people.create": _form(_ORGANISER),
    "people.show": _page(_ORGANISER),
    "people.edit": _form(_ORGANISER),
    "people.confirm_alias": _button(_ORGANISER),
    "people.remove_alias": _button(_ORGANISER),
    "people.grant_role": _button(_ADMIN),
    "people.revoke_role": _button(_ADMIN),
    "people.suspend": _button(_ADMIN),
    "people.unsuspend": _button(_ADMIN),
}
EVENTS = {
    "events.index": _page(_ANYONE),
    "events.show": _page(_ANYONE),
    "organise_events.index": _page(_ORGANISER),
    "organise_events.create": _form(_ORGANISER),
    "organise_events.show": _page(_ORGANISER),
    "organise_events.edit": _form(_ORGANISER),
    "organise_events.copy": _button(_ORGANISER),
    "organise_events.publish": _button(_ORGANISER),
    "organise_events.cancel": _form(_ORGANISER),
    "organise_events.tell": _button(_ORGANISER),
    "organise_events.keep_back": _button(_ORGANISER),
    "organise_events.drop": _form(_ORGANISER),
}
SEASONS = {
    "seasons.index": _page(_ANYONE),
    "seasons.show": _page(_ANYONE),
    "organise_seasons.index": _page(_STAFF),
    "organise_seasons.create": _form(_ORGANISER),
    "organise_seasons.show": _page(_STAFF),
    "organise_seasons.edit": _form(_ORGANISER),
    "organise_seasons.publish": _button(_ORGANISER),
    "organise_seasons.signup_window": _form(_ORGANISER),
    "organise_seasons.close_signup": _button(_ORGANISER),
    "organise_seasons.archive": _button(_ORGANISER),
    "organise_seasons.bring_back": _button(_ORGANISER),
    "organise_camps.schools": _form(_ORGANISER),
    "organise_camps.final": _form(_ORGANISER),
    "organise_camps.all_dates": _form(_ORGANISER),
    "organise_camps.edit": _form(_ORGANISER),
    "organise_camps.tell": _button(_ORGANISER),
    "organise_camps.keep_back": _button(_ORGANISER),
    "organise_camps.call_off": _form(_ORGANISER),
    "organise_camps.remove": _button(_ORGANISER),
    "organise_schools.index": _page(_ORGANISER),
    "organise_schools.edit": _form(_ORGANISER),
    "organise_schools.breaks": _page(_ORGANISER),
    "organise_schools.add_break": _form(_ORGANISER),
    "organise_schools.edit_break": _form(_ORGANISER),
    "organise_schools.delete_break": _button(_ORGANISER),
}
JURY = {
    "asks.answer": _form(_LINK),
    "plans.index": _page(_ORGANISER),
    "plans.make": _button(_ORGANISER),
    "plans.show": _page(_ORGANISER),
    "plan_edits.board": _page(_ORGANISER),
    "plan_edits.seat": _page(_ORGANISER),
    "plan_edits.change": _button(_ORGANISER),
    "plan_edits.undo": _button(_ORGANISER),
    "plans.apply": _form(_ORGANISER),
    "plans.discard": _button(_ORGANISER),
    # What prices a season has tells of nobody; plans and what they compare are all about people.
    "trials.prices": {"GET": _STAFF, "POST": _ORGANISER},
    "trials.reset_prices": _button(_ORGANISER),
    "trials.begin": _form(_ORGANISER),
    "trials.compare": _page(_ORGANISER),
    "trials.choose": _button(_ORGANISER),
    "trials.take_up": _button(_ORGANISER),
    "trials.adopt": _button(_ORGANISER),
    "plans.juries": _page(_ORGANISER),
    "plans.ask_next": _button(_ORGANISER),
    "plans.release": _button(_ORGANISER),
    "plans.lock": _button(_ORGANISER),
    "near.show": _page(_ANYONE),
    "rounds.ask": _form(_ORGANISER),
    "rounds.stop": _form(_ORGANISER),
    "rounds.repair": _button(_ORGANISER),
    "jury.begin": _form(_ANYONE),
    "jury.show_signup": _page(_SIGNED_IN),
    "jury.change_signup": _form(_SIGNED_IN),
    "jury.withdraw": _form(_SIGNED_IN),
    "jury.signups": _page(_STAFF),
    # A draft's address cannot be guessed, and opens only to the browser or person that began it.
    "signup_steps.travel": _form(_LINK),
    "signup_steps.days": _form(_LINK),
    "signup_steps.schools": _form(_LINK),
    "signup_steps.check": _form(_LINK),
    "signup_steps.sent": _page(_LINK),
    "signup_links.confirm": _form(_LINK),
    # Whose group it is, and who runs it, the views decide.
    "appeals.index": _page(_SIGNED_IN),
    "appeals.write": _form(_SIGNED_IN),
    "appeals.preview": _page(_SIGNED_IN),
    "appeals.try_it": _button(_SIGNED_IN),
    "appeals.send": _button(_SIGNED_IN),
    "appeals.discard": _button(_SIGNED_IN),
    "appeals.answers": _page(_SIGNED_IN),
    "appeals.remind": _button(_SIGNED_IN),
    "appeals.stop": _button(_SIGNED_IN),
    "organise_appeals.of_season": _page(_ORGANISER),
    "appeal_links.show": _page(_LINK),
    "appeal_links.begin": _button(_LINK),
    "appeal_links.decline": _button(_LINK),
}
# Whose group it is, and who runs it, the views decide.
GROUPS = {
    "groups.index": _page(_ANYONE),
    "groups.show": _page(_SIGNED_IN),
    "groups.members": _page(_SIGNED_IN),
    "groups.addresses": _page(_SIGNED_IN),
    "groups.meeting": _page(_SIGNED_IN),
    "groups.answer": _button(_SIGNED_IN),
    "group_places.add": _form(_SIGNED_IN),
    "group_places.edit": _form(_SIGNED_IN),
    "group_places.leave": _form(_SIGNED_IN),
    "group_letters.write": _form(_SIGNED_IN),
    "group_letters.stop": _button(_SIGNED_IN),
    "name_requests.ask": _form(_SIGNED_IN),
    "name_requests.ask_at_once": _button(_SIGNED_IN),
    "name_requests.take_back": _button(_SIGNED_IN),
    "name_requests.undo": _button(_SIGNED_IN),
    "names.answer": _form(_LINK),
    "meetings.create": _form(_SIGNED_IN),
    "meetings.edit": _form(_SIGNED_IN),
    "meetings.call": _form(_SIGNED_IN),
    "meetings.tell": _button(_SIGNED_IN),
    "meetings.keep_back": _button(_SIGNED_IN),
    "meetings.cancel": _form(_SIGNED_IN),
    "meetings.drop": _form(_SIGNED_IN),
    "meeting_guests.index": _form(_SIGNED_IN),
    "meeting_guests.remove": _form(_SIGNED_IN),
    "series.plan": _form(_SIGNED_IN),
    "series.show": _page(_SIGNED_IN),
    "series.call": _button(_SIGNED_IN),
    "series.edit": _form(_SIGNED_IN),
    "series.move": _form(_SIGNED_IN),
    "series.end": _form(_SIGNED_IN),
    "series.drop": _form(_SIGNED_IN),
    "follow_ups.index": _page(_SIGNED_IN),
    "follow_ups.show": _page(_SIGNED_IN),
    "writing.show": _page(_SIGNED_IN),
    "writing.save": _button(_SIGNED_IN),
    "writing.earlier": _page(_SIGNED_IN),
    "writing.bring_back": _button(_SIGNED_IN),
    "attendance.show": _page(_SIGNED_IN),
    "attendance.tick": _button(_SIGNED_IN),
    "attendance.tick_all": _button(_SIGNED_IN),
    "attendance.untick_all": _button(_SIGNED_IN),
    "attendance.add": _form(_SIGNED_IN),
    "attendance.roles": _form(_SIGNED_IN),
    "attendance.change": _form(_SIGNED_IN),
    "attendance.remove": _button(_SIGNED_IN),
    "polls.create": _form(_SIGNED_IN),
    "polls.show": _page(_SIGNED_IN),
    "polls.edit": _form(_SIGNED_IN),
    "polls.send": _form(_SIGNED_IN),
    "polls.drop": _form(_SIGNED_IN),
    "polls.remind": _button(_SIGNED_IN),
    "polls.add_times": _form(_SIGNED_IN),
    "polls.drop_time": _form(_SIGNED_IN),
    "polls.extend": _form(_SIGNED_IN),
    "polls.close": _form(_SIGNED_IN),
    "polls.reopen": _form(_SIGNED_IN),
    "poll_choices.choose": _form(_SIGNED_IN),
    "poll_choices.take_back": _form(_SIGNED_IN),
    "poll_answers.signed_in": _form(_SIGNED_IN),
    "poll_answers.by_link": _form(_LINK),
    "follow_ups.add": _form(_SIGNED_IN),
    "follow_ups.edit": _form(_SIGNED_IN),
    "follow_ups.close": _form(_SIGNED_IN),
    "follow_ups.reopen": _button(_SIGNED_IN),
    "follow_ups.take": _button(_SIGNED_IN),
    "follow_ups.hand_back": _button(_SIGNED_IN),
    "follow_up_links.close": _form(_LINK),
    "follow_up_links.reopen": _button(_LINK),
    "input_setup.create": _form(_SIGNED_IN),
    "input_setup.edit": _form(_SIGNED_IN),
    "input_setup.open_round": _button(_SIGNED_IN),
    "input_setup.close": _button(_SIGNED_IN),
    "input_setup.reopen": _button(_SIGNED_IN),
    "input_setup.copy": _button(_SIGNED_IN),
    "input_setup.drop": _form(_SIGNED_IN),
    "input_rounds.show": _form(_SIGNED_IN),
    "input_rounds.change_point": _form(_SIGNED_IN),
    "input_rounds.withdraw": _button(_SIGNED_IN),
    "input_rounds.put_back": _button(_SIGNED_IN),
    "input_rounds.vote": _form(_SIGNED_IN),
    "input_rounds.note": _form(_SIGNED_IN),
    "gathering.board": _page(_SIGNED_IN),
    "gathering.show": _page(_SIGNED_IN),
    "gathering.change": _button(_SIGNED_IN),
    "gathering.undo": _button(_SIGNED_IN),
    "gathering.redo": _button(_SIGNED_IN),
    "input_votes.open_vote": _form(_SIGNED_IN),
    "input_votes.close_vote": _form(_SIGNED_IN),
    "input_exports.document": _page(_SIGNED_IN),
    "input_exports.workbook": _page(_SIGNED_IN),
    # The personal link of a mail: worthless once its person has no say in the group.
    "input_links.show": _form(_LINK),
    "input_links.change_point": _form(_LINK),
    "input_links.withdraw": _button(_LINK),
    "input_links.put_back": _button(_LINK),
    "input_links.vote": _form(_LINK),
    # Minutes made public are for anybody; all others the view keeps to those concerned.
    "minutes.show": _page(_ANYONE),
    "minutes.file": _page(_ANYONE),
    "minutes.send": _form(_SIGNED_IN),
    "minutes.publish": _form(_ORGANISER),
    "minutes.take_back": _button(_ORGANISER),
    "minutes_comments.add": _button(_SIGNED_IN),
    "minutes_comments.withdraw": _button(_SIGNED_IN),
    "minutes_comments.handle": _form(_SIGNED_IN),
    "minutes_comments.reopen": _button(_SIGNED_IN),
    "minutes_approval.approve_at": _button(_SIGNED_IN),
    "minutes_approval.approve_alone": _form(_ORGANISER),
    "minutes_approval.undo": _button(_SIGNED_IN),
    "minutes_approval.add_addendum": _form(_SIGNED_IN),
    "import_notes.handle": _form(_SIGNED_IN),
    "import_notes.reopen": _button(_SIGNED_IN),
    "organise_groups.index": _page(_ORGANISER),
    "organise_groups.create": _form(_ORGANISER),
    "organise_groups.edit": _form(_ORGANISER),
    "organise_groups.renew": _form(_ORGANISER),
    "organise_groups.close": _form(_ORGANISER),
    "organise_groups.reopen": _button(_ORGANISER),
    "roster.give": _form(_ORGANISER),
    "roster.take_in": _button(_ORGANISER),
    "roster.template": _page(_ORGANISER),
}
CALENDAR = {
    "calendar.explain": _page(_ANYONE),
    "calendar.public": _page(_ANYONE),
    "calendar.search": _page(_ANYONE),
    "calendar.of_kind": _page(_ANYONE),
    "calendar.of_county": _page(_ANYONE),
    "calendar.of_season": _page(_ANYONE),
    "calendar.my": _page(_LINK),
    "calendar.of_group": _page(_LINK),
    "calendar.event_download": _page(_ANYONE),
    "calendar.new_address": _form(_SIGNED_IN),
}
ANSWERS = {
    "answers.invitation": _form(_LINK),
    "answers.series": _form(_LINK),
    "organise_inbox.index": _page(_ORGANISER),
    "organise_inbox.recent": _page(_ORGANISER),
    "organise_inbox.show": _page(_ORGANISER),
    "organise_inbox.decide": _button(_ORGANISER),
    "organise_answers.index": _page(_ORGANISER),
    "organise_answers.history": _page(_ORGANISER),
}
MAIL = {
    "organise_mail.index": _page(_ORGANISER),
    "organise_mail.show": _page(_ORGANISER),
    "organise_mail.html": _page(_ORGANISER),
    "organise_mail.resend": _button(_ORGANISER),
    "organise_mail.stopped_addresses": _page(_ORGANISER),
    "organise_mail.lift": _button(_ORGANISER),
    "mailings.index": _page(_ORGANISER),
    "mailings.show": _page(_ORGANISER),
    "mailings.stop": _button(_ORGANISER),
    "mailings.pause": _button(_ORGANISER),
    "mailings.resume": _button(_ORGANISER),
    "mailings.retry": _button(_ORGANISER),
    "mailing_drafts.begin": _button(_ORGANISER),
    "mailing_drafts.write": _form(_ORGANISER),
    "mailing_drafts.preview": _page(_ORGANISER),
    "mailing_drafts.letter": _page(_ORGANISER),
    "mailing_drafts.try_it": _button(_ORGANISER),
    "mailing_drafts.send": _form(_ORGANISER),
    "mailing_drafts.discard": _button(_ORGANISER),
    # Mail providers press the button for their readers, without a cookie (RFC 8058).
    "choices.unsubscribe": _page(_LINK),
    "choices.turn_off": _button(_LINK),
    "choices.undo": _button(_LINK),
    "choices.my_notices": _form(_SIGNED_IN),
}
REMINDERS = {
    "organise_reminders.of_season": _form(_ORGANISER),
    "organise_reminders.of_event": _form(_ORGANISER),
}
DEMO = {
    "demo.mail": _page(_DEMO),
    "demo.message": _page(_DEMO),
    "demo.message_html": _page(_DEMO),
    "demo.message_calendar": _page(_DEMO),
    "demo.message_source": _page(_DEMO),
}

TABLE: dict[str, dict[str, Audience]] = {
    **HOME,
    **ACCOUNTS,
    **EVENTS,
    **SEASONS,
    **JURY,
    **GROUPS,
    **CALENDAR,
    **ANSWERS,
    **MAIL,
    **REMINDERS,
    **DEMO,
}
