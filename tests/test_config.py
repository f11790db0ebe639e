"""Settings: enough with none, and a portal that would be unsafe says so in one line."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import config

ROOT = Path(__file__).resolve().parents[1]
LONG = "a long secret of many characters, " * 2
PRODUCTION = {
    "BASE_URL": "https://oppdrag.example.org",
    "SECRET_KEY": LONG,
    "FEED_KEY": LONG[::-1],
}


def test_nothing_need_be_set(tmp_path: Path):
    found = config.read({"INSTANCE_DIR": str(tmp_path)})

    assert {name: found[name] for name in ("BASE_URL", "PORT", "DEMO", "PRODUCTION")} == {
        "BASE_URL": "http://127.0.0.1:5000",
        "PORT": 5000,
        "DEMO": False,
        "PRODUCTION": False,
    }
    assert found["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'portal.db'}"
    assert found["TRUSTED_HOSTS"] == ["127.0.0.1", "127.0.0.1", "localhost"]


def test_keys_are_made_once_and_kept_for_their_owner_alone(tmp_path: Path):
    first = config.read({"INSTANCE_DIR": str(tmp_path)})
    second = config.read({"INSTANCE_DIR": str(tmp_path)})

    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == ["feed_key.txt", "secret_key.txt"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert (first["SECRET_KEY"], first["FEED_KEY"]) == (second["SECRET_KEY"], second["FEED_KEY"])
    assert first["SECRET_KEY"] != first["FEED_KEY"]


def test_the_port_moves_the_address(tmp_path: Path):
    found = config.read({"INSTANCE_DIR": str(tmp_path), "PORT": "5001"})

    assert (found["PORT"], found["BASE_URL"]) == (5001, "http://127.0.0.1:5001")


def test_a_worker_looks_every_second_at_most_and_keeps_texts_for_thirty_days(tmp_path: Path):
    def found(**values: str) -> tuple[int, int, int]:
        read = config.read({"INSTANCE_DIR": str(tmp_path), **values})
        return (
            read["OUTBOX_POLL_SECONDS"],
            read["MAIL_KEPT_DAYS"],
            read["PUBLISHER"]["mail_days_kept"],
        )

    assert found() == (1, 30, 30)
    assert found(OUTBOX_POLL_SECONDS="0", MAIL_KEPT_DAYS="7") == (1, 7, 7)


def test_an_https_address_means_production(tmp_path: Path):
    found = config.read({**PRODUCTION, "INSTANCE_DIR": str(tmp_path)})

    assert found["PRODUCTION"] is True
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"] == "__Host-portal"
    assert (found["SECRET_KEY"], found["FEED_KEY"]) == (LONG, LONG[::-1])
    assert found["TRUSTED_HOSTS"] == ["oppdrag.example.org"]
    assert found["MAIL_FROM"] == "oppdrag@oppdrag.example.org"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"BASE_URL": "oppdrag.example.org"},
         "BASE_URL must be an http or https address, not 'oppdrag.example.org'"),
        ({"BASE_URL": "ftp://example.org"},
         "BASE_URL must be an http or https address, not 'ftp://example.org'"),
        ({"PORT": "five"}, "PORT must be a whole number, not 'five'"),
        ({"PORT": "-1"}, "PORT must be a whole number, not '-1'"),
        ({"MAIL_PORT": "25x"}, "MAIL_PORT must be a whole number, not '25x'"),
        ({"TRUSTED_PROXIES": "all"}, "TRUSTED_PROXIES must be a whole number, not 'all'"),
        ({"DATABASE_URL": "mysql://localhost/portal"},
         "DATABASE_URL must start with sqlite:/// or postgresql+psycopg://"),
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY must be set to at least 32 characters"),
        ({**PRODUCTION, "SECRET_KEY": "dev"}, "SECRET_KEY must be set to at least 32 characters"),
        ({**PRODUCTION, "FEED_KEY": "short"}, "FEED_KEY must be set to at least 32 characters"),
    ],
)  # fmt: skip
def test_a_setting_that_will_not_do_is_told(tmp_path: Path, settings: dict[str, str], line: str):
    with pytest.raises(config.BadSetting) as refused:
        config.read({"INSTANCE_DIR": str(tmp_path), **settings})

    assert str(refused.value) == line


@pytest.mark.parametrize(
    "program", [["-c", "import wsgi"], ["-m", "flask", "--app", "wsgi", "routes"]]
)
def test_the_start_ends_with_one_line_and_exit_code_two(tmp_path: Path, program: list[str]):
    ours = {"BASE_URL": "https://oppdrag.example.org", "INSTANCE_DIR": str(tmp_path)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    done = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT, env=kept | ours, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "The portal cannot start: SECRET_KEY must be set to at least 32 characters\n",
    )


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://oppdrag.example.org", "oppdrag.example.org"),
        ("http://127.0.0.1:5000", "portal.example.org"),
        ("http://localhost", "portal.example.org"),
    ],
)
def test_a_portal_without_a_domain_writes_from_an_invented_one(base_url: str, domain: str):
    assert config.domain_of(base_url) == domain


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("imaps://kalender%40example.org:p%2Fa%20ss%40@mail.example.org/INBOX.P%C3%A5",
         ("mail.example.org", 993, True, "kalender@example.org", "p/a ss@", "INBOX.På", False)),
        ("imap://ola:hemmelig@127.0.0.1:1143/",
         ("127.0.0.1", 1143, False, "ola", "hemmelig", "INBOX", True)),
        ("imap://ola@example.org:hemmelig@localhost",
         ("localhost", 143, False, "ola@example.org", "hemmelig", "INBOX", True)),
        ("imap://ola:hemmelig@[::1]:1143",
         ("::1", 1143, False, "ola", "hemmelig", "INBOX", True)),
    ],
)  # fmt: skip
def test_the_mailbox_is_named_by_an_address(tmp_path: Path, url: str, found: tuple):
    inbox = config.read({"INSTANCE_DIR": str(tmp_path), "INBOX_URL": url})["INBOX"]

    assert found == (
        inbox.host, inbox.port, inbox.is_secure, inbox.user, inbox.password, inbox.folder,
        inbox.is_near,
    )  # fmt: skip
    assert inbox.password not in repr(inbox)
    assert inbox.password not in inbox.name


@pytest.mark.parametrize(
    "url",
    [
        "http://ola:hemmelig@mail.example.org",
        "imaps://mail.example.org",
        "imaps://ola@mail.example.org",
        "imaps://:hemmelig@mail.example.org",
        "imaps://ola:hemmelig@",
        "imaps://ola:hemm/elig@mail.example.org",
        "imaps://ola:hemm?elig@mail.example.org",
        "imaps://ola:hemm#elig@mail.example.org",
        "imaps://ola:hemmelig@mail.example.org:99999",
        "imaps://ola:hemmelig@mail.example.org:x",
        "imaps://ola:hemm%0D%0Aelig@mail.example.org",
        "imaps://ola:hemm%E5elig@mail.example.org",
        "imaps://ola:hemmelig@mail.example.org/A%00",
        "imaps://ola:hemmelig@[mail.example.org",
    ],
)
def test_an_address_of_a_mailbox_that_will_not_do_is_told_without_its_password(
    tmp_path: Path, url: str
):
    with pytest.raises(config.BadSetting) as refused:
        config.read({"INSTANCE_DIR": str(tmp_path), "INBOX_URL": url})

    assert str(refused.value) == (
        "INBOX_URL must read imaps://user:password@host/folder, with %40 for @, %2F for / and so on"
        " within user, password and folder"
    )
    assert refused.value.__context__ is None


def test_the_mailbox_is_optional_and_read_every_two_minutes(tmp_path: Path):
    def found(**values: str) -> tuple:
        read = config.read({"INSTANCE_DIR": str(tmp_path), **values})
        return read["INBOX"], read["INBOX_FETCH_SECONDS"], read["AUTHSERV_ID"]

    assert found() == (None, 120, "")
    assert found(INBOX_FETCH_SECONDS="0", AUTHSERV_ID=" mx.example.org ") == (
        None, 0, "mx.example.org",
    )  # fmt: skip
    with pytest.raises(config.BadSetting, match="INBOX_URL has a user, host or folder that is too"):
        found(INBOX_URL=f"imaps://ola:hemmelig@mail.example.org/{'x' * 201}")


def test_what_goes_to_many_is_held_for_five_minutes_unless_set(tmp_path: Path):
    given = {"INSTANCE_DIR": str(tmp_path)}

    assert config.read(given)["MAILING_HOLD_SECONDS"] == 300
    assert config.read({**given, "MAILING_HOLD_SECONDS": "0"})["MAILING_HOLD_SECONDS"] == 0
    with pytest.raises(config.BadSetting, match="MAILING_HOLD_SECONDS"):
        config.read({**given, "MAILING_HOLD_SECONDS": "five"})
