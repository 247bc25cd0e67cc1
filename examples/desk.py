"""Serve a copy of the example to panel and tablet, until Ctrl+C: ``python examples/desk.py OUT_DIR [--lan]``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SONG = Path(__file__).parent / "paper-lanterns" / "Paper Lanterns.RPP"


def main(out: Path, flags: list[str]) -> int:
    """Copy the session with its sound, unless that was done before, and start the service on the copy."""
    copy = out / "desk" / SONG.name
    if not copy.exists():
        shutil.copytree(SONG.parent, copy.parent, dirs_exist_ok=True)
    print(f"Session: {copy}, a copy of the example. Ctrl+C ends it.", flush=True)
    command = [sys.executable, "-m", "actions.cli", "serve", "--project", str(copy), *flags]
    if os.name == "posix":
        # the service gets the signals itself
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
