"""A small load generator: asks one address over and over on connections that stay open.

``python -m bench.asking PORT CONNECTIONS`` reads lines ``SECONDS PATH [NAME=VALUE …]`` and answers
each with one: how many answers came a second, and their status.
"""

import selectors
import socket
import sys
import time

_LENGTH = b"content-length:"


class Asker:
    """One connection, opened anew whenever the server closes it."""

    def __init__(self, port: int, request: bytes, selector: selectors.BaseSelector) -> None:
        self._port, self._request, self._selector = port, request, selector
        self._left = 0
        self.answered = 0
        self.statuses: set[int] = set()
        self._open()

    def _open(self) -> None:
        self._connection = socket.create_connection(("127.0.0.1", self._port))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._connection, selectors.EVENT_READ, self)
        self._ask()

    def _ask(self) -> None:
        self._left = -1
        self._connection.sendall(self._request)

    def read(self, buffer: memoryview) -> None:
        """Take what has come; ask again when the answer is whole."""
        try:
            got = self._connection.recv_into(buffer)
            if got and self._left < 0:
                status, self._left = _begun(bytes(buffer[:got]))
                self.statuses.add(status)
            elif got:
                self._left -= got
            if got and self._left == 0:
                self.answered += 1
                self._ask()
        except ConnectionError:
            got = 0
        if not got:
            self.close()
            self._open()

    def close(self) -> None:
        """Hang up."""
        self._selector.unregister(self._connection)
        self._connection.close()


def rate(port: int, connections: int, seconds: float, request: bytes) -> tuple[float, int]:
    """Answers a second to ``request``, and their status; all must have the same."""
    selector = selectors.DefaultSelector()
    askers = [Asker(port, request, selector) for _each in range(connections)]
    buffer = memoryview(bytearray(1024 * 1024))
    begun = time.perf_counter()
    while time.perf_counter() < begun + seconds:
        for key, _events in selector.select(1):
            key.data.read(buffer)
    took = time.perf_counter() - begun
    answered, statuses = 0, set()
    for asker in askers:
        answered += asker.answered
        statuses |= asker.statuses
        asker.close()
    if len(statuses) != 1:
        raise RuntimeError(f"answers of several kinds: {statuses}")
    return answered / took, statuses.pop()


def request_for(path: str, headers: list[str]) -> bytes:
    """The bytes that ask for ``path``, with ``headers`` as ``Name=value``."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [": ".join(header.split("=", 1)) for header in headers]
    return "\r\n".join([*lines, "", ""]).encode()


def _begun(answer: bytes) -> tuple[int, int]:
    """Status, and how many bytes of the body have still to come."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        raise RuntimeError("the head of an answer came in pieces")
    lengths = [
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(_LENGTH)
    ]
    status = int(head.split()[1])
    length = lengths[0] if lengths and status != 304 else 0
    return status, length - len(body)


def _main(port: str, connections: str) -> None:
    for line in sys.stdin:
        seconds, path, *headers = line.rstrip("\n").split("\t")
        found, status = rate(
            int(port), int(connections), float(seconds), request_for(path, headers)
        )
        print(found, status, flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
