"""Render a project track by track, in memory. Sends and folders are served in the order they need."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from benchmarks.quality.independent.effects import Sound, processed
from benchmarks.quality.independent.project import Project, Receive, Strip

TrackListener = Callable[[int, Sound, Sound], None]
"""Told of every track: its index, its sound after the fader and before the pan, and what it sends on."""


@dataclass(frozen=True, eq=False)
class Rendering:
    """A mix (2, samples) and what was left out of it."""

    master: Sound
    sample_rate_hz: int
    notes: tuple[str, ...]


def render(
    project: Project, listener: TrackListener | None = None, overrides: Mapping[int, Strip] | None = None
) -> Rendering:
    """Render a whole project. ``overrides`` replace tracks, so that other mixes of it can be heard."""
    strips = [(overrides or {}).get(index, strip) for index, strip in enumerate(project.strips)]
    rate = project.sample_rate_hz or _usual_rate(strips)
    count = math.ceil(rate * max((i.position_seconds + i.length_seconds for s in strips for i in s.items), default=0.0))
    pending: dict[int, Sound] = {}
    master = np.zeros((2, count), np.float32)
    notes: list[str] = [note for strip in strips for note in strip.notes]
    for index in _order(strips):
        strip = strips[index]
        dry = pending.pop(index, np.zeros((2, count), np.float32)) + _played(strip, rate, count)
        wet, left_out = _chain(dry, strip, rate, project.tempo_bpm)
        notes += [f"{strip.name}: {note}" for note in left_out]
        gain = np.float32(-strip.volume_linear if strip.inverts else strip.volume_linear)
        faded = wet * gain
        panned = _panned(faded, strip, project.has_linear_pan)
        if listener is not None:
            listener(index, faded, panned)
        if strip.is_muted:
            continue
        for target, receive in _targets(strips, index):
            tap = {1: dry, 3: wet}.get(receive.mode, panned)
            _add(pending, target, tap * _balance(receive.pan)[:, None] * np.float32(receive.level_linear))
        if strip.sends_to_parent:
            if strip.parent_index is None:
                master += panned
            else:
                _add(pending, strip.parent_index, panned)
    master, left_out = _chain(master, project.master, rate, project.tempo_bpm)
    notes += [f"Master: {note}" for note in left_out]
    finished = _panned(master * np.float32(project.master.volume_linear), project.master, project.has_linear_pan)
    return Rendering(finished, rate, tuple(notes))


def _usual_rate(strips: list[Strip]) -> int:
    rates = [soundfile.info(str(item.path)).samplerate for strip in strips for item in strip.items]
    return max(set(rates), key=rates.count) if rates else 48000


def _order(strips: list[Strip]) -> list[int]:
    """Put every track after all that feed it; loops are broken where they are met."""
    feeds = {i: [r.source_index for r in strip.receives if not r.is_muted] for i, strip in enumerate(strips)}
    for i, strip in enumerate(strips):
        if strip.parent_index is not None:
            feeds[strip.parent_index].append(i)
    done: list[int] = []
    visited: set[int] = set()

    def visit(index: int) -> None:
        if index in visited:
            return
        visited.add(index)
        for source in feeds[index]:
            visit(source)
        done.append(index)

    for index in range(len(strips)):
        visit(index)
    return done


def _targets(strips: list[Strip], source: int) -> list[tuple[int, Receive]]:
    return [(i, r) for i, s in enumerate(strips) for r in s.receives if r.source_index == source and not r.is_muted]


def _add(pending: dict[int, Sound], index: int, sound: Sound) -> None:
    pending[index] = pending[index] + sound if index in pending else sound


def _played(strip: Strip, rate: int, count: int) -> Sound:
    track = np.zeros((2, count), np.float32)
    for item in strip.items:
        at = round((item.position_seconds + strip.late_seconds) * rate)
        sound = _file(item.path, item.offset_seconds, item.length_seconds, rate) * np.float32(item.gain_linear)
        part = sound[:, max(-at, 0) : max(count - at, 0)]
        begin = max(at, 0)
        track[:, begin : begin + part.shape[1]] += part
    return track


def _file(path: Path, offset_seconds: float, length_seconds: float, rate: int) -> Sound:
    with soundfile.SoundFile(str(path)) as file:
        file.seek(min(round(offset_seconds * file.samplerate), file.frames))
        data = file.read(round(length_seconds * file.samplerate), dtype="float32", always_2d=True)
        if file.samplerate != rate:
            data = soxr.resample(data, file.samplerate, rate)
    return np.ascontiguousarray(np.stack((data[:, 0], data[:, min(1, data.shape[1] - 1)])), np.float32)


def _chain(sound: Sound, strip: Strip, rate: int, tempo_bpm: float) -> tuple[Sound, list[str]]:
    notes = []
    for plugin in strip.plugins:
        if plugin.is_on:
            sound, note = processed(sound, plugin, rate, tempo_bpm)
            notes += [note] if note else []
    return sound, notes


def _panned(sound: Sound, strip: Strip, is_linear: bool) -> Sound:
    """Width, then REAPER's balance at a law of 0 dB (measured by public projects on its renders)."""
    own = (1.0 + strip.width_ratio) / 2.0
    if strip.width_ratio != 1.0:
        sound = np.asarray(own * sound + (1.0 - own) * sound[::-1], np.float32)
    gains = _balance(strip.pan) if is_linear else _rounded(strip.pan)
    return sound if strip.pan == 0.0 else np.asarray(sound * gains[:, None], np.float32)


def _balance(pan: float) -> Sound:
    return np.array([min(1.0, 1.0 - pan), min(1.0, 1.0 + pan)], np.float32)


def _rounded(pan: float) -> Sound:
    angle = (1.0 + pan) * math.pi / 4.0
    scale = math.sqrt(2.0) + 1.0 - 1.0 / math.cos(abs(pan) * math.pi / 4.0)
    return np.array([scale * math.cos(angle), scale * math.sin(angle)], np.float32)
