"""The agenda as those called read it."""

from portal import markdown
from portal.groups.meetings import agenda
from portal.models.meetings import AgendaItem, AgendaKind, Meeting


def meeting_with(*items: AgendaItem, intro: str = "") -> Meeting:
    return Meeting(intro=intro, agenda=list(items))


def item(number: int, title: str, **values) -> AgendaItem:
    usual = {"kind": AgendaKind.DISCUSSION, "presenter": "", "papers": ""}
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
