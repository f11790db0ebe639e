"""Who wrote a message, as our own mail server found out; whatever others say is passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.authentication import proves

OURS = "mx.portal.example.org"


def is_proved(*results: str, domain: str = "kommune.example.org", ours: str = OURS) -> bool:
    return proves(results, ours, domain)


@pytest.mark.parametrize(
    "header",
    [
        f"{OURS}; dmarc=pass header.from=kommune.example.org",
        f"{OURS}; dmarc=pass (p=reject dis=none) header.from=Kommune.Example.org",
        f"{OURS} 1; spf=fail smtp.mailfrom=x.y; dkim=pass header.d=kommune.example.org",
        f"{OURS}; dkim=pass header.i=@kommune.example.org header.s=sel header.b=abc",
        f"{OURS}; dkim=pass (2048-bit; unprotected) header.d=example.org header.b=\"a;b\"",
        f"{OURS}; dkim=fail header.d=kommune.example.org; dkim=pass header.d=example.org",
        "  MX.PORTAL.EXAMPLE.ORG ;dkim = pass header . d = example.org",
        f"(a (nested; one) comment) {OURS}; dkim=pass header.d=example.org",
        f"{OURS}; dkim/1=pass header.d=\"example.org\"",
        f"{OURS}; dkim=pass header.d=kommune.example.org.",
    ],
)  # fmt: skip
def test_a_pass_for_the_domain_proves_it(header: str):
    assert is_proved(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";;;;",
        OURS,
        f"{OURS}; none",
        f"{OURS}; spf=pass smtp.mailfrom=ola@kommune.example.org",
        f"{OURS}; dmarc=pass",
        f"{OURS}; dmarc=pass header.from=example.org",
        f"{OURS}; dmarc=fail header.from=kommune.example.org; dkim=pass header.d=example.org",
        f"{OURS}; dkim=pass header.d=example.org; dmarc=none header.from=kommune.example.org",
        f"{OURS}; dkim=pass header.d=org",
        f"{OURS}; dkim=pass header.d=post.kommune.example.org",
        f"{OURS}; dkim=pass header.d=ommune.example.org",
        f"{OURS}; dkim=passed header.d=example.net",
        f"{OURS}; dkim=fail reason=\"dkim=pass header.d=example.org\"",
        f"{OURS}; x=\"; dkim=pass header.d=example.org\"",
        f"{OURS}; (dkim=pass header.d=example.org)",
        f"{OURS}; (\\) dkim=pass header.d=example.org",
        f"mx.attacker.example; ({OURS};) dkim=pass header.d=example.org",
        f"{OURS}.attacker.example; dkim=pass header.d=example.org",
        f"{OURS}x; dkim=pass header.d=example.org",
        f'{OURS}; dkim=pass header.d=attacker.example header.i="x\\" header.d=example.org"',
        f"{OURS}; dkim=pass header.i=x header.d=example.org@attacker.example header.d=example.org",
    ],
)  # fmt: skip
def test_anything_else_proves_nothing(header: str):
    assert not is_proved(header)


def test_others_are_passed_over_and_of_ours_the_topmost_counts():
    good, bad = f"{OURS}; dkim=pass header.d=example.org", f"{OURS}; dkim=fail header.d=example.org"
    foreign = good.replace(OURS, "mx.attacker.example")

    assert is_proved(foreign, good)
    assert is_proved(good, bad)
    assert not is_proved(bad, good)
    assert not is_proved(foreign)


@pytest.mark.parametrize(("domain", "ours"), [("", OURS), ("kommune.example.org", ""), ("", "")])
def test_without_a_domain_or_a_server_nothing_is_proved(domain: str, ours: str):
    header = f"{ours}; dkim=pass header.d=kommune.example.org; dmarc=pass header.from="

    assert not is_proved(header, domain=domain, ours=ours)


@given(st.lists(st.text(alphabet=f'{OURS};()"\\= /dkimpasshe', max_size=200), max_size=4))
def test_no_text_makes_it_stumble(headers: list[str]):
    assert proves(headers, OURS, "unrelated.example.com") is False
