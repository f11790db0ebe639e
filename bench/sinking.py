"""A mail server that does nothing but take mail: a thread for each conversation.

``python -m bench.sinking MILLISECONDS [WATCHED]`` prints its port and takes mail until it is ended,
waiting so long before the 250 of each message, as a server that looks for viruses does. For each
recipient that begins with WATCHED it prints the moment of the 250.
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
        self._rest, self._recipient = b"", ""
        # Small answers must not wait for a segment to be full.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say("220 sink")
        while line := self._until(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say("250-sink\r\n250-8BITMIME\r\n250 SIZE 33554432")
            elif verb == b"DATA":
                self._take_message()
            elif verb == b"RCPT":
                self._recipient = line.decode().partition("<")[2].partition(">")[0]
                self._say("250 OK")
            elif verb == b"QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _take_message(self) -> None:
        self._say("354 Go on")
        self._until(_END)
        time.sleep(self.server.seconds)
        self._say("250 Taken")
        if self.server.watched and self._recipient.startswith(self.server.watched):
            print(self._recipient, time.time(), flush=True)

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

    def __init__(self, seconds: float, watched: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.seconds, self.watched = seconds, watched


if __name__ == "__main__":
    with Sink(int(sys.argv[1]) / 1000, *sys.argv[2:]) as sink:
        print(sink.server_address[1], flush=True)
        sink.serve_forever()
