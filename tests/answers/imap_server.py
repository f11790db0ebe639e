"""A real IMAP server on loopback, pymap's, and folders of it for tests.

``python -m tests.answers.imap_server TLS PEM [NAME …]`` prints its port and serves until killed. It
keeps silent about the capabilities named.
"""

import asyncio
import imaplib
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import imap_tools
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Login
from pymap.imap import IMAPServer

from config import MailAccount
from portal.tokens import public_id

ROOT = Path(__file__).resolve().parents[2]
USER, PASSWORD = "kalender@portal.example.org", "hemmelig-og-lang"


@dataclass(frozen=True)
class Server:
    """A server that is up."""

    port: int

    def account(self, folder: str = "", *, password: str = PASSWORD) -> MailAccount:
        """An account at the server, with a folder that nobody else uses."""
        return MailAccount(
            host="127.0.0.1", port=self.port, is_secure=False, user=USER, password=password,
            folder=folder or f"Inn-{public_id()}",
        )  # fmt: skip

    def url(self, account: MailAccount) -> str:
        """The same as it stands in INBOX_URL."""
        user = USER.replace("@", "%40")
        return f"imap://{user}:{account.password}@127.0.0.1:{self.port}/{account.folder}"


class Folder:
    """A folder as a person sees it who looks into the mailbox with a mail program."""

    def __init__(self, account: MailAccount) -> None:
        self.account = account
        self._box = imap_tools.MailBoxUnencrypted(account.host, account.port, timeout=20)
        # Or each message waits for an acknowledgement before its second half is sent.
        self._box.client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._box.login(account.user, account.password, initial_folder=None)
        self.make()

    def make(self) -> None:
        """Make the folder; made again after ``remove`` it has another UIDVALIDITY."""
        self._box.folder.create(self.account.folder)

    def remove(self) -> None:
        self._box.folder.delete(self.account.folder)

    def put(self, *messages: bytes, flags: str | None = None) -> None:
        """Let messages arrive."""
        for raw in messages:
            self._box.append(raw, self.account.folder, flag_set=flags)

    def remove_below(self, name: str) -> None:
        self._box.folder.delete(f"{self.account.folder}/{name}")

    def subjects(self, below: str = "") -> list[str]:
        """The subjects of what lies in the folder, or in one below it; none where it is missing."""
        return [message.subject for message in self._messages(below)]

    def flags(self, below: str = "") -> list[tuple[str, ...]]:
        return [
            tuple(flag for flag in message.flags if flag != "\\Recent")
            for message in self._messages(below)
        ]

    def whole(self, below: str = "") -> list[bytes]:
        """The messages, octet by octet."""
        self._open(below)
        uids = self._box.uids()
        answers = [self._box.client.uid("FETCH", uid, "(BODY.PEEK[])") for uid in uids]
        return [answer[1][0][1] for answer in answers]

    def count(self, below: str = "") -> int:
        return len(self._box.uids()) if self._open(below) else 0

    def flag(self, uid: int, flag: str) -> None:
        self._open("")
        self._box.client.uid("STORE", str(uid), "+FLAGS", f"({flag})")

    def uids(self, below: str = "") -> list[int]:
        return list(map(int, self._box.uids())) if self._open(below) else []

    def names(self) -> list[str]:
        """The folder and those below it."""
        return sorted(found.name for found in self._box.folder.list("", f"{self.account.folder}*"))

    def close(self) -> None:
        self._box.client.shutdown()

    def _messages(self, below: str) -> list[imap_tools.MailMessage]:
        return list(self._box.fetch(mark_seen=False)) if self._open(below) else []

    def _open(self, below: str) -> bool:
        name = f"{self.account.folder}/{below}" if below else self.account.folder
        try:
            self._box.folder.set(name, readonly=False)
        except (imap_tools.MailboxFolderSelectError, imaplib.IMAP4.error):
            return False
        return True


@contextmanager
def running(*silent_about: str, tls: str = "", pem: Path | None = None) -> Iterator[Server]:
    """A server in a process of its own; ``tls`` is "now" or "later" (STARTTLS), with ``pem``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.answers.imap_server", tls, str(pem or ""), *silent_about],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Server(int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


async def serve(tls: str, pem: str, silent_about: list[str]) -> None:
    """Serve until killed."""
    hidden = {name.encode() for name in silent_about}

    class Quiet(Config):
        @property
        def login_capability(self) -> list[bytes]:
            return [name for name in super().login_capability if name not in hidden]

    given = Namespace(
        host="127.0.0.1", port=0, debug=False, cert=pem or None, key=pem or None,
        tls=tls == "later", proxy_protocol=None, passlib_cfg=None, demo_data=False,
        demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip
    config = Quiet.from_args(given)
    config.apply_context()
    login = Login(config)
    await DictBackend._add_demo_user(config, login)
    answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config))
    # Named as TCP, or asyncio lets the kernel hold back every second packet.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    context = config.ssl_context if tls == "now" else None
    server = await asyncio.start_server(answer, sock=sock, ssl=context)
    print(sock.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3:]))
