"""Who reads minutes: before they are sent, after, and once they are public."""

import pytest

from portal import clock
from portal.db import db
from portal.groups.minutes import publishing
from portal.models.meetings import MeetingGroup
from tests.groups.minutes.people import approve, create_held, fill, send
from tests.groups.minutes.reading import from_docx, from_page
from tests.groups.people import create_led_group, lead_of, member_of, page_of, verbs
from tests.groups.visitors import create_visitor

pytestmark = pytest.mark.usefixtures("in_august")

RUNNERS = {"lead", "deputy", "organiser", "admin"}
MEMBERS = RUNNERS | {"member"}
EVERYBODY = MEMBERS | {"anonymous", "observer", "left", "declined", "coordinator", "nobody",
                       "other group"}  # fmt: skip


@pytest.fixture
def held(group):
    meeting = create_held(group)
    fill(meeting)
    return meeting


@pytest.fixture
def visitor(group, browse_as, client):
    def make(who: str):
        if who == "anonymous":
            return client
        return browse_as(create_visitor(group, who))

    return make


def readers(held, visitor) -> set[str]:
    """Who gets both page and file; all others neither."""
    found = set()
    for who in sorted(EVERYBODY):
        client = visitor(who)
        codes = [client.get(page_of(held, f"/minutes{end}")).status_code for end in ("", ".docx")]
        refused = [302, 302] if who == "anonymous" else [404, 404]
        assert codes in ([200, 200], refused), who
        if codes == [200, 200]:
            found.add(who)
    return found


def test_a_draft_is_for_those_who_run_the_group(held, visitor):
    assert readers(held, visitor) == RUNNERS


def test_minutes_sent_or_approved_are_for_members_and_observers_as_set(held, visitor, kari, group):
    send(held, kari)
    assert readers(held, visitor) == MEMBERS | {"observer"}
    approve(held, kari)
    assert readers(held, visitor) == MEMBERS | {"observer"}
    group.observers_see_minutes = False
    db.session.commit()
    assert readers(held, visitor) == MEMBERS


def test_public_minutes_are_for_everybody(held, visitor, kari):
    approve(held, kari)
    publishing.publish(held, by=kari, now=clock.now())
    db.session.commit()

    assert readers(held, visitor) == EVERYBODY


def test_the_meetings_page_tells_no_more_than_the_minutes_do(held, visitor, kari):
    before = [
        "Gruppen arbeider videre" in visitor(who).get(page_of(held)).text
        for who in ("member", "lead")
    ]
    send(held, kari)
    after = [
        "Gruppen arbeider videre" in visitor(who).get(page_of(held)).text
        for who in ("member", "lead")
    ]

    assert (before, after) == ([False, True], [True, True])


def test_a_group_that_met_along_reads_the_minutes_under_its_own_address(held, browse_as, kari):
    other = create_led_group("Faggruppe for vann")
    held.others.append(MeetingGroup(group=other))
    send(held, kari)
    address = f"/groups/{other.slug}/meetings/{held.public_id}/minutes"

    codes = [
        browse_as(person).get(at).status_code
        for person in (member_of(other), lead_of(other))
        for at in (address, page_of(held, "/minutes"), f"{address}/sending")
    ]

    # Whoever runs a group that came along does not run the meeting.
    assert codes == [200, 200, 403, 200, 200, 404]


def test_the_sign_in_page_leads_back_to_the_minutes(held, client):
    answer = client.get(page_of(held, "/minutes"))

    assert answer.headers["Location"].endswith(f"next={page_of(held, '/minutes')}")


def test_search_engines_keep_public_minutes_only(held, kari, browse_as, client):
    send(held, kari)
    approve(held, kari)
    private = browse_as(kari).get(page_of(held, "/minutes"))
    publishing.publish(held, by=kari, now=clock.now())
    db.session.commit()
    public = client.get(page_of(held, "/minutes"))

    assert private.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in private.text
    assert "X-Robots-Tag" not in public.headers
    assert "noindex" not in public.text


def test_organisers_see_what_will_be_public_and_make_it_so(held, kari, browse_as, client, group):
    approve(held, kari)
    organiser = browse_as(kari)

    preview = organiser.get(page_of(held, "/minutes/publication")).text
    organiser.post(page_of(held, "/minutes/publication"))

    assert "Ring Moss" in preview
    assert "Sekretariatet" not in preview
    assert (held.public_at, verbs()[-1]) == (clock.now(), "minutes.published")
    address = page_of(held, "/minutes")
    assert address in client.get("/groups").text
    assert address in browse_as(member_of(group)).get(f"/groups/{group.slug}").text


def test_the_public_read_neither_owners_nor_comments_on_page_and_in_file(
    held, kari, client, browse_as, group
):
    approve(held, kari)
    publishing.publish(held, by=kari, now=clock.now())
    db.session.commit()

    page = client.get(page_of(held, "/minutes")).text
    document = from_docx(client.get(page_of(held, "/minutes.docx")).data)

    assert from_page(page)["items"][1]["follow_ups"] == [
        ("Ring Moss", "3. september 2026"),
        ("Finn eieren", "ikke satt"),
    ]
    assert document["items"][1]["follow_ups"] == from_page(page)["items"][1]["follow_ups"]
    assert document["follow_ups"] == [("Send referatet", "ikke satt")]
    assert "Sekretariatet" not in page
    inside = browse_as(member_of(group)).get(page_of(held, "/minutes")).text
    assert "Sekretariatet" in inside


def test_what_is_public_is_taken_back_by_one_press(held, kari, browse_as, client):
    approve(held, kari)
    organiser = browse_as(kari)
    organiser.post(page_of(held, "/minutes/publication"))

    organiser.post(page_of(held, "/minutes/publication/withdrawal"))

    assert (held.public_at, verbs()[-1]) == (None, "minutes.taken_back")
    assert client.get(page_of(held, "/minutes")).status_code == 302
    assert page_of(held, "/minutes") not in client.get("/groups").text


def test_only_approved_minutes_are_made_public_and_only_by_organisers(held, kari, browse_as, group):
    send(held, kari)
    browse_as(kari).post(page_of(held, "/minutes/publication"))
    assert held.public_at is None
    with pytest.raises(publishing.NotApproved):
        publishing.publish(held, by=kari, now=clock.now())
    db.session.rollback()
    approve(held, kari)

    codes = [
        browse_as(lead_of(group)).post(page_of(held, f"/minutes/publication{end}")).status_code
        for end in ("", "/withdrawal")
    ]

    assert (codes, held.public_at) == ([403, 403], None)


@pytest.mark.parametrize("number", [3, 30])
def test_lists_of_minutes_take_as_many_queries_for_three_as_for_thirty(
    group, kari, browse_as, queries, number: int
):
    for each in range(number):
        meeting = create_held(group, days_ago=10 + each)
        meeting.public_at = meeting.approved_at = clock.now()
    db.session.commit()
    client = browse_as(member_of(group))

    with queries() as everybody:
        client.get("/groups", check=False)
    with queries() as members:
        client.get(f"/groups/{group.slug}", check=False)

    assert (len(everybody), len(members)) == (9, 23)
