"""Minutes as a document for word processors, in the language of the meeting throughout."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time

from flask_babel import force_locale
from flask_babel import gettext as _

from portal import dates, markdown
from portal.groups import wording
from portal.groups.meetings import papers
from portal.groups.minutes import phrases
from portal.groups.minutes.document import Item, Minutes, Task
from portal.office import word
from portal.office.word import Block, Facts, Heading, Markdown, Paragraph, Table, Title
from portal.text import slug


def as_word(minutes: Minutes, *, with_owners: bool = True) -> bytes:
    """The .docx file; the same minutes give the same bytes.

    ``with_owners`` says whether tables of follow-ups tell who is responsible.
    """
    with force_locale(minutes.language):
        return word.write(
            _blocks(minutes, with_owners),
            title=phrases.heading(minutes),
            language=minutes.language,
            made_at=_made_at(minutes),
        )


def filename(minutes: Minutes) -> str:
    """What the file is called: ``referat-2026-08-20-faggruppe-for-neringssamarbeid.docx``"""
    with force_locale(minutes.language):
        kind = slug(_("minutes"))
    return f"{kind}-{minutes.first_day.isoformat()}-{slug(minutes.groups[0])[:60]}.docx"


def _made_at(minutes: Minutes) -> datetime:
    # Not when it is fetched: the file is the same as long as the minutes are.
    last = [each.on for each in minutes.addenda] or (
        [minutes.approval.on] if minutes.approval else []
    )
    return dates.to_utc(last[-1], time(12)) if last else minutes.days[-1][1]


def _blocks(minutes: Minutes, with_owners: bool) -> Iterator[Block]:
    yield Title(phrases.heading(minutes))
    yield Facts(list(_facts(minutes)))
    if minutes.approval and minutes.approval.changes:
        yield Paragraph(minutes.approval.changes, bold_lead=_("Changes agreed:"))
    if minutes.attendance:
        yield Heading(_("Present and apologies"), 1)
        yield Table(
            [_("Name"), _("Represents"), _("Attended as"), _("Attendance")],
            [
                [each.name, each.represents, phrases.capacity(each), phrases.attendance(each)]
                for each in minutes.attendance
            ],
        )
    if minutes.items:
        yield Heading(_("Items"), 1)
    for item in minutes.items:
        yield from _item(item, len(minutes.days), with_owners)
    if minutes.follow_ups:
        yield Heading(phrases.others(minutes), 1)
        yield _tasks(minutes.follow_ups, with_owners)
    if minutes.addenda:
        yield Heading(_("Addenda"), 1)
    for each in minutes.addenda:
        yield Heading(phrases.addendum(each.number, dates.plain_day(each.on), each.by), 2)
        yield Markdown(each.text)


def _facts(minutes: Minutes) -> Iterator[tuple[str, str]]:
    yield (_("Group") if len(minutes.groups) == 1 else _("Groups")), ", ".join(minutes.groups)
    yield _("When"), "\n".join(phrases.times(minutes))
    if minutes.place:
        yield _("Place"), minutes.place
    if minutes.chair:
        yield _("Chair of the meeting"), minutes.chair
    if minutes.minutes_taker:
        yield _("Minutes taken by"), minutes.minutes_taker
    yield _("State"), phrases.state(minutes)
    if minutes.approval and minutes.approval.reason:
        yield _("Approved without a meeting"), minutes.approval.reason
    if corrected := phrases.corrections(minutes):
        yield _("Corrections"), corrected


def _item(item: Item, days: int, with_owners: bool) -> Iterator[Block]:
    yield Heading(_("Item %(number)s: %(title)s", number=item.number, title=item.title), 2)
    facts = [(_("Kind"), str(wording.AGENDA_KINDS[item.kind]))]
    if item.presenter:
        facts.append((_("Presented by"), item.presenter))
    if days > 1:
        facts.append((_("Day"), str(item.day)))
    yield Facts(facts)
    for paper in papers.of(item.papers):
        # In angle brackets an address is a link whatever it holds.
        link = f"<{paper.url}>" if paper.title == paper.url else _linked(paper)
        yield Markdown(f"{_('Papers')}: {link}")
    if item.minutes:
        yield Markdown(item.minutes)
    for decision in item.decisions:
        lead = _("Proposal:") if decision.is_proposal else _("Decided:")
        yield Paragraph(decision.text, bold_lead=lead)
    if item.follow_ups:
        yield Heading(_("Follow-up"), 3)
        yield _tasks(item.follow_ups, with_owners)


def _linked(paper: papers.Paper) -> str:
    title = markdown.escaped(paper.title)
    return f"[{title}](<{paper.url}>)" if paper.url else title


def _tasks(tasks: Sequence[Task], with_owners: bool) -> Table:
    header = [_("What"), *([_("Responsible")] if with_owners else []), _("Deadline")]
    rows = [
        [each.text, *([phrases.responsible(each)] if with_owners else []), phrases.deadline(each)]
        for each in tasks
    ]
    return Table(header, rows)
