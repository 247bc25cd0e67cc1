"""REAPER's web interface, as far as reapy's client uses it: ext state, and actions run on the main thread."""

from __future__ import annotations

import http.server
import threading
import urllib.parse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.standin.control import Control
    from tests.standin.desk import Desk


def serve(desk: Desk, control: Control, port: int) -> int:
    """Listen on a port of the loopback (0: one the system picks) and return it."""
    handler = type("Handler", (_Handler,), {"desk": desk, "control": control})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class _Handler(http.server.BaseHTTPRequestHandler):
    desk: Desk
    control: Control

    def do_GET(self) -> None:
        body = ""
        if self.path.startswith("/_/"):
            body = "".join(self._command(command) for command in self.path[3:].split(";"))
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _command(self, text: str) -> str:
        words = [urllib.parse.unquote(word) for word in text.split("/")]
        if words[:2] == ["GET", "EXTSTATE"] and len(words) == 4:
            value = self.desk.ext_state.get((words[2], words[3]), "")
            return f"EXTSTATE\t{words[2]}\t{words[3]}\t{value}\n"
        if words[:2] == ["SET", "EXTSTATE"] and len(words) == 5:
            self.desk.ext_state[words[2], words[3]] = words[4]
        elif words[0].startswith("_") or words[0].isdigit():
            self.control.do_later(lambda: self._run(words[0]))
        return ""

    def _run(self, action: str) -> None:
        number = self.desk.commands.lookup(action) if action.startswith("_") else int(action)
        if number:
            self.desk.commands.run(number)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: standard error is for errors of scripts."""
