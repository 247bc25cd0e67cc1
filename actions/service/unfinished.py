"""What was under way when the service or REAPER ended, so that the next start can say how it left the project.

A write is one step that happens whole or not at all, so it is enough to know how our notes in the project stood
before: they stand so still, and nothing was written; or they do not, and all of it was.
"""

import hashlib
import json
from pathlib import Path

from actions.folders import data_folder, private_folder, project_key, write_private
from reaper_bridge.session.ledger import Ledger


def begin(song: Path, do: str, ledger: Ledger) -> None:
    """Note that something begins; a folder that cannot be written is no reason not to."""
    try:
        private_folder(_note(song).parent)
        write_private(_note(song), json.dumps({"do": do, "stood": _standing(ledger)}) + "\n")
    except OSError:
        return


def end(song: Path) -> None:
    """Note that it has ended, however it did."""
    _note(song).unlink(missing_ok=True)


def told_of_last_time(song: Path, ledger: Ledger) -> str:
    """Say how something that broke off left the project; "" if nothing did."""
    try:
        told = json.loads(_note(song).read_text("utf-8"))
        do, stood = str(told["do"]).replace("_", " ").capitalize(), told["stood"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    if stood == _standing(ledger):
        return f"“{do}” broke off last time: nothing of it was written, the project is as it was before."
    label = f": {ledger.passes[-1].label}" if ledger.passes else ""
    return f"“{do}” broke off last time: all of it was written{label}."


def _note(song: Path) -> Path:
    return data_folder() / "unfinished" / f"{project_key(song)}.json"


def _standing(ledger: Ledger) -> str:
    passes = [
        (entry.id, entry.label, entry.written_at, entry.restore, entry.revision.label if entry.revision else "")
        for entry in ledger.passes
    ]
    locks = sorted((track_id, sorted(kinds)) for track_id, kinds in ledger.locks.items())
    return hashlib.sha256(repr((passes, locks)).encode("utf-8", "surrogatepass")).hexdigest()
