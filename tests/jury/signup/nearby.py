"""What stands on the pages that say which schools suit somebody."""

import html
import re
from typing import Any

from flask.testing import FlaskClient

from portal.models.seasons import Season


def page_of(client: FlaskClient, season: Season, query: str = "", **args: Any) -> str:
    answer = client.get(f"/seasons/{season.slug}/near{query}", **args)
    return html.unescape(answer.text)


def groups(page: str) -> dict[str, list[str]]:
    """The schools under each heading, in their order."""
    found = {}
    for part in re.findall(
        r'<section aria-labelledby="(suits|outside|others)">(.*?)</section>', page, re.S
    ):
        found[part[0]] = re.findall(r"<h3[^>]*><a[^>]*>(\S+) vgs", part[1])
    return found


def why(page: str, school: str) -> str:
    """The sentence under one school."""
    return re.search(rf'>{school} vgs</a></h3>.*?<p class="why">(.*?)</p>', page, re.S)[1]
