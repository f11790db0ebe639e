"""What the demo's groups promised, and what their people were told of it and asked to do."""

from datetime import datetime, timedelta

from portal.demo import post
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.follow_ups import actions, reminding, telling
from portal.groups.places import actions as places
from portal.groups.setup import actions as setup
from portal.groups.setup import ending, first_call
from portal.models.groups import Group, GroupKind, PlaceRole, PlaceState
from portal.models.meetings import Meeting

_COAST_MANDATE = """\
Arbeidsgruppen skal se på hvordan kommunene langs kysten kan samarbeide om kystled, gjestebrygger \
og skilting."""
_ASKED_BEFORE = timedelta(days=15)


def follow_up(group: Group, held: Meeting, cast: Cast, now: datetime) -> None:
    """Owner and deadline may be known or not; one is late, one is done, and owners were told."""
    after = held.event.ends_at + timedelta(days=1)
    coming, past = now + timedelta(days=10), now - timedelta(days=8)
    rows = (
        ("Ringe de fire kommunene som ikke har svart", cast.amir, "", past),
        ("Lage utkast til felles veileder", cast.ingrid, "", coming),
        ("Spørre havnene om landstrøm", None, "", coming),
        ("Finne ut hvem som eier ombrukskartet", None, "Sekretariatet", None),
        ("Sende referatet til faggruppen", cast.ola, "", None),
    )
    made = [
        actions.add_follow_up(
            group, text, owner=owner, owner_label=label, due_on=due.date() if due else None,
            meeting=held, by=cast.ingrid, now=after,
        )
        for text, owner, label, due in rows
    ]  # fmt: skip
    telling.tell_due(after + timedelta(hours=1))
    post.deliver(after + timedelta(hours=1))
    actions.close(made[-1], "Sendt dagen etter møtet.", by=cast.ola, now=after + timedelta(days=1))


def fill(groups: Groups, cast: Cast, now: datetime) -> None:
    """A group whose lead has not called it yet, one that ends soon, and a deadline that passed."""
    asked = now - _ASKED_BEFORE
    _coast(groups, cast, asked)
    first_call.ask_due(asked)
    post.deliver(asked + timedelta(hours=1))
    first_call.ask_due(now - timedelta(hours=20))
    ending.queue(now - timedelta(days=2))
    reminding.queue(now - timedelta(days=2))
    post.deliver(now - timedelta(hours=20))


def _coast(groups: Groups, cast: Cast, now: datetime) -> None:
    group = setup.create_group(
        {
            "name": "Arbeidsgruppe for kystled og gjestebrygger",
            "kind": GroupKind.WORKING,
            "mandate": _COAST_MANDATE,
            "parent_id": groups.expert.id,
            "starts_on": now.date(),
        },
        by=cast.kari,
        now=now,
    )
    for number, person in enumerate(cast.volunteers[36:40]):
        values = {
            "state": PlaceState.CONFIRMED,
            "role": PlaceRole.MEMBER if number else PlaceRole.LEAD,
            "organisation_id": person.organisation_id,
        }
        places.add_place(group, values, person=person, by=cast.kari, now=now)
