"""HTTP between the fake and its callers, to the byte: connections that are kept, that break, and bodies cut off."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fake_aws.faults import Reply

Answering = Callable[[str, str, dict[str, str], bytes], Reply | None]
_LINGER = struct.pack("ii", 1, 0)
"""Close with a reset."""


class Wire:
    """A server on a free port of this machine; `url` after `start`. `answering` gives None to break the connection."""

    def __init__(self, answering: Answering) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler_for(answering))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers that go away are no news."""


def _handler_for(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = answering(self.command, self.path, dict(self.headers.items()), body)
            if reply is None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
                self.close_connection = True
                return
            lines = [f"HTTP/1.1 {reply.status} Answer", f"Content-Length: {len(reply.body)}"]
            lines += [f"{name}: {value}" for name, value in reply.headers.items()]
            sent = reply.body if reply.whole else reply.body[: len(reply.body) // 2]
            self.wfile.write("\r\n".join([*lines, "", ""]).encode() + sent)
            self.close_connection = self.close_connection or not reply.whole

        do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """The log is `FakeAws.calls`."""

    return Handler
