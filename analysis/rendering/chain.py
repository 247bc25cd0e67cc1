"""A chain of plug-ins as one processor, and which plug-ins are modelled at all."""

from collections.abc import Sequence

import numpy as np

from analysis.rendering.compressor import Compressor
from analysis.rendering.deesser import DeEsser, is_deesser
from analysis.rendering.delay import Delay
from analysis.rendering.enhancer import Enhancer, is_enhancer
from analysis.rendering.equaliser import SHAPES, Equaliser
from analysis.rendering.gate import Gate
from analysis.rendering.jsfx import Trim, is_trim
from analysis.rendering.limiter import Limiter
from analysis.rendering.processor import Block, DelayLine, Processor
from analysis.rendering.reverb import Reverb
from analysis.rendering.saturation import Saturation, is_saturation
from analysis.rendering.transients import TransientController, is_transient_controller
from reaper_bridge.session.effects import (
    Effect,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import FxSlot
from reaper_bridge.session.values import plugin_name

DEFAULT_TEMPO_BPM = 120.0


def processor(effect: Effect, sample_rate_hz: int, *, tempo_bpm: float = DEFAULT_TEMPO_BPM) -> Processor | None:
    """Return a plug-in at work, or None where it is not modelled. Only ReaDelay asks for the tempo."""
    if isinstance(effect, ReaEq):
        return Equaliser(effect, sample_rate_hz)
    if isinstance(effect, ReaComp):
        return Compressor(effect, sample_rate_hz)
    if isinstance(effect, ReaGate):
        return Gate(effect, sample_rate_hz)
    if isinstance(effect, ReaLimit):
        return Limiter(effect, sample_rate_hz)
    if isinstance(effect, ReaVerbate):
        return Reverb(effect, sample_rate_hz)
    if isinstance(effect, ReaDelay):
        return Delay(effect, sample_rate_hz, tempo_bpm)
    if isinstance(effect, Jsfx) and is_trim(effect):
        return Trim(effect)
    if isinstance(effect, Jsfx) and is_deesser(effect):
        return DeEsser(effect, sample_rate_hz)
    if isinstance(effect, Jsfx) and is_saturation(effect):
        return Saturation(effect)
    if isinstance(effect, Jsfx) and is_enhancer(effect):
        return Enhancer(effect, sample_rate_hz)
    if isinstance(effect, Jsfx) and is_transient_controller(effect):
        return TransientController(effect, sample_rate_hz)
    return None


def shortcomings(slot: FxSlot) -> tuple[str, ...]:
    """Say in words what of a plug-in the model leaves out; nothing where it is modelled, or off."""
    if not slot.sounds:
        return ()
    effect, name = slot.effect, slot.label or slot.plugin or plugin_name(slot.effect)
    if isinstance(effect, ForeignEffect) or (isinstance(effect, Jsfx) and not _is_modelled(effect)):
        return (f"{name} is not modelled and passed through",)
    found = []
    if slot.has_automation:
        found.append(f"the automation of {name} is ignored")
    if isinstance(effect, ReaEq):
        missing = sorted({b.shape.replace("_", " ") for b in effect.bands if b.enabled and b.shape not in SHAPES})
        found += [f"the {shape} of {name} is left out" for shape in missing]
    if isinstance(effect, ReaComp) and effect.auto_release:
        found.append(f"the auto release of {name} is taken as its release knob")
    return tuple(found)


def _is_modelled(effect: Jsfx) -> bool:
    known = (is_trim, is_deesser, is_saturation, is_enhancer, is_transient_controller)
    return any(is_one(effect) for is_one in known)


class Chain:
    """The plug-ins of a track that are on, one after the other, each with its wet ratio.

    ``peaks`` keeps the largest sample magnitude after each plug-in since the last reset.
    """

    def __init__(self, slots: Sequence[FxSlot], sample_rate_hz: int, *, tempo_bpm: float = DEFAULT_TEMPO_BPM) -> None:
        self._links: list[tuple[FxSlot, Processor, DelayLine]] = []
        for slot in slots:
            modelled = processor(slot.effect, sample_rate_hz, tempo_bpm=tempo_bpm) if slot.sounds else None
            if modelled is not None:
                self._links.append((slot, modelled, DelayLine(modelled.latency_samples)))
        self.latency_samples = sum(link[1].latency_samples for link in self._links)
        self.memory_seconds = sum(link[1].memory_seconds for link in self._links)
        self.processors: dict[FxId, Processor] = {slot.id: modelled for slot, modelled, _ in self._links}
        self.peaks: dict[FxId, float] = dict.fromkeys(self.processors, 0.0)

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Run a block through the chain; it may be overwritten."""
        for slot, modelled, delay in self._links:
            if slot.wet_ratio < 1.0:
                dry = delay.process(block.copy())
                block = modelled.process(block, side_chain)
                block *= slot.wet_ratio
                block += (1.0 - slot.wet_ratio) * dry
            else:
                block = modelled.process(block, side_chain)
            if block.size:
                peak = max(float(block.max()), -float(block.min()))
                self.peaks[slot.id] = max(self.peaks[slot.id], peak)
        return block

    def reset(self) -> None:
        """Forget everything heard so far; the meters stay."""
        for _, modelled, delay in self._links:
            modelled.reset()
            delay.reset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the chain is on and modelled."""
        return not self._links


def silence(sample_count: int) -> Block:
    """Return a block of silence."""
    return np.zeros((2, sample_count))
