"""Findings on plug-ins: those that are offline, and those that delay everything by much.

How much a plug-in delays is known from a running REAPER alone. Of a project file only names can be told, and of
names only those that say it.
"""

import re
from collections.abc import Iterator
from typing import Final

from actions.examining.finding import SessionFinding
from actions.hearing import Heard
from reaper_bridge.session.model import FxSlot

HIGH_LATENCY_MS: Final = 20.0
"""Playing through this much is felt as an echo; while mixing REAPER makes up for it."""
_LINEAR_PHASE: Final = re.compile(r"\blin(?:ear)?[ -]?phase\b|\blineq\b|\blinmb\b", re.IGNORECASE)


def plugin_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield plug-ins that are offline, and those whose latency is high."""
    for track in (*heard.session.tracks, heard.session.master):
        for slot in track.fx:
            name = slot.label or slot.plugin
            if slot.offline:
                found = f"{name} is offline, so nothing of it is heard."
                advice = "Set it online in the FX window, or remove it."
                yield SessionFinding("fx_offline", "worth knowing", track.id, found, advice)
            elif slot.enabled and track.fx_enabled:
                late = _latency(slot, name, heard.sample_rate_hz)
                if late:
                    advice = "Nothing to do while mixing; switch it off before you record or play along."
                    yield SessionFinding("latency", "worth knowing", track.id, late, advice)


def _latency(slot: FxSlot, name: str, sample_rate_hz: int) -> str:
    """Say how late a plug-in is where that is much, nothing otherwise."""
    if slot.latency_samples is not None:
        late_ms = 1000.0 * slot.latency_samples / sample_rate_hz
        return (
            f"{name} delays by {late_ms:.0f} ms ({slot.latency_samples} samples)." if late_ms >= HIGH_LATENCY_MS else ""
        )
    if _LINEAR_PHASE.search(f"{slot.plugin} {slot.label}"):
        return f"{name} works in linear phase by its name, which takes some ten ms; how many shows only in REAPER."
    return ""
