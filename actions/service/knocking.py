"""Ask the service that runs already: one line to its door, one line back."""

import json
import socket
from pathlib import Path
from typing import Any

from reaper_bridge.session.errors import SettingsError


def ask(file: Path, do: str, request_id: str = "", timeout_seconds: float = 5.0) -> dict[str, Any]:
    """Ask the service that left word in a file to do something; return its reply.

    Raises:
        SettingsError: No service answers there.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        line = json.dumps({"token": told["token"], "do": do, "request_id": request_id}) + "\n"
        with socket.create_connection(("127.0.0.1", int(told["port"])), timeout_seconds) as connection:
            connection.sendall(line.encode())
            with connection.makefile("rb") as answers:
                reply = json.loads(answers.readline())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"No service answers at {file} ({error}); start it with `first-pass serve`.") from error
    assert isinstance(reply, dict)
    return reply
