"""The log: one JSON object a line, turned over by size. Nothing that is said to the door stands in it."""

import json
import logging
from datetime import datetime, timezone
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from actions.folders import private_folder

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class Lines(logging.Formatter):
    """A record as one line of JSON: when, how grave, what, and the facts that were given with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        facts = {key: value for key, value in vars(record).items() if key not in _OWN}
        told = {"at": when, "level": record.levelname.lower(), "what": record.getMessage(), **facts}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def open_log(folder: Path, *, level: str = "info", most_bytes: int = 1_000_000, files: int = 3) -> Path:
    """Log into a folder from now on; return the file."""
    path = private_folder(folder) / "service.log"
    handler = RotatingFileHandler(path, maxBytes=most_bytes, backupCount=files, encoding="utf-8")
    handler.setFormatter(Lines())
    root = logging.getLogger("first_pass")
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    root.propagate = False
    return path
