"""Whatever people may type into the forms of events, camps and meetings, and a little more."""

from datetime import date, timedelta

from hypothesis import strategies as st

# Sámi letters, signs that iCalendar or Markdown escape, emoji that are joined, text that runs from
# right to left, letters made of two, and what looks like markup, a header or another property.
TRICKY = (
    *("Čáhci", "áđŋšŧž", "Ørnes", "å\u030a", "👩\u200d🏫", "🏳️\u200d🌈🇳🇴", "\u0301", "﷽", "ﬁ"),
    *("שלום", "مرحبا", "\u200f", "\u00a0", "\ufeff", "\t", "a,b;c", "\\n", "\\", "\\;", ":"),
    *(
        '"sitert"',
        "'",
        "^n",
        "*",
        "_x_",
        "1<2",
        "<fjord>",
        "&amp;",
        "#",
        "1.",
        "-",
        "[a](b)",
        "`",
        "http://x",
    ),
    *("BEGIN:VEVENT", "END:VCALENDAR", "DTSTART:1", "=?utf-8?q?a?=", "%0D%0A"),
)
# Angles only as above: tags that people type as text are text, and would look like our own fault.
_LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="<"
)
# icalendar reads an escaped backslash before a capital N as a line break; ical.js does not.
_WORD = st.sampled_from(TRICKY) | st.text(_LETTERS, min_size=1, max_size=12).filter(
    lambda word: "\\N" not in word and not word.endswith("\\")
)
# What a form refuses, now and then.
_CONTROL = st.sampled_from(["\x00", "\x0b", "\x1b", "\x85", "\u2028", "\r", "\n"])


def _one_line(longest: int) -> st.SearchStrategy[str]:
    words = st.lists(_WORD, max_size=12).map(lambda found: " ".join(found)[:longest])
    whole = _WORD.map(lambda word: ((word + " ") * longest)[:longest])
    return st.one_of(*[words] * 9, whole)


LINE = _one_line(200)
TITLE = _one_line(199).map(lambda text: f"T{text}")
LONG_LINE = _one_line(500)
PARAGRAPHS = st.lists(LONG_LINE, max_size=6).map("\r\n".join) | LONG_LINE.map(
    lambda text: ((text + "\n") * 2000)[:2000]
)
LINK = st.just("") | st.text(_LETTERS, max_size=20).map(
    "https://example.org/{}?a=1;b,c#æ".format
)  # fmt: skip
# Days on which the clocks are put forward and back among them.
DAY = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2027, 2, 28)]) | st.dates(
    date(2000, 1, 1), date(2100, 12, 1)
)
CLOCK = st.builds("{:02}.{:02}".format, st.integers(0, 23), st.sampled_from([0, 30, 59]))
LANGUAGE = st.sampled_from(["nb", "nn", "en"])
PLACE_CODE = st.sampled_from(["", "0301", "3107", "3301"])
PHONE = st.sampled_from(["", "22 00 00 00", "+47 900 00 000"])
MAIL = st.sampled_from(["", "kari@example.org", "o'hara+x@example.org"])


@st.composite
def times(draw: st.DrawFn) -> dict[str, str]:
    """From one time of a day to another of the same one."""
    earlier, later = sorted(draw(st.lists(CLOCK, min_size=2, max_size=2, unique=True)))
    return {"day": draw(DAY).isoformat(), "starts": earlier, "ends": later}


@st.composite
def spans(draw: st.DrawFn) -> dict[str, str]:
    """The same, or over several days, with a clock or without one."""
    span = draw(times())
    days = draw(st.integers(0, 5))
    if days:
        last = date.fromisoformat(span["day"]) + timedelta(days=days)
        span["last_day"] = last.isoformat()
        span["starts"], span["ends"] = span["ends"], span["starts"]
    if draw(st.booleans()):
        span |= {"all_day": "y", "starts": "", "ends": ""}
    return span


def _forms(span: st.SearchStrategy, texts: dict[str, st.SearchStrategy]) -> st.SearchStrategy:
    """A form filled in; one in ten with something in a field that the form refuses."""
    filled = st.builds(lambda when, what: {**when, **what}, span, st.fixed_dictionaries(texts))
    spoiled = st.builds(
        lambda typed, name, control: {**typed, name: f"{typed[name]}{control}x"},
        *(filled, st.sampled_from(sorted(texts)), _CONTROL),
    )
    return st.one_of(*[filled] * 9, spoiled)


EVENTS = _forms(
    spans(),
    (
        {
            "title": TITLE,
            "kind": st.sampled_from(["webinar", "gathering", "arendalsuka", "other"]),
            "place": LINE,
            "address": LINE,
            "municipality_code": PLACE_CODE,
            "summary": LONG_LINE,
            "description": PARAGRAPHS,
            "language": LANGUAGE,
            "streaming_url": LINK,
            "join_url": LINK,
            "contact_name": LINE,
            "contact_email": MAIL,
            "contact_phone": PHONE,
            "visibility": st.sampled_from(["public", "members"]),
        }
    ),
)
MEETINGS = _forms(
    times(),
    (
        {
            "title": TITLE,
            "place": LINE,
            "address": LINE,
            "municipality_code": PLACE_CODE,
            "join_url": LINK,
            "intro": PARAGRAPHS,
            "language": LANGUAGE,
            "items-0-title": LINE,
            "items-0-kind": st.sampled_from(["information", "discussion", "decision"]),
            "items-0-presenter": LINE,
            "items-0-attachment": LINK | LINE,
        }
    ),
)
CAMPS = _forms(
    times(),
    (
        {
            "title": TITLE,
            "place": TITLE,
            "address": LINE,
            "municipality_code": PLACE_CODE,
            "summary": LONG_LINE,
            "description": PARAGRAPHS,
            "streaming_url": LINK,
            "juries": st.just("1"),
            "minimum": st.just("1"),
            "target": st.just("2"),
        }
    ),
)
