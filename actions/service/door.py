"""The door: a port on loopback through which REAPER's actions, and other programs of this user, ask for things.

One connection carries one line of JSON in and one out::

    {"token": "…", "do": "mix_all", "request_id": "…"}      →      {"ok": true, "state": {…}}

The port and the token stand in a file that only the user can read. Who does not know the token, sends more than
a line, or takes his time, gets one line that says so, or nothing.
"""

import asyncio
import hmac
import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from actions.folders import private_folder, write_private
from actions.service.orders import LONGEST_WORD, Order

LOOPBACK: Final = "127.0.0.1"
MOST_BYTES: Final = 4096
MOST_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 32
PROTOCOL: Final = 1
log: Final = logging.getLogger("first_pass.door")

Answer = Callable[[Order], dict[str, Any]]


class Refused(Exception):
    """What was said at the door cannot be answered; the message may be told."""


class Door:
    """Listens while it is open. ``answer`` is called in the event loop for each order and must return at once."""

    def __init__(self, answer: Answer, verbs: tuple[str, ...]) -> None:
        self._answer = answer
        self._verbs = verbs
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None
        self._file: Path | None = None
        self._open_count = 0

    async def open(self, file: Path, besides: Mapping[str, Any] | None = None) -> int:
        """Listen, and leave word of port and token in a file, with what else is to be told; return the port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0, limit=MOST_BYTES)
        port: int = self._server.sockets[0].getsockname()[1]
        private_folder(file.parent)
        told = {**(besides or {}), "port": port, "token": self._token, "pid": os.getpid(), "protocol": PROTOCOL}
        write_private(file, json.dumps(told) + "\n")
        self._file = file
        return port

    async def close(self) -> None:
        """Stop listening and take the word back."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open_count += 1
        try:
            if self._open_count > MOST_CONNECTIONS:
                return
            line = await asyncio.wait_for(reader.readline(), MOST_SECONDS)
            if line:
                writer.write(self._reply(line))
                await asyncio.wait_for(writer.drain(), MOST_SECONDS)
        except ValueError:
            log.warning("a message longer than a line was dropped")
        except (asyncio.TimeoutError, TimeoutError):
            log.warning("a client that took its time was dropped")
        except OSError:
            log.debug("a client went away")
        finally:
            self._open_count -= 1
            writer.close()

    def _reply(self, line: bytes) -> bytes:
        try:
            told = {"ok": True, **self._answer(parsed_order(line, self._token, self._verbs))}
        except Refused as refused:
            # never the line itself: it may hold the token
            log.warning("refused at the door: %s", refused)
            told = {"ok": False, "error": str(refused)}
        except Exception as error:
            log.exception("unexpected at the door")
            told = {"ok": False, "error": f"Something unexpected went wrong ({type(error).__name__})."}
        return json.dumps(told, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def parsed_order(line: bytes, token: str, verbs: tuple[str, ...]) -> Order:
    """Return the order in a line.

    Raises:
        Refused: It is not one, or does not come from somebody who knows the token.
    """
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused("This is not a line of JSON.") from error
    if not isinstance(told, dict):
        raise Refused("This is not an object.")
    given = told.get("token")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode()):
        raise Refused("The token is missing or wrong; it stands in service.json.")
    do, request_id = told.get("do"), told.get("request_id", "")
    if do not in verbs:
        raise Refused(f"There is no such thing to do. Choose from: {', '.join(verbs)}.")
    if not isinstance(request_id, str) or len(request_id) > LONGEST_WORD:
        raise Refused(f"A request_id is a text of at most {LONGEST_WORD} characters.")
    return Order(str(do), request_id)
