"""What this user's REAPER showed beside its knobs, so that a knob is turned right the first time.

The laws of ``reaper_bridge.fx`` are the first guess. Where a display says otherwise, pairs of (raw value, displayed
number) are kept as *knots*, monotone, read in both directions; one file per plug-in and REAPER version in the user's
cache. A knot is never believed against what the display says now. A damaged file is forgotten.
"""

import hashlib
import itertools
import json
import math
import os
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import platformdirs

_FORMAT: Final = 1
_MOST_KNOTS: Final = 200
SECONDS_PER_UNIT: Final = 4e-6
"""What one number set or read costs REAPER's main thread, before it has been measured (docs/unverified.md)."""


class Knot(NamedTuple):
    """At this raw value the display shows this number."""

    raw: float
    shown: float


@dataclass(frozen=True)
class Calibration:
    """What is known of one plug-in in one REAPER: knots for each parameter that follows another law than ours.

    ``takes_chunk`` tells whether it answers to ``vst_chunk``; None where that was never tried.
    """

    plugin: str
    reaper_version: str
    knots: Mapping[int, tuple[Knot, ...]] = field(default_factory=dict)
    takes_chunk: bool | None = None

    def shown(self, index: int, raw: float) -> float | None:
        """Return what the display shows at a raw value, between knots along a line; None where nothing is known."""
        return _between(self.knots.get(index, ()), raw)

    def raw(self, index: int, shown: float) -> float | None:
        """Return the raw value at which the display shows a number, the reverse of ``shown``."""
        turned = [Knot(knot.shown, knot.raw) for knot in self.knots.get(index, ())]
        return _between(turned if not turned or turned[0].raw <= turned[-1].raw else turned[::-1], shown)

    @property
    def without_chunk(self) -> "Calibration":
        """This calibration, knowing that the plug-in does not answer to ``vst_chunk``."""
        return replace(self, takes_chunk=False)

    def with_knots(self, index: int, found: Iterable[Knot]) -> "Calibration":
        """Return this calibration with more knots for a parameter; older ones that contradict them are dropped."""
        new = {knot.raw: knot for knot in found if math.isfinite(knot.raw) and not math.isnan(knot.shown)}
        kept = list(new.values())
        for knot in self.knots.get(index, ()):
            if knot.raw not in new and _is_monotone([*kept, knot]):
                kept.append(knot)
        if not kept or not _is_monotone(kept):
            return self
        ordered = tuple(sorted(kept)[-_MOST_KNOTS:])
        return replace(self, knots={**self.knots, index: ordered})


def _is_monotone(knots: Sequence[Knot]) -> bool:
    shown = [knot.shown for knot in sorted(knots)]
    rises = [a < b for a, b in itertools.pairwise(shown)]
    falls = [a > b for a, b in itertools.pairwise(shown)]
    return all(rises) or all(falls)


def _between(knots: Sequence[Knot], at: float) -> float | None:
    """Return the other coordinate at a place, on the lines between knots; exact on a knot, None outside of them."""
    place = bisect_left(knots, at, key=lambda knot: knot.raw)
    if place < len(knots) and knots[place].raw == at:
        return knots[place].shown
    if not 0 < place < len(knots):
        return None
    low, high = knots[place - 1], knots[place]
    if not all(map(math.isfinite, (*low, *high))):
        return None
    along = (at - low.raw) / (high.raw - low.raw)
    return low.shown + along * (high.shown - low.shown)


@dataclass
class CalibrationCache:
    """The calibrations of one REAPER version, kept in a folder; without a folder they live as long as this object."""

    reaper_version: str
    folder: Path | None = None
    _known: dict[str, Calibration] = field(default_factory=dict)

    def __getitem__(self, plugin: str) -> Calibration:
        """Return what is known of a plug-in; ``plugin`` is REAPER's ``fx_ident`` without the folder."""
        if plugin not in self._known:
            self._known[plugin] = self._read(plugin) or Calibration(plugin, self.reaper_version)
        return self._known[plugin]

    def keep(self, calibration: Calibration) -> None:
        """Remember a calibration, also for the next time; a cache that cannot be written is done without."""
        if calibration == self[calibration.plugin]:
            return
        self._known[calibration.plugin] = calibration
        if self.folder is not None:
            _write(self._file(calibration.plugin), plain_calibration(calibration))

    def seconds_per_unit(self) -> float:
        """Return what one unit of work cost REAPER's main thread when it was last measured."""
        plain = _read(self._file("costs")) if self.folder is not None else None
        seconds = plain.get("seconds_per_unit") if isinstance(plain, Mapping) else None
        return seconds if isinstance(seconds, float) and 0.0 < seconds < 1.0 else SECONDS_PER_UNIT

    def keep_cost(self, units: float, seconds: float) -> None:
        """Remember what work cost; little work says nothing."""
        if self.folder is not None and units >= 100.0 and seconds > 0.0:
            _write(self._file("costs"), {"seconds_per_unit": seconds / units})

    def _read(self, plugin: str) -> Calibration | None:
        plain = None if self.folder is None else _read(self._file(plugin))
        try:
            found = None if plain is None else parse_calibration(plain)
        except (KeyError, TypeError, ValueError):
            return None
        fits = found is not None and (found.plugin, found.reaper_version) == (plugin, self.reaper_version)
        return found if fits else None

    def _file(self, name: str) -> Path:
        assert self.folder is not None
        digest = hashlib.sha256(f"{name}\0{self.reaper_version}".encode()).hexdigest()[:24]
        return self.folder / f"{digest}.json"


def default_folder() -> Path:
    """Return the folder in the user's cache in which calibrations are kept."""
    chosen = os.environ.get("FIRST_PASS_CACHE_DIR")
    return (Path(chosen) if chosen else Path(platformdirs.user_cache_dir("first-pass"))) / "calibration"


def plain_calibration(calibration: Calibration) -> dict[str, Any]:
    """Return a calibration as JSON can hold it."""
    return {
        "format": _FORMAT,
        "plugin": calibration.plugin,
        "reaper_version": calibration.reaper_version,
        "takes_chunk": calibration.takes_chunk,
        "knots": {
            str(index): [[knot.raw, knot.shown if math.isfinite(knot.shown) else str(knot.shown)] for knot in knots]
            for index, knots in sorted(calibration.knots.items())
        },
    }


def parse_calibration(plain: Any) -> Calibration:
    """Read a calibration back, the reverse of ``plain_calibration``.

    Raises:
        ValueError: It is none, or of another format; also KeyError or TypeError.
    """
    if plain["format"] != _FORMAT or plain["takes_chunk"] not in (True, False, None):
        raise ValueError("not a calibration of this format")
    calibration = Calibration(str(plain["plugin"]), str(plain["reaper_version"]), takes_chunk=plain["takes_chunk"])
    for index, pairs in dict(plain["knots"]).items():
        knots = [Knot(float(raw), float(shown)) for raw, shown in pairs]
        if not knots or not _is_monotone(knots):
            raise ValueError("knots out of order")
        calibration = calibration.with_knots(int(index), knots)
    return calibration


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, plain: Mapping[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".calibration-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(plain, file)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return
