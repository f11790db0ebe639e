"""The one time zone of the portal, as iCalendar tells it.

The text is constant. icalendar's own generator writes Europe/Oslo as lists of dates that end in
2038, of which Outlook reads only the first, and with a summer time that begins an hour late. The
rules below hold from the spring of 1996; a test compares them with tzdata hour by hour, so that an
end to summer time is noticed.
"""

from zoneinfo import ZoneInfo

TZID = "Europe/Oslo"
OSLO = ZoneInfo(TZID)

VTIMEZONE = "".join(
    f"{line}\r\n"
    for line in (
        "BEGIN:VTIMEZONE",
        f"TZID:{TZID}",
        "BEGIN:DAYLIGHT",
        "DTSTART:19810329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19961027T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    )
)
