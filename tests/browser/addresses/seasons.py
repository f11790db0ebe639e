"""Pages of seasons, juries and schools."""

from portal import clock
from portal.jury.asks import open_seats
from portal.models.events import Event, EventState
from portal.models.jury import AskRound, JurySignup
from portal.models.plans import Plan, PlanAction, PlanState
from portal.models.seasons import Camp
from tests.browser.addresses.finding import KARI, NOBODY, Given, coming_season, one


def of_seasons() -> Given:
    """Seasons and their camps."""
    season = coming_season()
    camp = one(
        Camp,
        Camp.season_id == season.id,
        Camp.school_id.is_not(None),
        Camp.event.has(Event.state == EventState.PUBLISHED),
    )
    at = {"slug": season.slug}
    camp_at = {**at, "event_slug": camp.event.slug}
    return {
        "seasons.show": (at, NOBODY),
        "organise_seasons.show": (at, KARI),
        "organise_seasons.edit": (at, KARI),
        "organise_seasons.signup_window": (at, KARI),
        "organise_reminders.of_season": (at, KARI),
        "organise_camps.schools": (at, KARI),
        "organise_camps.all_dates": (at, KARI),
        "organise_camps.final": (at, KARI),
        "organise_camps.edit": (camp_at, KARI),
        "organise_camps.call_off": (camp_at, KARI),
    }


def of_juries() -> Given:
    """Volunteering, proposals, prices and questions to jurors."""
    at = {"slug": coming_season().slug}
    draft = one(Plan, Plan.state == PlanState.DRAFT)
    plan = {"public_id": draft.public_id}
    row = next(row for row in draft.rows if row.action != PlanAction.REMOVE)
    seat = {**plan, "panel_id": row.panel_id, "person": row.person.public_id}
    signup = one(JurySignup, JurySignup.withdrawn_at.is_(None))
    owner = signup.juror.email or ""
    return {
        "near.show": ({**at, "postcode": "1530", "longest": "50"}, NOBODY),
        **_rounds(),
        "jury.begin": (at, NOBODY),
        "jury.signups": (at, KARI),
        "jury.show_signup": ({"public_id": signup.public_id}, owner),
        "jury.withdraw": ({"public_id": signup.public_id}, owner),
        "plans.index": (at, KARI),
        "plans.juries": (at, KARI),
        "plans.show": (plan, KARI),
        "trials.prices": (at, KARI),
        "trials.begin": (plan, KARI),
        "trials.compare": (plan, KARI),
        "plans.apply": (plan, KARI),
        "plan_edits.board": (plan, KARI),
        "plan_edits.seat": (seat, KARI),
    }


def _rounds() -> Given:
    season = coming_season()
    opened = one(AskRound, AskRound.closed_at.is_(None))
    camps = open_seats.juries(season, clock.now()).camps
    panel = next(each.panel for camp in camps for each in camp.open_panels if each.candidates)
    jury = {"event_slug": panel.camp.event.slug, "number": panel.number}
    return {
        "rounds.ask": ({"slug": season.slug, **jury}, KARI),
        "rounds.stop": ({"slug": season.slug, "public_id": opened.public_id}, KARI),
    }
