"""What a schema cannot say of minutes: that who and what they name is there, once, on real days."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from portal import dates
from portal.imports.documents import BadDocument

_PRESENT = ("attendees", "secretariat")


def check(document: dict[str, Any]) -> None:
    """Hold the document against what a schema cannot say.

    Raises:
        BadDocument: it names somebody or an item it does not have, or has something twice, or a day
            or time that there is not.
    """
    _check_once(document)
    _check_people(document)
    numbers = {item["no"] for item in document["agenda"]}
    for place, number in _items_named(document):
        if number not in numbers:
            raise BadDocument(place, "there is no such agenda item")
    for place, text in _days_named(document):
        day_of(text, place)
    for index, given in enumerate(document.get("working_groups", [])):
        if given.get("starts") and given.get("ends") and given["ends"] < given["starts"]:
            raise BadDocument(f"working_groups/{index}/ends", "it ends before it begins")
    span_of(document["meeting"])


def span_of(meeting: dict[str, Any]) -> tuple[datetime, datetime]:
    """When a meeting of the document begins and ends, in UTC.

    Raises:
        BadDocument: there is no such day or time, or it ends before it begins.
    """
    moments = []
    for name in ("start", "end"):
        try:
            day, at = date.fromisoformat(meeting["date"]), time.fromisoformat(meeting[name])
            moments.append(dates.to_utc(day, at))
        except ValueError:
            raise BadDocument(f"meeting/{name}", "there is no such day or time") from None
    if moments[0] >= moments[1]:
        raise BadDocument("meeting/end", "the meeting must end after it begins")
    return moments[0], moments[1]


def day_of(text: str, place: str) -> date:
    """The day that stands at ``place`` of the document.

    Raises:
        BadDocument: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDocument(place, "there is no such day") from None


def tasks(document: dict[str, Any]) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Every follow-up: its place in the document, the item it came up under, subject and itself.

    Those of ``information_5`` are of item 5. A text alone is one of which only that is known.
    """
    for index, subject in enumerate(document.get("information_5", [])):
        here = f"information_5/{index}"
        if subject.get("follow_up"):
            yield f"{here}/follow_up", 5, subject["title"], _task(subject["follow_up"])
        for number, each in enumerate(subject.get("follow_ups", [])):
            yield f"{here}/follow_ups/{number}", 5, subject["title"], _task(each)
    for index, each in enumerate(document.get("follow_ups", [])):
        yield f"follow_ups/{index}", each["agenda_no"], each.get("subject", ""), each


def _task(given: str | dict[str, Any]) -> dict[str, Any]:
    return {"text": given} if isinstance(given, str) else given


def _check_once(document: dict[str, Any]) -> None:
    """Nobody twice among those present or in one group, and no item twice on the agenda."""
    present = [
        (f"{part}/{index}", each)
        for part in _PRESENT
        for index, each in enumerate(document.get(part, []))
    ]
    _refuse_twice(((f"{place}/id", each["id"]) for place, each in present), "that id")
    _refuse_twice(
        (
            (
                f"{place}/name",
                (each["name"], each.get("municipality_code_2023"), each.get("delregion_id")),
            )
            for place, each in present
        ),
        "that person",
    )
    items = enumerate(document["agenda"])
    _refuse_twice(((f"agenda/{index}/no", item["no"]) for index, item in items), "that number")
    groups = document.get("working_groups", [])
    names = ((f"working_groups/{n}/name", group["name"]) for n, group in enumerate(groups))
    _refuse_twice(names, "that group")
    for number, group in enumerate(groups):
        members = (
            (f"working_groups/{number}/members/{index}/person_id", member["person_id"])
            for index, member in enumerate(group["members"])
            if member.get("person_id")
        )
        _refuse_twice(members, "that person")


def _refuse_twice(named: Iterable[tuple[str, Any]], what: str) -> None:
    seen: Counter[Any] = Counter()
    for place, value in named:
        if seen[value]:
            raise BadDocument(place, f"{what} is there already")
        seen[value] += 1


def _check_people(document: dict[str, Any]) -> None:
    known = {each["id"] for part in _PRESENT for each in document.get(part, [])}
    for place, person_id in _people_named(document):
        if person_id is not None and person_id not in known:
            raise BadDocument(place, f"nobody among those present is {person_id!r}")


def _people_named(document: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name in ("chair", "minutes_taker"):
        yield f"meeting/{name}", document["meeting"].get(name)
    for index, item in enumerate(document["agenda"]):
        yield f"agenda/{index}/presented_by", item.get("presented_by")
    for index, each in enumerate(document["attendees"]):
        yield f"attendees/{index}/instead_of", each.get("instead_of")
    for place, _item, _subject, task in tasks(document):
        yield f"{place}/owner", task.get("owner")
    for number, group in enumerate(document.get("working_groups", [])):
        yield f"working_groups/{number}/lead", group.get("lead")
        for index, member in enumerate(group["members"]):
            yield f"working_groups/{number}/members/{index}/person_id", member.get("person_id")


def _items_named(document: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for index, decision in enumerate(document.get("decisions", [])):
        yield f"decisions/{index}/agenda_no", decision["agenda_no"]
    for index, each in enumerate(document.get("follow_ups", [])):
        yield f"follow_ups/{index}/agenda_no", each["agenda_no"]
    for name in ("discussion_3", "themes_3", "inputs_4", "information_5"):
        if document.get(name):
            yield name, int(name[-1])


def _days_named(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if document["meeting"].get("previous_meeting_date"):
        yield "meeting/previous_meeting_date", document["meeting"]["previous_meeting_date"]
    for index, group in enumerate(document.get("working_groups", [])):
        for name in ("starts", "ends"):
            if group.get(name):
                yield f"working_groups/{index}/{name}", group[name]
    for place, _item, _subject, task in tasks(document):
        if task.get("due"):
            yield f"{place}/due", task["due"]
    if document.get("innovation_camp"):
        yield "innovation_camp/final/date", document["innovation_camp"]["final"]["date"]
