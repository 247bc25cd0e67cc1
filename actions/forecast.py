"""Predict the meters of a mix whose knobs were moved since it was rendered.

On the desk, in the band domain, and as the difference to what the full pass is predicted to be: so errors of the model
that do not change cancel out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.amounts import trim_gain_db
from actions.meters import Meters, finite_or_none
from actions.mixing.brief import LABELS, RIDE_LANE, fx_id
from actions.mixing.deessing import deessed
from actions.mixing.desk import Desk, Strip, gated_loudness_lufs
from actions.mixing.gating import ranged
from actions.mixing.lanes import lane_power
from actions.mixing.masking import strip_power
from actions.mixing.saturation import saturated
from actions.mixing.space import Return, return_gain_db
from actions.mixing.strip import Frames, Insert
from actions.mixing.transients import shaped
from actions.mixing.widening import widened
from actions.nudging import MASTER_EQ, MASTER_FADER
from analysis.bands import band_audibility
from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS
from analysis.singing import leads
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import EqBand, Jsfx, ReaComp, ReaEq, ReaGate
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.units import db_from_linear

FRAMES: Final = 300
LEADS: Final = ("lead_vocal", "speech")
Values = Mapping[Address, Value]
_ANEW: Final = {"deess": deessed, "transient": shaped, "saturation": saturated, "widen": widened}
_MS_PER_FRAME: Final = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)


@dataclass(eq=False)
class Forecast:
    """Predicts the meters from where knobs stand. ``desk`` has every strip as the full pass left it.

    ``full`` are the values of the full pass and ``after`` what was measured of it.
    """

    desk: Desk
    returns: Mapping[str, Return]
    full: Values
    after: Meters
    _strips: dict[TrackId, tuple[object, Strip]] = field(default_factory=dict)
    _peaks: dict[TrackId, npt.NDArray[np.float32]] = field(default_factory=dict)
    _lead_wet: dict[TrackId, float] = field(default_factory=dict)
    _predicted_full: Meters | None = None
    _last: tuple[Values, Meters] | None = None

    def meters(self, values: Values) -> Meters:
        """Return the meters with knobs at these values; what is not among them is as the full pass has it."""
        if self._last is not None and self._last[0] == values:
            return self._last[1]
        now, full = self._predicted(self.desk_at(values)), self._full()
        found = Meters(
            _moved(self.after.loudness_lufs, now.loudness_lufs, full.loudness_lufs),
            _moved(self.after.lead_to_rest_db, now.lead_to_rest_db, full.lead_to_rest_db),
            _moved(self.after.true_peak_dbtp, now.true_peak_dbtp, full.true_peak_dbtp),
            _within_one(_moved(self.after.masking_ratio, now.masking_ratio, full.masking_ratio)),
        )
        self._last = dict(values), found
        return found

    def true_peak_dbtp(self, values: Values) -> float | None:
        """Return the true peak alone, which is quickly reckoned."""
        now = self._peak_db(self.desk_at(values))
        return _moved(self.after.true_peak_dbtp, now, self._full().true_peak_dbtp)

    def desk_at(self, values: Values) -> Desk:
        """Return the desk with its knobs at these values."""
        strips = [self._strip(strip, values) for strip in self.desk.strips]
        session, fader = self.desk.session, values.get(MASTER_FADER)
        if isinstance(fader, float):
            session = replace(session, master=replace(session.master, volume_linear=fader))
        return replace(self.desk, session=session, strips=strips, _cache={})

    def _full(self) -> Meters:
        if self._predicted_full is None:
            self._predicted_full = self._predicted(self.desk_at(self.full))
        return self._predicted_full

    def _predicted(self, desk: Desk) -> Meters:
        frames = desk.mix_frames()
        audible = self._clarity(desk)
        return Meters(
            finite_or_none(gated_loudness_lufs(frames)),
            desk.lead_to_accompaniment_db(),
            self._peak_db(desk),
            None if audible is None else 1.0 - audible,
        )

    def _clarity(self, desk: Desk) -> float | None:
        """Return how much of the lead is heard over the rest, its own effects among that, on some of its frames."""
        lead = desk.lead
        rest = [strip for strip in desk.sounding if strip not in lead]
        if not lead or not rest:
            return None
        sung = desk.sum_frames(lead)
        sings = np.flatnonzero(leads(sung))
        if len(sings) == 0:
            return None
        frames = sings[np.linspace(0, len(sings) - 1, min(len(sings), FRAMES)).astype(np.intp)]
        powers = {strip.id: strip_power(strip, frames) for strip in desk.sounding}
        own = np.sum([powers[strip.id] for strip in lead], axis=0)
        masker = np.sum([powers[strip.id] for strip in rest], axis=0)
        masker = masker + np.sum([self._lead_wet.get(strip.id, 0.0) * powers[strip.id] for strip in lead], axis=0)
        return float(band_audibility(own, masker).mean())

    def _peak_db(self, desk: Desk) -> float | None:
        """Return the sum of all tracks' peaks, which no mix can exceed, at its loudest 50 ms."""
        bound = np.zeros(desk.frame_count, dtype=np.float32)
        for strip in desk.sounding:
            peak = self._peak_frames(strip)
            gain = _broadband_gain(strip) * strip.mean_gain(strip.insert_power) * strip.fader_power
            level = math.sqrt(gain) * strip.path_linear
            if strip.ride_power is not None:
                count = min(len(peak), len(strip.ride_power))
                peak = peak[:count] * np.sqrt(strip.ride_power[:count]).astype(np.float32)
            bound[: len(peak)] += peak * np.float32(level)
        return finite_or_none(db_from_linear(float(bound.max(initial=0.0)) * desk.session.master.volume_linear))

    def _peak_frames(self, strip: Strip) -> npt.NDArray[np.float32]:
        known = self._peaks.get(strip.id)
        if known is None:
            level = strip.measures.level_peak
            padded = np.pad(level, (0, -len(level) % _MS_PER_FRAME)).reshape(-1, _MS_PER_FRAME)
            known = self._peaks[strip.id] = padded.max(axis=1)[: self.desk.frame_count].astype(np.float32)
        return known

    def _strip(self, strip: Strip, values: Values) -> Strip:
        """Return a strip with its knobs at these values; the last one again where none of them moved since."""
        track_id = strip.id
        places = {
            "fader": Address(track_id, "fader"),
            "pan": Address(track_id, "pan"),
            "width": Address(track_id, "width"),
            "mute": Address(track_id, "mute"),
            "ride": Address(track_id, "envelope", RIDE_LANE),
            **{knob: Address(track_id, "fx", fx_id(track_id, knob)) for knob in LABELS},
        }
        here = {knob: values.get(address, self.full.get(address)) for knob, address in places.items()}
        for knob, insert in strip.inserts.items():
            if insert.key is not None and not self._is_fed(Address(insert.key, "side_chain", track_id), values):
                here[knob] = None
        shelves = _bands(values.get(MASTER_EQ))
        wet = tuple(
            level.level_linear
            if isinstance(level := values.get(address, self.full.get(address)), SendLevel) and not level.muted
            else 0.0
            for address in (Address(track_id, "send", unit.track_id) for unit in self.returns.values())
        )
        way = self._way_ratio(track_id, values)
        key = (tuple(here.values()), shelves, wet, way)
        known = self._strips.get(track_id)
        if known is None or known[0] != key:
            moved = _strip_at(strip, here, shelves)
            moved.path_linear *= way
            known = self._strips[track_id] = (key, self._with_wet(moved, wet))
        return known[1]

    def _way_ratio(self, track_id: TrackId, values: Values) -> float:
        """Return how much louder the faders of buses on the way of a track stand than the full pass set them."""
        ratio = 1.0
        for bus in self.desk.buses:
            address = Address(bus.track_id, "fader")
            now, full = values.get(address), self.full.get(address)
            if isinstance(now, float) and isinstance(full, float) and full > 0.0:
                ratio *= now / full if any(strip.id == track_id for strip in bus.strips) else 1.0
        return ratio

    def _is_fed(self, send: Address, values: Values) -> bool:
        """Tell whether a side-chained plug-in still hears its key; a send that no pass of ours placed stays."""
        if send not in values and send not in self.full:
            return True
        level = values.get(send, self.full.get(send))
        return isinstance(level, SendLevel) and not level.muted

    def _with_wet(self, strip: Strip, levels: tuple[float, ...]) -> Strip:
        """Return a strip louder by what its effect returns add; that of the lead counts with the rest, so not here."""
        added = sum(
            level**2 * 10.0 ** (return_gain_db(strip, unit) / 10.0)
            for level, unit in zip(levels, self.returns.values(), strict=True)
            if level > 0.0
        )
        if strip.row.group in LEADS:
            self._lead_wet[strip.id] = added
            return strip
        return strip if not added else replace(strip, path_linear=strip.path_linear * math.sqrt(1.0 + added))


def _strip_at(strip: Strip, knobs: Mapping[str, Value], shelves: tuple[EqBand, ...]) -> Strip:
    """Return a strip with its knobs elsewhere; a knob that says nothing stays where it is."""
    found = replace(strip)
    fader, pan, width = knobs["fader"], knobs["pan"], knobs["width"]
    found.fader_db = max(db_from_linear(fader), -120.0) if isinstance(fader, float) else strip.fader_db
    found.pan = pan if isinstance(pan, float) else strip.pan
    found.width = width if isinstance(width, float) else strip.width
    found.is_muted = knobs["mute"] if isinstance(knobs["mute"], bool) else strip.is_muted
    if "trim" in knobs and (strip.trim_db or knobs["trim"] is not None):
        found.trim_db = trim_gain_db(knobs["trim"])
    if strip.all_bands or knobs["eq"] is not None:
        found.bands, found.masking_bands = list(_bands(knobs["eq"])), []
    found.bands = [*found.bands, *shelves]
    lane = knobs["ride"]
    if strip.ride and isinstance(lane, tuple):
        found.ride, found.ride_power = lane, lane_power(lane, len(strip.measures.k_power))
    moved = {knob: _moved_insert(insert, knobs[knob]) for knob, insert in strip.inserts.items()}
    found.inserts = {knob: insert for knob, insert in moved.items() if insert is not None}
    for knob in _ANEW:
        _follow(found, knob, knobs[knob])
    return found


def _follow(strip: Strip, knob: str, value: Value) -> None:
    """Predict a strip's plug-in anew where it stands elsewhere now."""
    insert, placed = strip.inserts.get(knob), value.effect if isinstance(value, PlacedEffect) else None
    if insert is not None and isinstance(placed, Jsfx) and placed != insert.effect:
        strip.inserts[knob] = _ANEW[knob](strip, placed)


def _bands(value: Value) -> tuple[EqBand, ...]:
    on = isinstance(value, PlacedEffect) and value.enabled
    return value.effect.bands if on and isinstance(value, PlacedEffect) and isinstance(value.effect, ReaEq) else ()


def _moved_insert(insert: Insert, value: Value) -> Insert | None:
    """Return what a plug-in does with its knobs elsewhere, None where it is off."""
    if not isinstance(value, PlacedEffect) or not value.enabled:
        return None
    if isinstance(insert.effect, ReaComp) and isinstance(value.effect, ReaComp) and insert.frame_gain is not None:
        return _compressed(insert, insert.effect, insert.frame_gain, value.effect)
    if isinstance(value.effect, ReaGate):
        return ranged(insert, value.effect)
    return insert


def _compressed(insert: Insert, full: ReaComp, full_gain: Frames, now: ReaComp) -> Insert:
    """Return what a compressor does at another ratio: its gain reduction grows with 1 - 1/ratio."""
    slope = (1.0 - 1.0 / max(now.ratio, 1.0)) / max(1.0 - 1.0 / max(full.ratio, 1.0), 1e-6)
    reduction = full_gain / 10.0 ** (full.wet_db / 10.0)
    gain = np.asarray(reduction**slope * 10.0 ** (now.wet_db / 10.0), dtype=np.float64)
    return Insert(now, gain, reduction_db=insert.reduction_db * slope)


def _broadband_gain(strip: Strip) -> float:
    """Return the power gain of trim and EQ on the track as a whole."""
    ll, rr, _ = strip.mean_bands()
    total = float((ll + rr).sum())
    return float(((ll + rr) * strip.response()).sum()) / total if total > 0.0 else 1.0


def _moved(measured: float | None, now: float | None, then: float | None) -> float | None:
    return None if measured is None or now is None or then is None else measured + now - then


def _within_one(value: float | None) -> float | None:
    return None if value is None else min(max(value, 0.0), 1.0)
