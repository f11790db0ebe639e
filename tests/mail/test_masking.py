"""What looks at the log sees no key: links, reply addresses and the HTML form are masked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import masking

KEY = "bq7mz-hemmelig"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"Svar: https://x.example/asks/{KEY}?a=1#b.", "Svar: https://x.example/asks/…"),
        (f"https://x.example/choices?key={KEY}", "https://x.example/choices/…"),
        (f"https://x.example?key={KEY}", "https://x.example/…"),
        (f"WEBCAL://x.example/calendar/{KEY}.ics", "WEBCAL://x.example/calendar/…"),
        (f"<https://x.example/u/{KEY}>", "<https://x.example/u/…>"),
        (
            "Se https://x.example/ og https://y.example",
            "Se https://x.example/ og https://y.example",
        ),
        (f"Skriv til kalender+{KEY}@x.example", "Skriv til kalender+…@x.example"),
        ("2 + 2 @ kl. 9", "2 + 2 @ kl. 9"),
    ],
)
def test_links_keep_their_first_step_and_reply_addresses_their_name(text: str, masked: str):
    assert masking.mask(text) == masked


def test_the_html_form_keeps_its_look_and_loses_what_could_be_followed():
    html = (
        '<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0;url=https://x.example/asks/{KEY}">'
        '<style>p > a { color: red; }</style></head><body>'
        f'<p style="margin: 0">Hei &lt;Ola&gt; &amp; co: <a class="button" onclick="go()"'
        f' href="https://x.example/asks/{KEY}">Svar</a> https:&#47;&#47;x.example/asks/{KEY}</p>'
        f'<img src="https://x.example/{KEY}.png" alt="Bilde"><br>'
        f'<script>go("{KEY}")</script><!-- {KEY} --><form action="/asks/{KEY}">Ja</form>'
        '<iframe src="/">Nei</iframe></body></html>'
    )  # fmt: skip

    assert masking.mask_html(html) == (
        '<!doctype html><html lang="nb"><head><meta charset="utf-8">'
        '<meta content="0;url=https://x.example/asks/…">'
        '<style>p > a { color: red; }</style></head><body>'
        '<p style="margin: 0">Hei &lt;Ola&gt; &amp; co: <a class="button">Svar</a>'
        ' https://x.example/asks/…</p>'
        '<img alt="Bilde"><br>'
        'Ja'
        '</body></html>'
    )  # fmt: skip


_ALPHABET = st.sampled_from(
    [*"<>\"'&;:/ =-", "a", "script", "https:", "//x.example/asks/", "href", "+", "@", "\n", "style"]
)


@given(st.lists(_ALPHABET, max_size=40).map("".join))
def test_no_markup_makes_it_stumble_or_leaves_a_way_out(html: str):
    tags = re.findall("<[^>]*>?", masking.mask_html(html))

    assert [tag for tag in tags if re.match("<(script|iframe|form)|.*href=", tag, re.DOTALL)] == []
