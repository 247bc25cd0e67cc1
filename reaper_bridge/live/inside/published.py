"""The file that tells the user's own programs, and nobody else, where the bridge listens and what it asks for."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

FOLDER = "First Pass"
FILE = "bridge.json"


def publish(resource_path: str, facts: dict[str, Any]) -> Path:
    """Write the file whole, readable by the user alone, and return where it lies.

    Raises:
        OSError: It cannot be written.
    """
    folder = Path(resource_path) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    path = folder / FILE
    new = folder / f"{FILE}.{os.getpid()}"
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    descriptor = os.open(str(new), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(facts, file)
    new.replace(path)
    return path


def withdraw(path: Path, token: str) -> None:
    """Remove the file, unless another bridge has written its own there since."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text(encoding="utf-8")).get("token") == token:
            path.unlink()
