"""Problems of a recording found by listening: what, where, how much, and what to do.

One pass over the samples leaves small evidence (`FlawCollector.evidence`), which is stored with the measures;
what counts as a flaw depends on what the track plays and is decided later, cheaply (`flaws_of`).
What only two tracks together show is in `analysis.flaws.between` and `analysis.relations`.

    collector = FlawCollector(sample_rate_hz, channel_count)
    for block in blocks:                 # (channels, n) float32, in order
        collector.feed(block)
    evidence = collector.evidence()
    flaws = flaws_of(measures, evidence, role)
"""

from analysis.evidence import FlawEvidence
from analysis.flaws.collector import FlawCollector
from analysis.flaws.track import flaws_of
from analysis.measures import Flaw, TrackMeasures

__all__ = ["FlawCollector", "FlawEvidence", "flaws_from", "flaws_of"]


def flaws_from(collector: FlawCollector, measures: TrackMeasures, role: str | None = None) -> tuple[Flaw, ...]:
    """Return the flaws of a track that has just been listened to."""
    return flaws_of(measures, collector.evidence(), role)
