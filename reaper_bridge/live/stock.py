"""Python-reapy's own server inside REAPER: known by its port, and used only where the user insists.

It listens to the whole network and calls whatever function anybody names. Where it has to do, it is asked for two
things only: functions of REAPER's API, and our own agent as it is installed. It is never sent code.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.line import Line
from reaper_bridge.session.errors import HostGoneError

STOCK_PORT: Final = 2306
PACKAGE: Final = Path("Scripts") / "First Pass" / "first_pass_inside"
_GREETING_SECONDS: Final = 0.5


def is_stock_server(port: int = STOCK_PORT) -> bool:
    """Tell whether something greets on that port as python-reapy's server does, with the asker's address."""
    try:
        line = Line(port, _GREETING_SECONDS)
    except OSError:
        return False
    line.close()
    return line.greeting.startswith("('127.0.0.1',")


class StockLine:
    """A line to our agent through python-reapy's server; exchanges what ``Line`` does.

    Raises:
        HostGoneError: First Pass is not installed in that REAPER. (Its server would die of being asked for it.)
        OSError: Nobody listens.
    """

    def __init__(self, port: int, timeout_seconds: float) -> None:
        self._line = Line(port, timeout_seconds)
        self.port = port
        try:
            self.resource_path = Path(self._call("reapy.reascript_api", "GetResourcePath", [], timeout_seconds))
            folder = (self.resource_path / PACKAGE).parent
            if not (self.resource_path / PACKAGE / "requests.py").is_file():
                raise HostGoneError(f"First Pass is not installed in {self.resource_path}; run `first-pass install`.")
            if not self._call("sys", "path.count", [str(folder)], timeout_seconds):
                self._call("sys", "path.append", [str(folder)], timeout_seconds)
        except BaseException:
            self._line.close()
            raise

    @property
    def is_alive(self) -> bool:
        """Tell whether nothing has gone wrong so far."""
        return self._line.is_alive

    def exchange(self, request: Mapping[str, Any], timeout_seconds: float) -> dict[str, Any]:
        """Have our agent answer a request as our own server would.

        Raises:
            HostGoneError: The reply did not come, or the line was dead already.
        """
        text = self._call("first_pass_inside.requests", "answer_text", [json.dumps(request)], timeout_seconds)
        reply: dict[str, Any] = json.loads(text)
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def _call(self, module: str, name: str, args: list[Any], timeout_seconds: float) -> Any:
        function = {"__callable__": True, "module_name": module, "name": name}
        reply = self._line.exchange({"function": function, "input": {"args": args, "kwargs": {}}}, timeout_seconds)
        if reply["type"] == "error":
            raise HostGoneError("Python-reapy's server in REAPER failed; run REAPER's action First Pass: Start bridge.")
        return reply["value"]
