"""What somebody types who wants lines of their own in our mail."""

from itertools import product

VICTIM = "offer@example.net"
# What ends a line somewhere: in SMTP, in some reader, in Unicode, or once somebody has decoded it.
CUTS = (
    "\r\n", "\n", "\r", "\n\r", "\r\n ", "\r\n\t", "\n ", "\0", "\0\r\n", "\t", "\b", "\x0b",
    "\x0c", "\x1b", "\x1c", "\x1d", "\x1e", "\x7f", "\x84", "\x85", "\x9b", "\u2028", "\u2029",
    "%0d%0a", "%0A", "%E5%98%8A%E5%98%8D", "\u560a\u560d", "\\r\\n", "=0D=0A", "&#13;&#10;",
    "\ud800",
)  # fmt: skip
# What would follow: a header, an end of all headers, an end of the message, a command.
LINES = (
    f"Bcc: {VICTIM}",
    "Content-Type: text/html\r\n\r\n<b>En annen tekst</b>",
    ".\r\nMAIL FROM:<ond@example.net>",
)
# What means something to those who read a header, without any line being ended.
MARKS = (
    '"', "\\", '\\"', '"\\', "\\\\", '" <{victim}>, "', "<{victim}>", "{victim},", ", {victim}",
    "; {victim}", ": {victim};", "gruppe:{victim};", "<>", "<", ">", "(", ")", "(kommentar", "@",
    "@,", "a@b@c", "=?utf-8?q?=0D=0ABcc:_{victim}?=",
    "=?utf-8?b?DQpCY2M6IG9mZmVyQGV4YW1wbGUubmV0?=", "=?", "?=", "=?us-ascii?q?=00?=",
    "=?x-unknown?q?a?=", "=?utf-8?q?a?= =?utf-8?q?b?=", "\u202e", "\u202d", "\u2066", "\u200b",
    "\u200d", "\ufeff", "\u00ad", "\u2800", "\u3000", "\u00a0", "\uff1a", "\uff20", "\uff0c",
    "\U0001f9ea", "e\u0301" * 30, "{0}", "{name}", "{0.__class__}", "{{ 7*7 }}", "{% raw %}",
    "%s", "%(name)s", "$victim", "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --",
    "\u0130", "\u1e9e", "æøå " * 30, "x" * 60, "x" * 199, "x" * 998, "x" * 5000, "x " * 90,
    "å" * 150, "." * 20, "-" * 80, "Bcc: {victim}", "Content-Type: text/html", " ", "", ".",
)  # fmt: skip


def payloads(plain: str) -> list[str]:
    """``plain``, which is in order, with each cut before each line, and with each mark."""
    cut = [f"{plain}{cut}{line}" for cut, line in product(CUTS, LINES)]
    marks = [mark.replace("{victim}", VICTIM) for mark in MARKS]
    before = [f"{mark}{plain}" for mark in marks[:50]]
    return [*cut, *(f"{plain} {mark}" for mark in marks), *before]
