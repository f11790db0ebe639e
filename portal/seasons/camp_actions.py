"""What organisers do with camps: add, edit, move, call off, take out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit, links, slugs, staffing
from portal.calendar import entries
from portal.db import db
from portal.invitations import event_changes, telling
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import (
    Event,
    EventChange,
    EventKind,
    EventOrganiser,
    EventState,
    Visibility,
    new_uid,
)
from portal.models.invitations import Invitation
from portal.models.jury import AskRound, Assignment, AssignmentState, SignupDay
from portal.models.places import School
from portal.models.plans import PlanRow
from portal.models.seasons import Camp, Panel, Season
from portal.seasons import register

ASKED = (AssignmentState.ASKED, AssignmentState.OFFERED)
CONCERNED = (*ASKED, AssignmentState.ACCEPTED, AssignmentState.RECONFIRM)


class PeopleKnow(Exception):
    """Somebody has been told of the camp, so it is called off, not removed."""


class JuryInUse(Exception):
    """A jury that people sit on, or are proposed for, cannot be taken away."""


@dataclass(frozen=True)
class Juries:
    """How many juries a camp has, and the seats of each."""

    number: int
    minimum: int
    target: int
    remote_allowed: bool = False


def add_camps(
    season: Season,
    schools: Sequence[School],
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    now: datetime,
) -> list[Camp]:
    """Make a draft camp at each of ``schools``, all at the same time for now.

    A school that has a camp in the season already is passed over.
    """
    known = set(register.picked_schools(season))
    new = [school for school in schools if school.id not in known]
    titles = [f"Innovasjonscamp på {school.name}" for school in new]
    names = slugs.free_each(Event.slug, [slugs.dated(title, starts_at) for title in titles])
    camps = []
    for school, title, name in zip(new, titles, names, strict=True):
        event = _new_event(season, title, name, starts_at, ends_at, by, now)
        event.kind = EventKind.CAMP
        _place_at(event, school)
        camps.append(_add(season, event, school))
    _finish(camps, by=by, now=now)
    return camps


def add_final(season: Season, values: Mapping[str, Any], *, by: Person, now: datetime) -> Camp:
    """Make a draft final of ``values`` (columns of the event)."""
    starts_at, ends_at = values["starts_at"], values["ends_at"]
    title = values["title"]
    name = slugs.free(Event.slug, slugs.dated(title, starts_at))
    event = _new_event(season, title, name, starts_at, ends_at, by, now)
    event.kind = EventKind.FINAL
    for column, value in values.items():
        setattr(event, column, value)
    camp = _add(season, event, None)
    _finish([camp], by=by, now=now)
    return camp


def edit_camp(
    camp: Camp,
    values: Mapping[str, Any],
    *,
    seen_revision: int,
    tell: str,
    by: Person,
    now: datetime,
) -> bool:
    """Change the camp's event to ``values``. Returns whether anything changed.

    A camp that moves asks its jurors anew; ``tell`` (one of ``telling.When``) says when what
    changed, and that ask, are sent.

    Raises:
        EditedMeanwhile: the event has moved on from ``seen_revision``.
        EventIsCancelled: it was called off.
    """
    event = camp.event
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    _lock_juries(camp)
    event_changes.check_unedited(event, seen_revision)
    changes = event_changes.change(event, values, by=by, now=now)
    if any(change.field in event_changes.TIMES for change in changes):
        for assignment in camp.assignments:
            assignment.reopen(now)
    if changes and (event.is_untold or untold_moves(camp)):
        telling.as_chosen(event, tell, by=by, now=now, tell=_tell)
    return bool(changes)


def tell_of_changes(camp: Camp, *, by: Person | None, now: datetime) -> None:
    """Tell those invited what changed, and ask anew those whose day has moved."""
    event = camp.event
    moves = untold_moves(camp)
    event_changes.tell(event, by=by, now=now)
    if moves:
        for move in moves:
            move.told_at = now
        key = f"reconfirm-{camp.id}-rev-{event.revision}"
        outbox.enqueue_mailing("jury.reconfirm", key=key, now=now, by=by, camp_id=camp.id)


def tell_due(now: datetime) -> int:
    """Tell of every camp whose time for that has come; how many there were."""
    return telling.tell_due_where(Event.camp.has(), _tell, now)


def untold_moves(camp: Camp) -> Sequence[EventChange]:
    """The changes of time that those asked or coming do not know of.

    Whoever is only asked is not invited yet, so the event's own count of what is untold passes
    them over.
    """
    known = [each.asked_at or each.created_at for each in concerned(camp)]
    if not known:
        return []
    return db.session.scalars(
        sa.select(EventChange).where(
            EventChange.event_id == camp.event_id,
            EventChange.field.in_(event_changes.TIMES),
            EventChange.told_at.is_(None),
            EventChange.changed_at >= min(known),
        )
    ).all()


def concerned(camp: Camp) -> list[Assignment]:
    """Those asked or coming: whom a move or a cancellation concerns."""
    return [each for each in camp.assignments if each.state in CONCERNED]


def set_details(
    camp: Camp, juries: Juries, *, pupils: int | None, practical: str, by: Person, now: datetime
) -> bool:
    """Set the camp's juries, number of pupils and practical notes. Returns whether they changed.

    Raises:
        JuryInUse: fewer juries are wanted, and people are on one that would go.
    """
    _lock_juries(camp)
    before = _details(camp)
    _set_panels(camp, juries)
    camp.pupils, camp.practical = pupils, practical
    if before == _details(camp):
        return False
    staffing.trim_rounds([camp.id])
    withdrawing.of_event(camp.event_id, now)
    audit.record("camp.changed", camp, actor=by, now=now, juries=juries.number)
    return True


def call_off(camp: Camp, reason: str, *, by: Person, now: datetime) -> None:
    """Cancel the camp, free its jurors and see that all of them hear of it."""
    if camp.event.is_cancelled:
        return
    _lock_juries(camp)
    # Who has said yes hears by calendar; who has only been asked has no entry to be taken out.
    asked = [each.id for each in camp.assignments if each.state in ASKED]
    event_changes.cancel(camp.event, reason, by=by, now=now)
    for assignment in camp.assignments:
        assignment.release()
    staffing.close_rounds(camp, now)
    audit.record("camp.called_off", camp, actor=by, now=now, asked=asked)
    if asked:
        outbox.enqueue_mailing(
            "jury.camp_cancelled",
            key=f"camp-cancelled-{camp.id}-rev-{camp.event.revision}",
            now=now,
            by=by,
            camp_id=camp.id,
            assignment_ids=asked,
        )


def remove_camp(camp: Camp, *, by: Person, now: datetime) -> None:
    """Take out a camp that nobody has been told of.

    Raises:
        PeopleKnow: it was published, or somebody is asked, invited or proposed.
    """
    if not may_be_removed(camp):
        raise PeopleKnow
    audit.record("camp.removed", camp, actor=by, now=now, school=camp.school_id)
    event = camp.event
    db.session.delete(camp)
    db.session.flush()
    db.session.delete(event)


def may_be_removed(camp: Camp) -> bool:
    """Whether the camp is still ours alone."""
    if camp.event.published_at is not None or camp.assignments:
        return False
    panels = sa.select(Panel.id).where(Panel.camp_id == camp.id)
    used = (
        sa.exists().where(SignupDay.camp_id == camp.id)
        | sa.exists().where(PlanRow.panel_id.in_(panels))
        | sa.exists().where(Invitation.event_id == camp.event_id)
    )
    return not db.session.scalar(sa.select(used))


def _lock_juries(camp: Camp) -> None:
    """Let answers that come in meanwhile wait, and see those that came before."""
    db.session.flush()
    staffing.lock_juries([camp.id])
    for assignment in camp.assignments:
        db.session.expire(assignment)
    db.session.expire(camp, ["assignments"])


def _tell(event: Event, by: Person | None, now: datetime) -> None:
    assert event.camp is not None, "asked of an event that is no camp"
    tell_of_changes(event.camp, by=by, now=now)


def _new_event(
    season: Season,
    title: str,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    now: datetime,
) -> Event:
    return Event(
        slug=name,
        title=title,
        state=EventState.DRAFT,
        visibility=Visibility.PUBLIC,
        starts_at=starts_at,
        ends_at=ends_at,
        uid=new_uid(links.host()),
        contact_name=season.contact_name,
        contact_email=season.contact_email,
        contact_phone=season.contact_phone,
        created_at=now,
        changed_at=now,
        created_by=by,
        organisers=[
            EventOrganiser(organisation_id=each.organisation_id, position=each.position)
            for each in season.commissioners
        ],
    )


def _place_at(event: Event, school: School) -> None:
    town = f"{school.postcode} {school.place}".strip()
    event.place = school.name
    event.address = ", ".join(part for part in (school.address, town) if part)
    event.municipality_code = school.municipality_code
    event.latitude, event.longitude = school.latitude, school.longitude


def _add(season: Season, event: Event, school: School | None) -> Camp:
    event.county_code = event_changes.county_on_the_day(event)
    camp = Camp(season=season, event=event, school=school)
    camp.panels.append(
        Panel(number=1, minimum=season.default_minimum, target=season.default_target)
    )
    db.session.add(camp)
    return camp


def _finish(camps: Sequence[Camp], *, by: Person, now: datetime) -> None:
    db.session.flush()
    for camp in camps:
        entries.render(camp.event)
        audit.record("camp.added", camp, actor=by, now=now, school=camp.school_id)


def _details(camp: Camp) -> tuple[Any, ...]:
    panels = [(p.number, p.minimum, p.target, p.remote_allowed) for p in camp.panels]
    return camp.pupils, camp.practical, panels


def _set_panels(camp: Camp, juries: Juries) -> None:
    for panel in camp.panels[juries.number :]:
        if _is_in_use(panel):
            raise JuryInUse
    del camp.panels[juries.number :]
    for number in range(len(camp.panels) + 1, juries.number + 1):
        camp.panels.append(Panel(number=number, minimum=juries.minimum, target=juries.target))
    for panel in camp.panels:
        panel.minimum, panel.target = juries.minimum, juries.target
        panel.remote_allowed = juries.remote_allowed


def _is_in_use(panel: Panel) -> bool:
    tables = (Assignment, PlanRow, AskRound)
    used = sa.or_(*(sa.exists().where(table.panel_id == panel.id) for table in tables))
    return bool(db.session.scalar(sa.select(used)))
