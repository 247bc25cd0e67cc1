"""Before and after the last pass as two files to listen to, equally loud: for a session that no REAPER plays.

They are rendered by the offline model, on demand. Every rendering has a folder with a name of its own, so that a player
never gets a piece of one and a piece of another; an older one goes when a newer is there.
"""

import contextlib
import shutil
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from actions.folders import data_folder, private_folder, project_key
from actions.progress import Course
from actions.revising import last_pass
from actions.service.orders import Done
from actions.service.revisions import end_for_the_time_being
from reaper_bridge.session.errors import ProjectWriteError
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import with_plan

if TYPE_CHECKING:
    from actions.service.session_desk import SessionDesk

SIDES: Final = ("before", "after")
_BLOCK_FRAMES: Final = 1 << 18


def preview(desk: "SessionDesk", course: Course) -> Done:
    """Render what the session sounds like before and after the last pass, as it stands."""
    last_pass(desk.ledger)
    end_for_the_time_being(desk, course)
    entry = last_pass(desk.ledger)
    folder = previews_folder() / f"{project_key(desk.song)}.{time_ns()}"
    try:
        private_folder(folder)
        _render(desk, {"before": with_plan(desk.session, entry.plan.inverse), "after": desk.session}, folder, course)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise ProjectWriteError(f"{folder}: the previews cannot be written: {error.strerror}.") from error
        raise
    for older in previews_folder().glob(f"{project_key(desk.song)}.*"):
        if older != folder:
            with contextlib.suppress(OSError):
                shutil.rmtree(older)
    desk.preview, desk.preview_of = folder.name, desk.place.mark()
    return Done("Before and after are there to listen to, equally loud.")


def previews_folder() -> Path:
    """Return where previews are kept."""
    return data_folder() / "previews"


def preview_file(name: str, side: str) -> Path | None:
    """Return one side of a preview by its name; None where there is none."""
    folder = previews_folder()
    if side not in SIDES or not folder.is_dir() or name not in (entry.name for entry in folder.iterdir()):
        return None
    file = folder / name / f"{side}.wav"
    return file if file.is_file() else None


def _render(desk: "SessionDesk", sessions: dict[str, Session], folder: Path, course: Course) -> None:
    from actions.hearing import project_rate
    from actions.mixdown import playable, write_mix

    sources, _ = playable(desk.place.host.sources([track.id for track in desk.session.tracks]))
    rate = project_rate(desk.session, sources)
    loudness: dict[str, float] = {}
    for side, session in sessions.items():
        heard = {key: audio for key, audio in sources.items() if session.has_track(key)}
        loudness[side], _ = write_mix(session, heard, rate, _raw(folder, side), course=course)
    quieter = min(loudness.values())
    gains = {
        side: 10.0 ** ((quieter - lufs) / 20.0) if np.isfinite(quieter) else 1.0 for side, lufs in loudness.items()
    }
    # both softer by the same where one of them would clip
    loudest = max(_peak(_raw(folder, side)) * gains[side] for side in sessions)
    for side, gain in gains.items():
        course.stage("rendering")
        _write_playable(_raw(folder, side), folder / f"{side}.wav", gain / max(loudest, 1.0))
        _raw(folder, side).unlink()


def _raw(folder: Path, side: str) -> Path:
    return folder / f"{side}.raw.wav"


def _blocks(path: Path) -> Any:
    import soundfile

    return soundfile.blocks(path, blocksize=_BLOCK_FRAMES, dtype="float32", always_2d=True)


def _peak(path: Path) -> float:
    return max((float(np.abs(block).max(initial=0.0)) for block in _blocks(path)), default=0.0)


def _write_playable(source: Path, target: Path, gain: float) -> None:
    """Write what every browser plays: 24 bits, never above full scale."""
    import soundfile

    rate = soundfile.info(source).samplerate
    with soundfile.SoundFile(target, "w", samplerate=rate, channels=2, format="WAV", subtype="PCM_24") as writing:
        for block in _blocks(source):
            writing.write(np.clip(block * np.float32(gain), -1.0, 1.0))
