"""What stands before replicas: each connection goes to the next one that takes it."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from threading import Thread

PIECE = 64 * 1024


class Balancer:
    """Forwards bytes and knows nothing of them; a replica that is gone is passed over."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turn = count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = self._connected()
        if server is None:
            client.close()
            return
        back = Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)

    def _connected(self) -> socket.socket | None:
        first = next(self._turn)
        for offset in range(len(self._ports)):
            port = self._ports[(first + offset) % len(self._ports)]
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), timeout=None)
        return None


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Until one side hangs up; then the other hears of it."""
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    for side in (source, target):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
        side.close()
