"""Where First Pass keeps what belongs to the user and to no project: settings, reports, the log."""

import hashlib
import os
import tempfile
from pathlib import Path

import platformdirs


def config_folder() -> Path:
    """Return where settings are read from: ``FIRST_PASS_CONFIG_DIR``, else the user's settings folder."""
    chosen = os.environ.get("FIRST_PASS_CONFIG_DIR")
    return Path(chosen) if chosen else platformdirs.user_config_path("first-pass")


def data_folder() -> Path:
    """Return where reports and the log are kept: ``FIRST_PASS_DATA_DIR``, else the user's data folder."""
    chosen = os.environ.get("FIRST_PASS_DATA_DIR")
    return Path(chosen) if chosen else platformdirs.user_data_path("first-pass")


def project_key(path: Path) -> str:
    """Return a name for a project that can be a file's: readable, and another one for every path."""
    place = os.path.realpath(path) if path.is_absolute() or path.exists() else str(path)
    readable = "".join(c if c.isalnum() or c in "-_" else "-" for c in path.stem)[:40].strip("-") or "project"
    return f"{readable}-{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def private_folder(path: Path) -> Path:
    """Make a folder that only the user can look into, and return it."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only the user can read and that appears only when it is complete."""
    # mkstemp makes files that nobody else may read
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".first-pass-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
