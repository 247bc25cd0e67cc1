"""Let fluidsynth play notes from a soundfont of a Debian package, dry."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.quality.made.midi import Note, format_midi

Sound = npt.NDArray[np.float64]
RATE_HZ = 44100
_SOUNDFONTS = (
    "sf2/FluidR3_GM.sf2", "sf3/MuseScore_General_Full.sf3", "sf2/TimGM6mb.sf2", "sf3/MuseScore_General.sf3",
)  # fmt: skip


def soundfonts(root: Path = Path("/usr/share/sounds")) -> tuple[Path, ...]:
    """Return the soundfonts that are installed, each once."""
    found = {(root / name).resolve(): root / name for name in _SOUNDFONTS if (root / name).exists()}
    return tuple(found.values())


def missing_programs() -> tuple[str, ...]:
    """Return what has to be installed before sessions can be made."""
    missing = [name for name in ("fluidsynth", "espeak-ng") if shutil.which(name) is None]
    return (*missing, *(() if soundfonts() else ("a soundfont",)))


def played(notes: Sequence[Note], soundfont: Path, *, program: int, is_drums: bool, seconds: float) -> Sound:
    """Return (2, frames) of the notes as a soundfont plays them, without reverb or chorus."""
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = Path(folder) / "part.mid", Path(folder) / "part.raw"
        midi.write_bytes(format_midi(notes, program=program, is_drums=is_drums))
        command = [
            "fluidsynth",
            "-niq",
            "-R",
            "0",
            "-C",
            "0",
            "-g",
            "0.4",
            "-r",
            str(RATE_HZ),
            "-T",
            "raw",
            "-O",
            "float",
        ]
        subprocess.run([*command, "-F", str(raw), str(soundfont), str(midi)], check=True, capture_output=True)
        sound = np.fromfile(raw, np.float32).astype(np.float64).reshape(-1, 2).T
    frames = round(seconds * RATE_HZ)
    return np.pad(sound, ((0, 0), (0, max(0, frames - sound.shape[1]))))[:, :frames]
