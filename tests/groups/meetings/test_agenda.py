"""The agenda as those called read it."""

from datetime import UTC, datetime, timedelta

from portal import markdown
from portal.groups.meetings import agenda
from portal.groups.meetings.timing import Span
from portal.models.meetings import AgendaItem, AgendaKind, Meeting, UsualItem


def meeting_with(*items: AgendaItem, intro: str = "") -> Meeting:
    return Meeting(intro=intro, agenda=list(items))


def item(number: int, title: str, **values) -> AgendaItem:
    usual = {"kind": AgendaKind.DISCUSSION, "presenter": "", "papers": "", "day": 1}
    return AgendaItem(number=number, title=title, **{**usual, **values})


def test_an_empty_meeting_says_nothing(app):
    assert agenda.as_markdown(meeting_with(), "nb") == ""


def test_the_agenda_is_written_in_the_language_of_the_meeting(app):
    meeting = meeting_with(item(1, "Mandate"), intro="Welcome")

    assert agenda.as_markdown(meeting, "en") == (
        "Welcome\n\n**Agenda**\n\nItem 1: Mandate (discussion)"
    )


def test_a_calendar_shows_the_agenda_letter_by_letter(app):
    meeting = meeting_with(
        item(1, "Kraft & *industri* [vedlegg] <utkast>", presenter="Amir_Khan_"),
        item(2, "Innspill", papers="https://papers.example.org/a_b?c=1&d=2"),
        item(3, "Eventuelt", papers="deles ut i møtet"),
    )

    assert markdown.to_text(agenda.as_markdown(meeting, "nb")) == (
        "Saksliste\n"
        "Sak 1: Kraft & *industri* [vedlegg] <utkast> (drøfting). Amir_Khan_\n"
        "Sak 2: Innspill (drøfting). https://papers.example.org/a_b?c=1&d=2\n"
        "Sak 3: Eventuelt (drøfting). deles ut i møtet"
    )


def test_a_calendar_shows_when_each_item_comes_and_how_long_the_others_take(app):
    starts = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
    meeting = meeting_with(
        item(1, "Mandat", planned_minutes=10),
        item(2, "Innspill"),
        item(3, "Eventuelt", planned_minutes=15),
    )

    text = agenda.as_markdown(meeting, "nb", [Span(starts, starts + timedelta(hours=1))])

    assert text == (
        "**Saksliste**\n\n"
        "09.00–09.10 Sak 1: Mandat (drøfting)\n"
        "09.10 Sak 2: Innspill (drøfting)\n"
        "Sak 3: Eventuelt (drøfting, 15 min)"
    )


def test_of_several_days_each_says_when_it_is(app):
    starts = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
    days = [Span(starts + timedelta(days=each), starts + timedelta(days=each, hours=2))
            for each in range(2)]  # fmt: skip
    meeting = meeting_with(item(1, "Mandat", day=2))

    assert agenda.as_markdown(meeting, "nb", days) == (
        "**Saksliste**\n\n"
        "**Torsdag 15. oktober 2026 kl. 09.00–11.00**\n\n"
        "**Fredag 16. oktober 2026 kl. 09.00–11.00**\nSak 1: Mandat (drøfting)"
    )


def test_several_papers_stand_behind_the_item(app):
    papers = "Notat https://papers.example.org/1\nhttps://papers.example.org/2\nDeles *ut*"
    meeting = meeting_with(item(1, "Mandat", papers=papers))

    assert markdown.to_text(agenda.as_markdown(meeting, "nb")).splitlines()[1] == (
        "Sak 1: Mandat (drøfting). "
        "Notat https://papers.example.org/1; https://papers.example.org/2; Deles *ut*"
    )


def test_what_is_still_to_be_done_stands_under_its_item(app):
    starts = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
    meeting = meeting_with(item(1, "Oppfølging", usual=UsualItem.FOLLOW_UPS), item(2, "Eventuelt"))

    text = agenda.as_markdown(
        meeting, "nb", [Span(starts, starts + timedelta(hours=1))], ["- Ringe Moss"]
    )

    assert text.splitlines()[2:] == [
        "Sak 1: Oppfølging (drøfting)", "- Ringe Moss", "Sak 2: Eventuelt (drøfting)",
    ]  # fmt: skip
