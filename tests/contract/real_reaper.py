"""A real REAPER from the outside: a person's hands are small Lua scripts that the running REAPER is asked to run.

``reaper -nonewinst script.lua`` runs a script in the REAPER that runs already. Each script leaves a file when done.
"""

import itertools
import json
import os
import subprocess
import time
from pathlib import Path

EXECUTABLE = "FIRST_PASS_REAPER"
DEADLINE_SECONDS = 30.0
_NUMBERS = itertools.count(1)

NEW_TAB = """
reaper.Main_OnCommand(40859, 0)
reaper.Main_openProject("noprompt:" .. {path})
"""
CLOSE_TAB = """
local project, path = reaper.EnumProjects(-1, "")
if path == {path} then
  reaper.Main_SaveProjectEx(project, path, 0)
  reaper.Main_OnCommand(40860, 0)
end
"""
ON_TRACKS = """
local wanted = {{}}
for _, guid in ipairs({{{guids}}}) do wanted[guid] = true end
reaper.Undo_BeginBlock2(0)
for index = 0, reaper.CountTracks(0) - 1 do
  local track = reaper.GetTrack(0, index)
  local is_wanted = wanted[reaper.GetTrackGUID(track)]
  {act}
end
reaper.Undo_EndBlock2(0, "By hand", -1)
"""
SELECT = "reaper.SetTrackSelected(track, is_wanted == true)"
SET_FADER = 'if is_wanted then reaper.SetMediaTrackInfo_Value(track, "D_VOL", {value}) end'
DONE = """
local file = io.open({done}, "w")
file:write("done")
file:close()
"""


class RealReaper:
    """The REAPER of this user, in which a test opens projects in tabs of their own."""

    def __init__(self, executable: Path, folder: Path) -> None:
        self._executable = executable
        self._folder = folder

    def open(self, project: Path) -> None:
        """Open a project in a new tab."""
        self._run(NEW_TAB.format(path=text(str(project))))

    def close(self, project: Path) -> None:
        """Close the tab in front if it shows this project, which is saved first, so that nothing is asked."""
        self._run(CLOSE_TAB.format(path=text(str(project))))

    def select(self, guids: list[str]) -> None:
        """Select these tracks and no others."""
        self._run(on_tracks(guids, SELECT))

    def set_fader(self, guid: str, value: float) -> None:
        """Move a fader."""
        self._run(on_tracks([guid], SET_FADER.format(value=value)))

    def _run(self, lua: str) -> None:
        number = next(_NUMBERS)
        script, done = self._folder / f"hand {number}.lua", self._folder / f"hand {number}.done"
        script.write_text(lua + DONE.format(done=text(str(done))), encoding="utf-8")
        subprocess.run([self._executable, "-nonewinst", script], check=True, timeout=DEADLINE_SECONDS)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not done.exists():
            assert time.monotonic() < deadline, "REAPER did not run the script; does it show a dialog?"
            time.sleep(0.02)


def on_tracks(guids: list[str], act: str) -> str:
    """Return a script that does something to each track, knowing whether it is one of these."""
    return ON_TRACKS.format(guids=", ".join(map(text, guids)), act=act)


def text(words: str) -> str:
    """Return words as Lua writes them."""
    return json.dumps(words, ensure_ascii=False)


def executable() -> Path | None:
    """Return the REAPER that the environment names."""
    named = os.environ.get(EXECUTABLE)
    return Path(named) if named else None
