"""The person at the desk: a loopback channel of JSON lines, whose commands run on the main thread between ticks.

A line is ``{"command": name, "arguments": {…}}``; the answer ``{"value": …}`` or ``{"error": text}``. Commands are
served while a box is on screen too, as a person's clicks are, but not while a script holds the main thread.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

Command = Callable[..., Any]


class Control:
    """Takes commands from the channel to the main thread and the answers back."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self._waiting: queue.Queue[tuple[dict[str, Any], queue.Queue[dict[str, Any]]]] = queue.Queue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                answer: queue.Queue[dict[str, Any]] = queue.Queue()
                self._waiting.put((json.loads(line), answer))
                lines.write(json.dumps(answer.get()) + "\n")
                lines.flush()

    def do_later(self, function: Callable[[], Any]) -> Any:
        """Run a function on the main thread and return its value; for other threads of this process."""
        answer: queue.Queue[dict[str, Any]] = queue.Queue()
        self._waiting.put(({"function": function}, answer))
        return answer.get().get("value")

    def serve_until(self, due: float) -> None:
        """Run commands as they come until a moment of the monotonic clock."""
        while True:
            try:
                request, answer = self._waiting.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                return
            answer.put(self._answer(request))
            if time.monotonic() >= due:
                return

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            if "function" in request:
                return {"value": request["function"]()}
            return {"value": self.commands[request["command"]](**request.get("arguments", {}))}
        except Exception:
            return {"error": traceback.format_exc()}
