"""Small projects made by hand, and a person who answers boxes, for the tests of the stand-in's renderer."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from tests.standin.chains import Slot
from tests.standin.items import Item, Source, Take
from tests.standin.plugins import new_plugin
from tests.standin.project import Project
from tests.standin.rendering import render
from tests.standin.rendering.media import Sound
from tests.standin.tracks import Track

RATE_HZ = 8000
SECONDS = 1.0
FLOAT_WAV = "ZXZhdyAAAQ=="
STEMS, BEFORE_FADER = 3, 8195


@dataclass
class Person:
    """Whoever sits before the screen: answers windows, and remembers what they said."""

    answer: int = 7
    asked: list[str] = field(default_factory=list)
    is_quitting: bool = False
    play_state: int = 5

    def show_box(self, text: str) -> int:
        self.asked.append(text)
        return self.answer


def sine(frequency_hz: float = 440.0, seconds: float = SECONDS, level: float = 0.25) -> Sound:
    return level * np.sin(2.0 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def write(project: Project, sound: Sound, name: str = "a.wav", rate_hz: int = RATE_HZ) -> Path:
    path = project.folder / name
    soundfile.write(path, sound, rate_hz, subtype="FLOAT")
    return path


def add_track(project: Project, name: str, path: Path | None = None, *, selected: bool = True) -> Track:
    track = Track(name)
    track.values["I_SELECTED"] = float(selected)
    project.state.tracks.append(track)
    if path is not None:
        add_item(track, path)
    return track


def add_item(track: Track, path: Path, *, position: float = 0.0, length: float = SECONDS, kind: str = "WAVE") -> Item:
    item = Item(track)
    item.values |= {"D_POSITION": position, "D_LENGTH": length, "D_FADEINLEN": 0.0, "D_FADEOUTLEN": 0.0}
    item.takes.append(Take(item, source=Source(kind, str(path))))
    track.items.append(item)
    return item


def add_fx(track: Track, name: str) -> Slot:
    plugin = new_plugin(name)
    assert plugin is not None
    track.chain.slots.append(Slot(plugin))
    return track.chain.slots[-1]


def rendered(project: Project) -> list[Sound]:
    files = render(Person(), project)
    return [soundfile.read(path, always_2d=True)[0] for path in files]


def rms_db(sound: Sound) -> float:
    middle = sound[len(sound) // 4 : 3 * len(sound) // 4]
    return 10.0 * math.log10(float(np.mean(middle**2)) + 1e-20)
