"""A network that can really be cut: a port of its own that passes bytes on to a server, until it does not."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


class Wire:
    """``whole`` carries everything, ``deaf`` carries requests and loses the answers, ``cut`` refuses connections."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        assert parts.port is not None
        self.server = ("127.0.0.1", parts.port)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.deaf = False
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.mend()

    def mend(self) -> None:
        self.deaf = False
        if self._listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        self.deaf = False
        if self._listener is not None:
            # A thread that waits in accept() keeps the port open until it is woken.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in list(self._open):
            _end(each)

    def lose_answers(self) -> None:
        """From the next connection on: the server hears everything, the device nothing."""
        self.cut()
        self.mend()
        self.deaf = True

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self.server)
                self._open |= {near, far}
                for source, target, answers in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._carry, args=(source, target, answers), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self.deaf:
                    break
                target.sendall(data)
        for each in (source, target):
            _end(each)
            self._open.discard(each)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextlib.contextmanager
def wire_to(server: str) -> Iterator[Wire]:
    wire = Wire(server)
    yield wire
    wire.cut()
