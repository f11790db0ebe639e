"""Groups that end: warned of three times, renewed, closed and opened again."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.groups.setup import actions, ending, periods
from portal.groups.setup.ending import Stage
from portal.mail import mailings
from portal.models.accounts import RoleName
from portal.models.audit import AuditEntry
from portal.models.groups import Group, PlaceRole, PlaceState
from portal.models.mailings import Mailing
from portal.models.minutes import FollowUp
from tests.factories import create_follow_up, create_group, create_person, create_place
from tests.groups.people import create_led_group, lead_of, member_of, url_of, verbs
from tests.groups.rounds import let_leave, letters, look, waiting

ENDS = date(2026, 12, 31)
# Sixty and fourteen days before, and the day after, at nine in Oslo.
EARLY = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
SOON = datetime(2026, 12, 17, 8, 0, tzinfo=UTC)
ENDED = datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def year(app, kari):
    """A group that Kari set up until the end of the year, with a lead and a deputy."""
    group = create_led_group(ends_on=ENDS)
    create_place(group, create_person("Dag Vara"), role=PlaceRole.DEPUTY)
    db.session.add(
        AuditEntry(at=clock.now(), actor_id=kari.id, verb="group.created",
                   object_kind=Group.__tablename__, object_id=group.id, details={})
    )  # fmt: skip
    db.session.commit()
    return group


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        (EARLY - MINUTE, None), (EARLY, Stage.EARLY), (SOON - MINUTE, Stage.EARLY),
        (SOON, Stage.SOON), (ENDED - MINUTE, Stage.SOON), (ENDED, Stage.ENDED),
        (ENDED + 30 * DAY - MINUTE, Stage.ENDED), (ENDED + 30 * DAY, None),
    ],
)  # fmt: skip
def test_which_warning_holds_when(moment, stage):
    assert ending.stage_at(ENDS, moment) is stage


def test_who_runs_it_is_warned_once_at_each_stage(year, kari):
    names = {each.email: each.name for each in (kari, *(place.person for place in year.places))}
    found = []

    for moment in (EARLY - MINUTE, EARLY, EARLY + DAY, SOON, SOON + DAY, ENDED, ENDED + 5 * DAY):
        look(moment)
        found.append([names[to].split()[0] for to, _subject in waiting("ending")])
        let_leave()

    everybody = ["Ingrid", "Dag", "Kari"]
    assert found == [[], everybody, [], everybody, [], everybody, []]


def test_when_whoever_set_it_up_is_gone_all_organisers_are_warned(year, kari):
    kari.suspended_at = clock.now()
    other = create_person("Berit Organiserer", role=RoleName.ORGANISER)
    create_person("Tor Koordinator", role=RoleName.COORDINATOR, county="31")

    look(EARLY)

    people = {lead_of(year).email, year.places[-1].person.email, other.email}
    assert {to for to, _subject in waiting("ending")} == people


def test_the_mail_says_what_to_do_to_those_who_may(year, kari):
    lead = lead_of(year)
    kari.language = lead.language = "en"
    create_follow_up(year)

    look(SOON)

    hers, _deputys, karis = letters("ending")
    assert f"/organise/groups/{year.slug}/renewal" in karis.text
    assert f"/organise/groups/{year.slug}/closing" in karis.text
    assert "/organise/" not in hers.text
    assert "Kari Nordmann lets it go on or closes it" in hers.text
    assert (kari.email in hers.reply_to, "1 follow-up open" in hers.text) == (True, True)
    assert f"Osloregionen asks you about {year.name}, because you lead" in hers.text
    assert f"The portal reminds you of {year.name}, because you are an organiser" in karis.text
    assert hers.text.rstrip().endswith(f"Kari Nordmann\r\n{kari.email}\r\nOsloregionen")


def test_whatever_was_missed_only_the_warning_that_holds_is_written(year):
    look(SOON + DAY)

    assert len(waiting("ending")) == 3


def test_one_set_up_for_so_short_a_time_is_not_warned_of_at_once(app):
    create_led_group(ends_on=ENDS, created_at=EARLY + MINUTE)

    look(EARLY + 2 * MINUTE)

    assert waiting("ending") == []


@pytest.mark.parametrize("moment", [EARLY, SOON, ENDED])
def test_a_closed_group_and_one_without_an_end_are_left_alone(app, moment):
    create_led_group("Lukket", ends_on=ENDS, closed_at=EARLY)
    create_led_group("Uten slutt")

    look(moment)

    assert waiting("ending") == []


def test_renewed_in_time_the_warning_does_not_leave(year, kari):
    look(EARLY)
    actions.renew_group(year, date(2027, 12, 31), seen=ENDS, tell=False, by=kari, now=EARLY)
    db.session.commit()

    look(EARLY + MINUTE)

    assert waiting("ending") == []


@pytest.mark.parametrize(
    ("ends", "today", "later"),
    [
        (date(2026, 12, 31), date(2026, 11, 1), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2029, 2, 28)),
        (date(2024, 8, 31), date(2026, 11, 1), date(2027, 11, 1)),
        (None, date(2026, 11, 1), date(2027, 11, 1)),
    ],
)
def test_a_year_more_is_counted_from_the_last_day_or_from_today(ends, today, later):
    assert periods.year_later(Group(name="Gruppe", ends_on=ends), today) == later


def renewal(group, day: str, **values) -> dict[str, str]:
    return {"last_day": day, "seen": group.ends_on.isoformat(), **values}


def expand(now: datetime) -> None:
    mailings.expand_due(worker.COMPOSERS, now, lambda: None)
    db.session.expire_all()


def test_an_organiser_renews_it_and_its_members_hear_of_it(year, kari, browse_as, in_august):
    left = create_person("Per Sluttet")
    create_place(year, left, state=PlaceState.LEFT)
    address = f"/organise/groups/{year.slug}/renewal"

    shown = browse_as(kari).get(address).text
    answer = browse_as(kari).post(address, data=renewal(year, "31.12.2027", tell="y"))
    expand(in_august + timedelta(minutes=6))

    assert ('value="31.12.2027"' in shown, answer.headers["Location"]) == (True, url_of(year))
    assert year.ends_on == date(2027, 12, 31)
    assert verbs() == ["group.created", "group.renewed"]
    assert [to for to, _subject in waiting("renewed")] == [
        each.person.email for each in year.places if each.is_current
    ]


def test_without_the_tick_nobody_is_written_to(year, kari, browse_as, in_august):
    browse_as(kari).post(f"/organise/groups/{year.slug}/renewal", data=renewal(year, "31.12.2027"))

    assert db.session.scalars(sa.select(Mailing.kind)).all() == []


def test_two_who_renew_it_do_not_overwrite_each_other(year, kari, browse_as, in_august):
    organiser, address = browse_as(kari), f"/organise/groups/{year.slug}/renewal"
    seen = renewal(year, "31.12.2028")
    organiser.post(address, data=renewal(year, "31.12.2027"))

    second = organiser.post(address, data=seen)

    assert (second.status_code, year.ends_on) == (409, date(2027, 12, 31))


@pytest.mark.parametrize("day", ["", "31.12.2026", "1.1.2020", "i morgen"])
def test_a_last_day_that_is_no_later_is_refused(year, kari, browse_as, in_august, day: str):
    answer = browse_as(kari).post(f"/organise/groups/{year.slug}/renewal", data=renewal(year, day))

    assert (answer.status_code, year.ends_on) == (422, ENDS)


def test_a_closed_group_is_opened_before_it_is_renewed(year, kari, browse_as, in_august):
    year.closed_at = in_august
    organiser, address = browse_as(kari), f"/organise/groups/{year.slug}/renewal"

    shown = organiser.get(address)
    organiser.post(address, data=renewal(year, "31.12.2027"))

    assert (shown.status_code, 'name="last_day"' in shown.text) == (200, False)
    assert year.ends_on == ENDS


def closing(group, **values):
    return f"/organise/groups/{group.slug}/closing", values


def test_closed_with_its_members_told_and_opened_again_in_time(year, kari, browse_as, in_august):
    address, form = closing(year, tell="y")
    organiser = browse_as(kari)

    organiser.post(address, data=form)
    organiser.post(f"/organise/groups/{year.slug}/reopening")
    expand(in_august + timedelta(minutes=6))
    undone = waiting("closed")
    organiser.post(address, data=form)
    expand(in_august + timedelta(minutes=6))

    assert (undone, len(waiting("closed"))) == ([], 3)


def test_what_is_left_is_moved_to_the_group_above(kari, browse_as):
    above = create_led_group("Faggruppe")
    group = create_led_group(parent=above)
    amir = member_of(group)
    moved = create_follow_up(group, "Ringe havnene", owner=amir)
    done = create_follow_up(group, "Gjort", closed_at=clock.now())
    address, form = closing(group, follow_ups="move")

    browse_as(kari).post(address, data=form)

    assert (group.closed_at is None, moved.group, done.group) == (False, above, group)
    assert verbs() == ["follow_up.moved", "group.closed"]
    # Amir does not sit there, so that nobody has it in hand.
    assert (moved.owner, moved.is_in_hand) == (amir, False)


def test_what_is_left_stays_unless_it_is_moved(kari, browse_as):
    group = create_led_group(parent=create_led_group("Faggruppe"))
    follow_up = create_follow_up(group)

    address, form = closing(group, follow_ups="leave")
    browse_as(kari).post(address, data=form)

    assert (group.closed_at is None, follow_up.group) == (False, group)


@pytest.mark.parametrize("parent", [None, "closed"])
def test_without_an_open_group_above_there_is_nowhere_to_move_to(kari, browse_as, parent):
    above = create_group("Faggruppe", closed_at=clock.now()) if parent else None
    group = create_led_group(parent=above)
    follow_up = create_follow_up(group)
    address, form = closing(group, follow_ups="move")

    browse_as(kari).post(address, data=form)

    assert (group.closed_at is None, follow_up.group) == (False, group)


def test_the_organisers_desk_has_groups_that_end_soon_or_have_ended(year, kari, browse_as):
    year.ends_on = clock.now().date() + timedelta(days=30)
    create_led_group("Over tiden", ends_on=date(2024, 8, 31))
    create_led_group("Lukket", ends_on=date(2024, 8, 31), closed_at=clock.now())
    create_led_group("Lenge til", ends_on=clock.now().date() + timedelta(days=90))

    page = browse_as(kari).get("/organise/").text

    names = (year.name, "Over tiden", "Lukket", "Lenge til")
    assert [f">{name}</a>" in page for name in names] == [True, True, False, False]


def test_the_organisers_list_tells_who_leads_what_is_next_and_what_is_left(
    year, kari, browse_as, queries
):
    create_follow_up(year)
    kari.language = "en"
    organiser = browse_as(kari)

    page = organiser.get("/organise/groups").text
    few = asked_for(organiser, queries)
    fill(1782)

    assert [each in page for each in ("Ingrid Solberg", "none planned", "?show")] == [
        True, True, False,
    ]  # fmt: skip
    assert url_of(year, "/follow-ups") in page
    assert few == asked_for(organiser, queries)


def asked_for(client, queries) -> list[int]:
    counts = []
    for address in ("/organise/groups", "/organise/"):
        client.get(address, check=False)
        with queries() as statements:
            client.get(address, check=False)
        counts.append(len(statements))
    return counts


def fill(count: int) -> None:
    rows = [
        Group(slug=f"gruppe-{number}", name=f"Gruppe {number}", kind="working",
              created_at=clock.now(), ends_on=date(2026, 9, 1))
        for number in range(count)
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.add_all(FollowUp(group=row, text="Sak", created_at=clock.now()) for row in rows)
    db.session.commit()
