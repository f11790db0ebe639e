"""A mail server that does nothing but take mail: a thread for each conversation.

``python -m bench.sinking MILLISECONDS`` prints its port and takes mail until it is ended, waiting
so long before the 250 of each message, as a server that looks for viruses does.
"""

import socket
import socketserver
import sys
import time

_END = b"\r\n.\r\n"


class Conversation(socketserver.BaseRequestHandler):
    """One client, from the banner to QUIT; what it says is taken, and nothing is kept."""

    server: "Sink"

    def handle(self) -> None:
        """Answer each command, and take each message."""
        self._rest = b""
        # Small answers must not wait for a segment to be full.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say("220 sink")
        while line := self._until(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say("250-sink\r\n250-8BITMIME\r\n250 SIZE 33554432")
            elif verb == b"DATA":
                self._say("354 Go on")
                self._until(_END)
                time.sleep(self.server.seconds)
                self._say("250 Taken")
            elif verb == b"QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _until(self, end: bytes) -> bytes:
        """All that comes up to and with ``end``; nothing when the client has left."""
        while end not in self._rest:
            more = self.request.recv(65536)
            if not more:
                return b""
            self._rest += more
        found, _end, self._rest = self._rest.partition(end)
        return found + end

    def _say(self, line: str) -> None:
        self.request.sendall(line.encode() + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    """The server, on a free port of this machine; ``seconds`` is what a message costs it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.seconds = seconds


if __name__ == "__main__":
    with Sink(int(sys.argv[1]) / 1000) as sink:
        print(sink.server_address[1], flush=True)
        sink.serve_forever()
