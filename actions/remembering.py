"""Results that cost time, kept by what they follow from: the same question gets the answer of last time.

One small JSON file per answer in the user's cache directory. What cannot be read is forgotten; a directory
that cannot be written is only read; the oldest answers go first.
"""

import contextlib
import functools
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from analysis.cache import VERSION as MEASURES_VERSION
from analysis.cache import cache_folder

VERSION: Final = 2
"""Raise it whenever an answer is written in another form."""
ROOMS: Final = ("actions", "analysis", "reaper_bridge")
MOST_ANSWERS: Final = 2000


def question(*facts: object) -> str:
    """Return a name for everything an answer follows from; equal facts give equal names."""
    text = "\x1f".join(repr(fact) for fact in (VERSION, MEASURES_VERSION, _program(), *facts))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


@functools.cache
def _program() -> str:
    """Return a name for this very program, as another one may answer otherwise: its files, by size and time."""
    digest = hashlib.blake2b(digest_size=12)
    above = Path(__file__).resolve().parents[1]
    for path in sorted(path for room in ROOMS for path in (above / room).rglob("*.py")):
        status = path.stat()
        digest.update(f"{path.relative_to(above)}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read_answer(name: str) -> Any:
    """Return what was answered before, or None."""
    path = _folder() / f"{name}.json"
    try:
        answer = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return answer


def write_answer(name: str, answer: Any) -> None:
    """Keep an answer of plain JSON values; silently not, where the directory cannot be written."""
    folder, temporary, text = _folder(), None, json.dumps(answer)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            file.write(text)
        temporary.replace(folder / f"{name}.json")
        _forget_oldest(folder)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _folder() -> Path:
    return cache_folder() / "answers"


def _forget_oldest(folder: Path) -> None:
    paths = list(folder.glob("*.json"))
    if len(paths) > MOST_ANSWERS:
        for path in sorted(paths, key=lambda p: p.stat().st_mtime_ns)[: len(paths) - MOST_ANSWERS]:
            path.unlink(missing_ok=True)
