"""The tracks of a project as a graph: items and what is sent in, plug-ins, fader, and where it goes.

Conventions: sound is (frames, channels) float64. A muted track, or one that others are soloed against, is silent and
sends nothing. Faders pan by the curve that was measured on REAPER 7 (0 dB in the centre and at the edges, up to
1.8 dB more between), or as a straight balance where the track's pan law flags are 3.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.standin.project import Project
from tests.standin.rendering.media import Media, Sound, curve, sound_of_items, tone_of_items
from tests.standin.rendering.processing import process
from tests.standin.tracks import Send, Track

_PRE_FX, _PRE_FADER = 1, 3


class Mixing:
    """One render's view of a project. Each track is reckoned once."""

    def __init__(self, project: Project, start: float, frames: int, rate_hz: int) -> None:
        self.project = project
        self.start = start
        self.frames = frames
        self.rate_hz = rate_hz
        self._times = start + np.arange(frames) / rate_hz
        self._media = Media()
        self._stages: dict[int, tuple[Sound, Sound, Sound]] = {}
        self._heard = heard_tracks(project)

    def stem(self, track: Track, *, before_fader: bool) -> Sound:
        """Return a track after its plug-ins, before or after its fader."""
        return self._stage(track)[1 if before_fader else 2][:, :2]

    def master(self) -> Sound:
        """Return what leaves the master."""
        state = self.project.state
        total = np.zeros((self.frames, 2))
        for track in state.tracks:
            if state.parent_of(track) is None and track.values["B_MAINSEND"]:
                total += self._stage(track)[2][:, :2]
        return self._faded(state.master, self._through_fx(state.master, total))

    def _stage(self, track: Track) -> tuple[Sound, Sound, Sound]:
        """Return a track before its plug-ins, after them, and after its fader."""
        if id(track) in self._stages:
            return self._stages[id(track)]
        silence = np.zeros((self.frames, max(2, int(track.values["I_NCHAN"]))))
        self._stages[id(track)] = (silence, silence, silence)  # what a loop of sends hears of itself
        if id(track) in self._heard:
            before = silence.copy()
            begin = self.start - _offset_seconds(track, self.rate_hz)
            before[:, :2] += sound_of_items(track.items, begin, self.frames, self.rate_hz, self._media)
            self._receive(track, before)
            after = self._through_fx(track, before)
            self._stages[id(track)] = (before, after, self._faded(track, after))
        return self._stages[id(track)]

    def _receive(self, track: Track, before: Sound) -> None:
        state = self.project.state
        for child in state.tracks:
            if state.parent_of(child) is track and child.values["B_MAINSEND"]:
                before[:, :2] += self._stage(child)[2][:, :2]
        for send in state.sends_of(track, -1):
            self._add_send(send, before)

    def _add_send(self, send: Send, before: Sound) -> None:
        values = send.values
        if values["B_MUTE"] or values["I_SRCCHAN"] < 0:
            return
        mode = int(values["I_SENDMODE"])
        stages = self._stage(send.source)
        sent = stages[0 if mode == _PRE_FX else 1 if mode == _PRE_FADER else 2]
        first, one_channel = int(values["I_SRCCHAN"]) & 1023, int(values["I_SRCCHAN"]) >> 10 == 1
        sent = sent[:, first : first + (1 if one_channel else 2)]
        if sent.shape[1] == 0:
            return
        pair = np.repeat(sent, 2, axis=1) if sent.shape[1] == 1 else sent
        if values["B_MONO"]:
            pair = np.repeat(pair.mean(axis=1, keepdims=True), 2, axis=1)
        volume = values["D_VOL"] * (-1.0 if values["B_PHASE"] else 1.0)
        gain = curve(send.envelopes["AUXVOLENV"], self._times) if "AUXVOLENV" in send.envelopes else 1.0
        pair = pair * (volume * pan_gains(0.0 if one_channel else values["D_PAN"], straight=False))
        pair = pair * np.reshape(gain, (-1, 1))
        target = int(values["I_DSTCHAN"])
        if target & 1024:
            before[:, target & 1023] += pair.mean(axis=1)
        elif (target & 1023) + 2 <= before.shape[1]:
            before[:, target & 1023 : (target & 1023) + 2] += pair

    def _through_fx(self, track: Track, sound: Sound) -> Sound:
        if "VOLENV" in track.envelopes:
            sound = sound * curve(track.envelopes["VOLENV"], self._times)[:, None]
        if not track.values["I_FXEN"]:
            return sound
        for slot in track.chain.slots:
            plugin: Any = slot.plugin
            if not plugin.enabled or plugin.offline:
                continue
            wet = sound.copy() if plugin.is_instrument else process(plugin, sound, self.rate_hz)
            if plugin.is_instrument:
                begin = self.start - _offset_seconds(track, self.rate_hz)
                wet[:, :2] += tone_of_items(track.items, begin, self.frames, self.rate_hz)
            sound = wet * slot.wet + sound * (1.0 - slot.wet)
        return sound

    def _faded(self, track: Track, sound: Sound) -> Sound:
        values = track.values
        if track.is_master and values["B_MUTE"]:
            return np.zeros_like(sound)
        gain = values["D_VOL"] * (-1.0 if values["B_PHASE"] else 1.0) * np.ones(self.frames)
        for tag in ("VOLENV2", "VOLENV3", "MUTEENV"):
            if tag in track.envelopes:
                gain = gain * curve(track.envelopes[tag], self._times)
        width = values["D_WIDTH"]
        out = sound * gain[:, None]
        if width != 1.0:
            own, other = (1.0 + width) / 2.0, (1.0 - width) / 2.0
            left, right = out[:, 0].copy(), out[:, 1].copy()
            out[:, 0], out[:, 1] = own * left + other * right, other * left + own * right
        straight = values["I_PANLAW_FLAGS"] == 3
        out[:, :2] = out[:, :2] * pan_gains(values["D_PAN"], straight=straight)
        return out


def pan_gains(pan: float, *, straight: bool) -> Sound:
    """Return the gains of left and right at a pan from -1 (left) to 1."""
    if straight:
        return np.array([min(1.0, 1.0 - pan), min(1.0, 1.0 + pan)])
    k = math.sqrt(2.0) + 1.0 - 1.0 / math.cos(abs(pan) * math.pi / 4.0)
    t = (1.0 + pan) * math.pi / 4.0
    return np.array([k * math.cos(t), k * math.sin(t)])


def heard_tracks(project: Project) -> set[int]:
    """Return the ids of the tracks that neither a mute nor somebody else's solo silences."""
    state = project.state
    unmuted = [track for track in state.tracks if not track.values["B_MUTE"]]
    soloed = {id(track) for track in state.tracks if track.values["I_SOLO"]}
    if not soloed:
        return {id(track) for track in unmuted}
    heard = set(soloed)
    grows = True
    while grows:  # a solo is heard through the folders and sends it runs into
        before = len(heard)
        heard |= {id(parent) for track in state.tracks if id(track) in heard for parent in _targets(project, track)}
        grows = len(heard) > before
    for track in state.tracks:  # and a soloed folder lets its children be heard
        parent = state.parent_of(track)
        while parent is not None:
            if id(parent) in soloed:
                heard.add(id(track))
            parent = state.parent_of(parent)
    defeated = {id(track) for track in state.tracks if track.values["B_SOLO_DEFEAT"]}
    return {id(track) for track in unmuted if id(track) in heard | defeated}


def _targets(project: Project, track: Track) -> list[Track]:
    parent = project.state.parent_of(track)
    sends = [send.destination for send in project.state.sends_of(track, 0) if send.destination is not None]
    return ([] if parent is None else [parent]) + sends


def _offset_seconds(track: Track, rate_hz: int) -> float:
    """Return how much later a track plays its media; the flag says off (1) and in samples (2)."""
    flags, offset = int(track.values["I_PLAY_OFFSET_FLAG"]), float(track.values["D_PLAY_OFFSET"])
    if flags & 1:
        return 0.0
    return offset / rate_hz if flags & 2 else offset
