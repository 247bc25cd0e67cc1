"""How long reverbs and echoes are: what the genre asks for, in time with the song, shorter where much plays at once."""

import math
from typing import Final

import numpy as np

from actions.mixing.desk import Desk
from actions.mixing.taste import Delay, Reverb, Space
from analysis.rendering.reverb import decay_seconds, room_size_from_decay
from reaper_bridge.session.effects import DelayTap, EqBand, ReaDelay, ReaEq, ReaVerbate

FILTER_OCTAVES: Final = 2.0
PRE_DELAY_BEATS: Final = (1 / 32, 1 / 24, 1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4)
"""From a 128th note to a sixteenth, triplets among them."""
LEAST_IN_TIME_MS: Final = 15.0
"""A shorter pre-delay is the distance to a wall, and has nothing to do with the song."""


def groups_at_once(desk: Desk) -> float:
    """Return how many groups of instruments play at once, on average while anything plays."""
    playing = np.zeros(desk.frame_count)
    for members in desk.groups().values():
        active = np.zeros(desk.frame_count, dtype=bool)
        for strip in members:
            own = strip.measures.is_active
            active[: len(own)] |= own
        playing += active
    heard = playing[playing > 0.0]
    return float(heard.mean()) if len(heard) else 0.0


def density_factor(desk: Desk) -> float:
    """Return what lengths are multiplied by: above 1 in a sparse mix, below in a dense one."""
    space = desk.taste.space
    span = max(space.dense_group_count - space.sparse_group_count, 1e-6)
    place = (groups_at_once(desk) - space.sparse_group_count) / span
    return 1.0 + space.density_ratio * (1.0 - 2.0 * min(max(place, 0.0), 1.0))


def reverb_of(settings: Reverb, space: Space, tempo_bpm: float | None, factor: float) -> ReaVerbate:
    """Return a reverb as long as its taste asks for; without a tempo as its plain numbers have it."""
    size = settings.room_size_ratio
    if settings.decay_beats is not None and tempo_bpm:
        wanted = settings.decay_beats * 60.0 / tempo_bpm * factor
        seconds = min(max(wanted, settings.shortest_decay_seconds), settings.longest_decay_seconds)
        size = round(room_size_from_decay(seconds), 3)
    return ReaVerbate(
        room_size_ratio=size,
        dampening_ratio=settings.dampening_ratio,
        width_ratio=settings.width_ratio,
        pre_delay_ms=_pre_delay_ms(settings.pre_delay_ms, space.pre_delay_tempo_ratio, tempo_bpm),
    )


def _pre_delay_ms(plain_ms: float, reach_ratio: float, tempo_bpm: float | None) -> float:
    """Return the note length nearest to a pre-delay, where one lies within reach."""
    if not tempo_bpm or reach_ratio <= 0.0 or plain_ms < LEAST_IN_TIME_MS:
        return plain_ms
    notes = [beats * 60_000.0 / tempo_bpm for beats in PRE_DELAY_BEATS]
    nearest = min(notes, key=lambda note: abs(math.log(note / plain_ms)))
    return round(nearest, 1) if abs(nearest / plain_ms - 1.0) <= reach_ratio else plain_ms


def filters_of(settings: Reverb) -> ReaEq:
    """Return the equaliser before a reverb, that keeps rumble and hiss out of it."""
    high_pass = EqBand("high_pass", settings.high_pass_hz, 0.0, FILTER_OCTAVES)
    return ReaEq((high_pass, EqBand("low_pass", settings.low_pass_hz, 0.0, FILTER_OCTAVES)))


def delay_of(settings: Delay, tempo_bpm: float) -> ReaDelay:
    """Return the echo: of the length asked for, or of the note nearest to it in time."""
    beats = settings.beats
    if beats is None:
        beat_ms = 60_000.0 / tempo_bpm
        beats = min(settings.choices_beats, key=lambda note: (abs(math.log(note * beat_ms / settings.length_ms)), note))
    tap = DelayTap(
        length_beats=beats,
        feedback_db=settings.feedback_db,
        low_pass_hz=settings.low_pass_hz,
        high_pass_hz=settings.high_pass_hz,
    )
    return ReaDelay((tap,))


def reverb_words(effect: ReaVerbate) -> str:
    """Say how long a reverb is."""
    return f"decays in about {decay_seconds(effect):.1f} s after a pre-delay of {effect.pre_delay_ms:.0f} ms"
