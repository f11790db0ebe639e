"""A round as a document and as a workbook: what its page shows, in the round's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from portal import dates
from portal.groups.input_rounds import queries, results
from portal.groups.input_rounds.queries import PointRow
from portal.groups.input_rounds.results import Results
from portal.models.input_rounds import InputRound
from portal.office import sheets, word
from portal.office.sheets import Sheet


@dataclass(frozen=True)
class Part:
    """A theme by its name, or those that stand alone, with the points under it."""

    name: str
    is_theme: bool
    rows: tuple[PointRow, ...]


def as_document(found: InputRound) -> bytes:
    """The round as a .docx file."""
    with force_locale(found.language):
        parts, voted = _parts(found), results.of(found)
        blocks: list[word.Block] = [word.Title(found.question), word.Facts(_facts(found, parts))]
        if found.intro:
            blocks.append(word.Markdown(found.intro))
        for part in parts:
            blocks += [word.Heading(part.name, 1), word.Bullets(_bullets(found, part.rows))]
        if voted:
            blocks += [
                word.Heading(_("What matters most"), 1),
                word.Paragraph(_turnout(voted)),
                word.Table(_result_header(), _result_rows(voted)),
            ]
        return word.write(blocks, title=found.question, language=found.language)


def as_workbook(found: InputRound) -> bytes:
    """The round as an .xlsx file: its points, its themes, and the result of a closed vote."""
    with force_locale(found.language):
        parts, voted = _parts(found), results.of(found)
        pages = [_points_sheet(found, parts), _themes_sheet(parts)]
        if voted:
            rows: list[list[sheets.Value]] = [
                [row.place, row.text, row.votes, _shared(row.is_shared)] for row in voted.rows
            ]
            pages.append(Sheet(_("Result"), [*_result_header(), _("Shared rank")], rows))
        return sheets.write(pages)


def filename(found: InputRound, kind: str) -> str:
    """What the file is called on the reader's disk; letters that any disk takes."""
    return f"innspill-{found.group.slug}-{found.public_id}.{kind}"


def _parts(found: InputRound) -> list[Part]:
    """The themes in their order, and last what stands alone; nobody in particular looks."""
    gathered = queries.gathered(found, None, runs=False)
    has_themes = len(gathered) > 1
    alone = _("Not gathered under a theme") if has_themes else _("Points, in no order")
    return [
        Part(each.theme.name if each.theme else alone, each.theme is not None, each.rows)
        for each in gathered
        if each.theme or each.rows
    ]


def _facts(found: InputRound, parts: Sequence[Part]) -> list[tuple[str, str]]:
    count = sum(len(part.rows) for part in parts)
    rows = [(_("Group"), found.group.name)]
    if found.meeting:
        event = found.meeting.event
        rows.append((_("Meeting"), f"{event.title}, {dates.plain_day(event.first_day)}"))
    if found.opened_at:
        rows.append((_("Asked"), dates.plain_day(dates.today(found.opened_at))))
    rows.append((_("Points"), ngettext("%(num)s, in no order", "%(num)s, in no order", count)))
    rows.append((_("Names"), _("Shown") if found.shows_names else _("Not shown")))
    return rows


def _bullets(found: InputRound, rows: Sequence[PointRow]) -> list[tuple[int, str]]:
    lines = []
    for row in rows:
        whose = f" ({row.whose})" if found.shows_names and row.whose else ""
        lines.append((0, row.point.text + whose))
        lines += [(1, detail) for detail in row.point.details]
    return lines


def _points_sheet(found: InputRound, parts: Sequence[Part]) -> Sheet:
    header = [_("Theme"), _("Point"), _("Under it")]
    rows: list[list[sheets.Value]] = []
    for part in parts:
        for row in part.rows:
            theme = part.name if part.is_theme else ""
            cells = [theme, row.point.text, "\n".join(row.point.details)]
            rows.append([*cells, row.whose] if found.shows_names else [*cells])
    return Sheet(_("Points"), [*header, _("Whose")] if found.shows_names else header, rows)


def _themes_sheet(parts: Sequence[Part]) -> Sheet:
    rows: list[list[sheets.Value]] = [
        [part.name, len(part.rows)] for part in parts if part.is_theme
    ]
    return Sheet(_("Themes"), [_("Theme"), _("Number of points")], rows)


def _result_header() -> list[str]:
    return [_("Rank"), _("Theme or point"), _("Votes")]


def _result_rows(voted: Results) -> list[list[str]]:
    return [
        [
            f"{row.place} ({_('shared')})" if row.is_shared else str(row.place),
            row.text,
            str(row.votes),
        ]
        for row in voted.rows
    ]


def _shared(is_shared: bool) -> str:
    return _("yes") if is_shared else ""


def _turnout(voted: Results) -> str:
    return ngettext("%(num)s person voted.", "%(num)s people voted.", voted.voters)
