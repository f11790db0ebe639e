"""``flask access-table``: who may use which address, as ``docs/access.md`` has it."""

import click
from flask import current_app
from flask.cli import with_appcontext
from werkzeug.routing import Map

from portal.policy.audiences import Audience
from portal.policy.table import TABLE

_WORDS = {
    Audience.ANYONE: "anyone",
    Audience.LINK: "whoever has the link",
    Audience.SIGNED_IN: "signed in",
    Audience.STAFF: "with a role",
    Audience.ORGANISER: "organiser",
    Audience.ADMIN: "administrator",
    Audience.DEMO: "anyone, in the demo",
}
_HEAD = """\
# Who may use what

Printed by `flask --app wsgi access-table` from `portal/policy/`; a test holds the two together.

This is the answer by role. Whose row it is, the page decides by looking it up through the person
who asks: other people's rows do not exist (404). "With a role" is an administrator, an organiser or
a county coordinator; an administrator may do whatever an organiser may.

| address | look (GET) | change (POST) |
|---|---|---|
"""


@click.command("access-table")
@with_appcontext
def access_table() -> None:
    """Print who may use which address, to keep in docs/access.md."""
    click.echo(as_markdown(current_app.url_map), nl=False)


def as_markdown(addresses: Map) -> str:
    """The table of every address of the portal and who may use it, by method."""
    found: dict[str, dict[str, str]] = {}
    for rule in addresses.iter_rules():
        for method, audience in TABLE.get(rule.endpoint, {}).items():
            if method in (rule.methods or ()):
                found.setdefault(rule.rule, {})[method] = _WORDS[audience]
    lines = [
        f"| `{address}` | {by.get('GET', '')} | {by.get('POST', '')} |\n"
        for address, by in sorted(found.items())
    ]
    return _HEAD + "".join(lines)
