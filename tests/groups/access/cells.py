"""Every address of a group and who may use it: the cells that tests of access go through."""

from portal.models.groups import PlaceRole

READERS = ("observer", "member", "lead", "deputy", "organiser", "admin")
RUNNERS = ("lead", "deputy", "organiser", "admin")
OUTSIDERS = ("nobody", "guest", "other group", "left", "declined", "coordinator")
ORGANISERS = ("organiser", "admin")
EVERYBODY = ("anonymous", *OUTSIDERS, *READERS)

READ = {
    "": READERS,
    "/members": READERS,
    "/meetings/{called}": READERS,
    "/meetings/{draft}": RUNNERS,
    "/follow-ups": READERS,
    "/follow-ups/{follow_up}": READERS,
    "/input/{round}": READERS,
    "/input/{round_draft}": RUNNERS,
    "/input/{round}/input.docx": READERS,
    "/input/{round}/input.xlsx": READERS,
    "/meetings/{called}/minutes": RUNNERS,
    "/meetings/{called}/minutes.docx": RUNNERS,
    "/meetings/{held}/minutes": READERS,
    "/meetings/{held}/minutes.docx": READERS,
}
FORMS = {
    "/places/new": RUNNERS,
    "/places/{place}/edit": RUNNERS,
    "/places/{place}/leaving": RUNNERS,
    "/places/{lead}/edit": ORGANISERS,
    "/places/{lead}/leaving": ORGANISERS,
    "/places/{open}/name": RUNNERS,
    "/letters/new": RUNNERS,
    "/meetings/new": RUNNERS,
    "/meetings/{called}/edit": RUNNERS,
    "/meetings/{called}/cancellation": RUNNERS,
    "/meetings/{draft}/deletion": RUNNERS,
    "/meetings/{called}/writing": RUNNERS,
    "/meetings/{called}/writing/attendance": RUNNERS,
    "/meetings/{called}/writing/attendance/new": RUNNERS,
    "/meetings/{called}/writing/attendance/roles": RUNNERS,
    "/meetings/{called}/writing/attendance/a-{attendee}": RUNNERS,
    "/meetings/{held}/minutes/sending": RUNNERS,
    "/meetings/{held}/minutes/comments/{comment}/answer": RUNNERS,
    "/meetings/{approved}/minutes/addenda/new": RUNNERS,
    "/meetings/{draft}/summons": RUNNERS,
    "/meetings/{called}/guests": RUNNERS,
    "/meetings/{called}/guests/{guest}/removal": RUNNERS,
    "/follow-ups/new": RUNNERS,
    "/follow-ups/{follow_up}/edit": RUNNERS,
    "/polls/new": RUNNERS,
    "/polls/{poll}/edit": RUNNERS,
    "/polls/{poll}/sending": RUNNERS,
    "/polls/{poll}/deletion": RUNNERS,
    "/polls/{open_poll}/times/new": RUNNERS,
    "/polls/{open_poll}/times/{time}/removal": RUNNERS,
    "/polls/{open_poll}/times/{time}/choice": RUNNERS,
    "/polls/{open_poll}/deadline": RUNNERS,
    "/polls/{open_poll}/closing": RUNNERS,
    "/follow-ups/{follow_up}/closing": RUNNERS,
    "/input/new": RUNNERS,
    "/input/{round}/edit": RUNNERS,
    "/input/{round_draft}/deletion": RUNNERS,
    "/input/{round}/noted": RUNNERS,
    "/input/{round}/vote/opening": RUNNERS,
    "/input/{voted}/vote/closing": RUNNERS,
    "/appeals/seasons/{season}/question": RUNNERS,
    "/meetings/{called}/notes/{note}": ORGANISERS,
}
# Shown to those who run the group, and nothing to fill in; whoever only sits in it is told so.
SHOWN = {
    "/addresses": RUNNERS,
    "/meetings/{called}/writing/items/1/versions": RUNNERS,
    "/input/{round}/themes": RUNNERS,
    "/input/{round}/themes/{theme}": RUNNERS,
    "/appeals/seasons/{season}/answers": RUNNERS,
}
BUTTONS = {
    "/meetings/{called}/writing/items/1/versions/1": RUNNERS,
    "/meetings/{called}/writing/attendance/everybody": RUNNERS,
    "/meetings/{called}/writing/attendance/everybody/undoing": RUNNERS,
    "/meetings/{called}/writing/attendance/a-{attendee}/removal": RUNNERS,
    "/meetings/{held}/minutes/comments/{comment}/reopening": RUNNERS,
    "/meetings/{held}/approvals/1": RUNNERS,
    "/meetings/{approved}/minutes/approval/undoing": RUNNERS,
    "/appeals/seasons/{season}/reminders": RUNNERS,
    "/appeals/{appeal}/tests": RUNNERS,
    "/meetings/{called}/notes/{note}/reopening": ORGANISERS,
    "/appeals/{appeal}/sending": RUNNERS,
    "/appeals/{appeal}/removal": RUNNERS,
    "/appeals/{appeal}/stop": RUNNERS,
    "/meetings/{called}/notices": RUNNERS,
    "/meetings/{called}/notices/postponement": RUNNERS,
    "/follow-ups/{follow_up}/reopening": RUNNERS,
    "/places/{open}/name/at-once": RUNNERS,
    "/places/{open}/name/{asked}/taking-back": RUNNERS,
    "/places/{open}/name/{asked}/undoing": RUNNERS,
    "/letters/{letter}/stopping": RUNNERS,
    "/input/{round_draft}/opening": RUNNERS,
    "/input/{round}/closing": RUNNERS,
    "/input/{round}/reopening": RUNNERS,
    "/input/{round}/copies": RUNNERS,
    "/input/{round}/themes/changes": RUNNERS,
    "/input/{round}/themes/undoing": RUNNERS,
    "/input/{round}/themes/redoing": RUNNERS,
    "/polls/{open_poll}/reminder": RUNNERS,
    "/polls/{open_poll}/reopening": RUNNERS,
    "/polls/{open_poll}/choice/undoing": RUNNERS,
}
# Those who have a say in the group; whoever only observes or organises has none.
VOTERS = ("member", "lead", "deputy")


def address(group, path: str) -> str:
    lead = next(place for place in group.places if place.role == PlaceRole.LEAD)
    return f"/groups/{group.slug}" + path.format(
        called=group.called.public_id,
        draft=group.draft.public_id,
        place=group.place.public_id,
        lead=lead.public_id,
        follow_up=group.follow_up.public_id,
        open=group.open.public_id,
        asked=group.asked.public_id,
        letter=group.letter.public_id,
        round=group.round.public_id,
        round_draft=group.round_draft.public_id,
        voted=group.voted.public_id,
        theme=group.theme.public_id,
        attendee=group.attendee.public_id,
        held=group.held.public_id,
        approved=group.approved.public_id,
        comment=group.comment.public_id,
        poll=group.poll.public_id,
        open_poll=group.open_poll.public_id,
        time=group.open_poll.options[0].public_id,
        season=group.season.slug,
        note=group.note.public_id,
        appeal=group.appeal.public_id,
        guest=group.guest.public_id,
    )


def expected(who: str, allowed: tuple[str, ...], *, fetched: bool, hidden: bool = False) -> int:
    """What somebody gets who may not: sign in first, no such page, or a plain no."""
    if who == "anonymous":
        return 302 if fetched else 403
    if who in allowed:
        return 200
    return 403 if who in READERS and not hidden else 404
