"""The organisers' overview of a season: key figures, steps, and days to think about again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal import day_notes
from portal.models.seasons import Season
from portal.seasons import steps
from portal.seasons.queries import Progress, Staffing
from portal.seasons.steps import Figures, Step


@dataclass(frozen=True)
class Overview:
    """All that the overview page tells besides the camps themselves."""

    figures: Figures
    steps: list[Step]
    # By the id of the event.
    warnings: dict[int, list[day_notes.Warning]]

    @property
    def missing(self) -> int:
        """The seats that nobody has said yes to."""
        return max(self.figures.seats - self.figures.taken, 0)


def overview(
    season: Season, rows: Sequence[Staffing], progress: Progress, now: datetime
) -> Overview:
    """What ``season`` looks like at ``now``, judged by its camps and by ``progress``."""
    warnings = warnings_of(rows)
    figures = _figures(season, rows, progress, len(warnings), now)
    return Overview(figures, steps.steps(figures), warnings)


def warnings_of(rows: Sequence[Staffing]) -> dict[int, list[day_notes.Warning]]:
    """What speaks against the days of the camps that will be held, by event id."""
    breaks = day_notes.known_breaks()
    found = {
        row.event.id: day_notes.of_event(row.event, breaks)
        for row in rows
        if not row.event.is_cancelled
    }
    return {number: warnings for number, warnings in found.items() if warnings}


def _figures(
    season: Season, rows: Sequence[Staffing], progress: Progress, doubtful: int, now: datetime
) -> Figures:
    standing = [row for row in rows if not row.event.is_cancelled]
    camps = [row for row in standing if not row.camp.is_final]
    opened = season.signup_opens_at
    return Figures(
        camps=len(camps),
        drafts=sum(row.event.published_at is None for row in standing),
        doubtful=doubtful,
        on_one_day=len({row.event.first_day for row in camps}) == 1,
        is_published=season.published_at is not None,
        signup_opened=opened is not None and opened <= now,
        signup_open_now=season.accepts_signups(now),
        volunteers=progress.volunteers,
        plans_drafted=progress.plans_drafted,
        plans_applied=progress.plans_applied,
        asked=progress.asked,
        seats=sum(row.need for row in standing),
        taken=sum(min(row.taken, row.need) for row in standing),
        short=sum(row.short for row in standing),
        held=sum(row.event.is_over(now) for row in camps),
    )
