"""The questions to a user's own REAPER, and what its answers mean: a row for each trial of ``inside/probing.py``.

An answer agrees with what First Pass believes, or differs. Knobs that follow another law than ours are no failure: what
they show is kept as a calibration, so that they are turned right from then on.
"""

import base64
import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reaper_bridge.fx.catalogue import PLUGINS
from reaper_bridge.live.calibration import CalibrationCache, default_folder
from reaper_bridge.live.connection import Bridge
from reaper_bridge.live.inside.displays import read_display
from reaper_bridge.live.probed_knobs import keep_knots, other_laws, shown
from reaper_bridge.resource.layout import own_folder
from reaper_bridge.session.scripts import DE_ESSER_PATH, ENHANCER_PATH, TRANSIENTS_PATH, WAVESHAPER_PATH

PROBE_SECONDS: Final = 300.0
TRIM: Final = "JS:utility/volume"
SCRIPTS: Final = tuple(f"JS:{path}" for path in (DE_ESSER_PATH, WAVESHAPER_PATH, TRANSIENTS_PATH, ENHANCER_PATH))
PROJECT_FILE: Final = "First Pass probe.RPP"
SECTION: Final = "FIRSTPASS_PROBE"

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer of REAPER's: ``agrees`` with what we believe, or is None where there is nothing to believe."""

    trial: str
    question: str
    agrees: bool | None
    found: str


@dataclass(frozen=True)
class ProbeReport:
    """All answers, the bare facts behind them, and what of the probe is left in REAPER (nothing if all is well)."""

    reaper_version: str
    answers: tuple[Answer, ...]
    facts: Facts
    left: str
    held_seconds: float
    calibrated: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """The trials whose answer differs; a knob that is calibrated is none."""
        trials = {row[0] for row in (*PROBES, *DRAWN)}
        return tuple(a.trial for a in self.answers if a.agrees is False and a.trial in trials)


def run_probes(bridge: Bridge, cache: CalibrationCache | None = None) -> ProbeReport:
    """Try everything out in a project tab of its own, and keep what knobs show as calibrations.

    REAPER stands still meanwhile, for some seconds.

    Raises:
        HostBusyError: REAPER is recording; nothing was tried.
        BridgeRefusal: It refuses for another reason.
        HostGoneError: REAPER stopped answering.
    """
    version = str(bridge.hello.get("reaper_version", ""))
    cache = CalibrationCache(version, default_folder()) if cache is None else cache
    names = [*(plugin.display_name for plugin in PLUGINS), TRIM, *SCRIPTS]
    # in REAPER's own folder, which it can see even from inside a Flatpak
    place = own_folder(Path(str(bridge.hello["resource_path"])))
    with tempfile.TemporaryDirectory(prefix="probe-", dir=place, ignore_cleanup_errors=True) as folder:
        told = bridge.request("probe", [row[0] for row in PROBES], names, folder, timeout_seconds=PROBE_SECONDS)
        project = Path(folder) / PROJECT_FILE
        saved = project.read_bytes() if project.exists() else b""
    notes = told["answers"].get("ext_state", {}).get("wanted", {})
    facts: Facts = {
        **told["answers"],
        "saved": {"bytes": len(saved), "lost": _lost(saved, notes)},
        "states": told["answers"].get("plugins", {}),
    }
    answers = [_answer(*row, facts) for row in (*PROBES, *DRAWN)]
    plugins = {
        name: found for name, found in facts["plugins"].items() if isinstance(found, Mapping) and "samples" in found
    }
    answers += [answer for name, found in plugins.items() for answer in _knobs(name, found)]
    calibrated = tuple(name for name, found in plugins.items() if keep_knots(name, found, cache))
    return ProbeReport(version, tuple(answers), facts, str(told["left"]), float(told["held_seconds"]), calibrated)


# --- what the answers mean ------------------------------------------------------------------------------------

Verdict = tuple[bool | None, str]


def _plugins(facts: Facts) -> Verdict:
    faults = []
    for name, found in facts.items():
        if found is None:
            faults.append(f"{name} is not found")
        elif not isinstance(found, Mapping) or "error" in found:
            faults.append(f"{name} fails")
        elif found["vst_chunk"] and not found["vst_chunk_takes"]:
            faults.append(f"{name} does not take its state back")
    return not faults, ", ".join(faults) or f"all {len(facts)} found"


def _as_wanted(facts: Facts) -> Verdict:
    wanted, read = facts["wanted"], facts["read"]
    if not isinstance(wanted, Mapping):
        return wanted == read, f"{wanted} reads {read}"
    other = [f"{key} {wanted[key]} reads {read[key]}" for key in wanted if not _same(wanted[key], read[key])]
    return not other, "; ".join(other) or "read back as written"


def _envelopes(facts: Facts) -> Verdict:
    volume, pan, trim = facts["volume"], facts["pan"], facts["trim"]
    if volume is None or pan is None or trim is None:
        return False, "showing an envelope did not make it"
    is_right = (
        _same(volume["first_linear"], 0.5)
        and _same(volume["half_back"], 0.5)
        and _same(trim["half_back"], 0.5)
        and _same(pan["first_value"], -0.5)
    )
    first, half = volume["first_value"], volume["half_scaled"]
    return is_right, f"half the amplitude is {half:g} (first point {first:g}); pan 0.5 is {pan['first_value']:g}"


def _undo(facts: Facts) -> Verdict:
    undone, redone = facts["after_undo"], facts["after_redo"]
    named = facts["undo_name"] == facts["label"]
    is_right = named and facts["count_moved"] and _same(undone["fader"], 1.0) and _same(redone["fader"], 0.25)
    notes = "go with undo" if undone["ext_state"] == "" else "stay over undo"
    marks = "go with undo" if undone["track_note"] == "" else "stay over undo"
    name = "" if named else f", and the step is called “{facts['undo_name']}”"
    return is_right and undone["track_note"] == "", f"project notes {notes}, track notes {marks}{name}"


def _ext_state(facts: Facts) -> Verdict:
    agrees, found = _as_wanted(facts)
    keys = sorted(facts["keys"])
    kept = "keys as written" if set(keys) >= set(facts["wanted"]) else f"keys read {', '.join(keys)}"
    return agrees and kept == "keys as written", f"{found}, {kept}"


def _render(facts: Facts) -> Verdict:
    sizes = list(facts["files"].values())
    found = f"{len(sizes)} file{'s' * (len(sizes) != 1)} in {facts['seconds']:.1f} s, {len(facts['targets'])} announced"
    return len(sizes) == 1 and sizes[0] > 0 and len(facts["targets"]) == 1, found


def _scripts(facts: Facts) -> Verdict:
    return None, f"Python {facts['python'].partition(' ')[0]}, {facts['os']}, REAPER {facts['version']}"


def _saved(facts: Facts) -> Verdict:
    lost = facts["lost"]
    return not lost, f"not in the file as written: {', '.join(lost)}" if lost else f"all in {facts['bytes']} bytes"


def _states(facts: Facts) -> Verdict:
    """Read each plug-in's state with our codec, and the trim's slider as its display shows it."""
    faults = []
    for plugin in PLUGINS:
        found = facts.get(plugin.display_name)
        chunk = found.get("vst_chunk") if plugin.is_chunk and isinstance(found, Mapping) else None
        if chunk and plugin.parse(base64.b64decode(chunk)) is None:
            faults.append(plugin.display_name)
    trim = facts.get(TRIM)
    if isinstance(trim, Mapping) and "samples" in trim:
        displays = [(raw, read_display(text)) for raw, text in shown(trim, 0)]
        if not all(display is not None and display.shows(raw) for raw, display in displays):
            faults.append(f"{TRIM}, whose slider shows another number than it holds")
    return not faults, ", ".join(faults) or "all can be read"


def _lost(saved: bytes, notes: Mapping[str, str]) -> list[str]:
    """Return which notes a saved project does not hold under the key, and with the text, they were given."""
    section = saved.partition(f"<{SECTION}".encode())[2].partition(b"\n  >")[0]
    return [key for key, text in notes.items() if key.encode() not in section or text.encode() not in section]


Row = tuple[str, str, Callable[[Facts], Verdict]]
PROBES: Final[tuple[Row, ...]] = (
    ("plugins", "Are all plug-ins there, and do they take their state back?", _plugins),
    ("track_values", "Do a track's values stand as they were written?", _as_wanted),
    ("track_guid", "Can a new track be given a GUID?", _as_wanted),
    ("sends", "Do a send's values stand as they were written?", _as_wanted),
    ("envelopes", "Do fader envelopes count along the fader, and pan envelopes the other way round?", _envelopes),
    ("undo", "Is a block one step with our name, and what does undo take along?", _undo),
    ("ext_state", "Do project notes stand as they were written?", _ext_state),
    ("render", "Does a stem before the fader come as one file, without a question?", _render),
    ("scripts", "Which Python runs in REAPER?", _scripts),
)
"""A trial of the agent, the question, and what its answer means."""
DRAWN: Final[tuple[Row, ...]] = (
    ("states", "Can we read the state of each plug-in?", _states),
    ("saved", "Are project notes saved with the project, as they were written?", _saved),
)
"""Questions that are answered by what other trials left."""


def _answer(trial: str, question: str, judge: Callable[[Facts], Verdict], facts: Facts) -> Answer:
    found = facts.get(trial)
    if not isinstance(found, Mapping):
        return Answer(trial, question, False, "not tried")
    if "error" in found:
        return Answer(trial, question, False, str(found["error"]))
    try:
        return Answer(trial, question, *judge(found))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return Answer(trial, question, False, f"an answer nobody expected ({type(error).__name__}: {error})")


def _knobs(name: str, found: Facts) -> list[Answer]:
    question = "Does the knob follow our law?"
    return [Answer(f"{name} {field}", question, False, f"shows {texts}") for field, texts in other_laws(name, found)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return math.isclose(float(one), float(other), rel_tol=1e-6, abs_tol=1e-6)
