"""What a track sounds like it is: a table of ranges per kind of sound, judged without a model.

Each kind is described by ranges of its shape with soft edges; how well a track fits is the mean of its marks,
held down by the worst of them. What is struck fades between the hits, what is blown or bowed does not; a hat is
struck with wood, jingles are shaken and have no mids. Confidence is never above 0.7, and falls where two families
fit about equally: a sound alone can say "kick" or "voice", but hardly which microphone, and not which voice is
the lead.
"""

import math
from dataclasses import dataclass

from analysis.measures import TrackMeasures
from analysis.roles.names import RoleGuess
from analysis.roles.shape import SoundShape, shape_of
from analysis.roles.vocabulary import ROLES, family_of

HIGHEST_CONFIDENCE = 0.7


@dataclass(frozen=True)
class Kind:
    """One kind of sound: its role, what its best fit is worth, and ranges ``name lowest highest edge``.

    Below ``lowest`` and above ``highest`` the mark falls to nothing over ``edge``.
    """

    role: str
    ceiling: float
    because: str
    ranges: tuple[tuple[str, float, float, float], ...]


def _kind(role: str, ceiling: float, because: str, text: str) -> Kind:
    ranges = []
    for part in text.split(","):
        name, lowest, highest, edge = part.split()
        ranges.append((name, float(lowest), float(highest), float(edge)))
    return Kind(role, ceiling, because, tuple(ranges))


KINDS: tuple[Kind, ...] = (
    _kind("kick", 0.7, "short low thumps",
          "low_ratio .28 1 .2, bottom_ratio .72 1 .2, top_ratio 0 .04 .05, timbre_change_db 5.2 20 1.7,"
          " timbre_range_db 0 8.3 .8,"
          " decay_ms 0 190 100, hits_per_second .7 12 .5, centroid_hz 30 135 30"),
    _kind("snare", 0.66, "short hits with body and rattle",
          "bottom_ratio .15 .75 .15, low_ratio 0 .12 .1, low_mid_ratio .2 .75 .15, decay_ms 0 60 40,"
          " sustain_ratio 0 .26 .12, hits_per_second .5 7 2, timbre_change_db 2.5 7 1.5, crest_db 17 40 4,"
          " timbre_range_db 0 6 2, brightness_db -26 0 6, high_ratio 0 .2 .1"),
    _kind("tom", 0.6, "seldom hits, low and ringing",
          "bottom_ratio .6 1 .15, low_ratio 0 .55 .15, bass_ratio .35 1 .1, decay_ms 25 200 25,"
          " sustain_ratio 0 .6 .15, crest_db 16 40 3, timbre_range_db 5.5 11 1.5, timbre_change_db 2.5 8 1,"
          " top_ratio 0 .06 .05, brightness_db -60 -24 6"),
    _kind("hihat", 0.58, "short bright ticks",
          "top_ratio .7 1 .2, high_ratio .1 1 .2, centroid_hz 3200 15000 900, hits_per_second 2 20 1,"
          " sibilance_ratio .3 1 .25, decay_ms 0 110 60, timbre_range_db 1.5 6 .4, crest_db 19 40 3, attack_ms 0 13 5,"
          " low_ratio 0 .02 .03, brightness_db 3 29 5"),
    _kind("hihat", 0.56, "ticks of noise that begin at once and are soon over",
          "top_ratio .9 1 .1, brightness_db 27 120 5, attack_ms 0 5.5 2, decay_ms 0 45 15, hits_per_second 2 20 1,"
          " sustain_ratio 0 .4 .1, crest_db 19 40 3, timbre_range_db 0 3 1"),
    _kind("shaker", 0.62, "bright and even, in steady time",
          "high_ratio .9 1 .1, hits_per_second 4 20 2, timbre_range_db 0 1.2 .25, timbre_change_db 0 1.2 .5,"
          " decay_ms 0 60 40, sibilance_ratio .5 1 .2, attack_ms 12 60 5"),
    _kind("cymbals", 0.58, "long bright wash",
          "top_ratio .55 1 .15, hits_per_second .05 2.2 .5, decay_ms 120 1500 60, attack_ms 0 18 8,"
          " sibilance_ratio .15 1 .15, crest_db 17 45 4, timbre_range_db 2 7 1, active_seconds 4 9999 3"),
    _kind("overheads", 0.56, "a whole drum kit, bright",
          "top_ratio .28 .85 .1, bottom_ratio .02 .6 .05, crest_db 22 45 3, timbre_range_db 4.8 10 1,"
          " timbre_change_db 2.5 7 .6, hits_per_second 1.5 12 1, brightness_db -8 8 5, decay_ms 0 80 40,"
          " low_mid_ratio .05 .35 .05"),
    _kind("drum_loop", 0.58, "many different drum sounds",
          "timbre_range_db 7 14 1.2, timbre_change_db 4.2 12 .8, sustain_ratio 0 .36 .1, decay_ms 0 80 30,"
          " bottom_ratio .3 .9 .15, hits_per_second 2 12 1, crest_db 16 40 3, low_ratio .1 .7 .1,"
          " attack_ms 0 22 8"),
    _kind("percussion", 0.56, "short hits in the mids",
          "low_mid_ratio .45 .95 .15, bottom_ratio 0 .45 .12, low_ratio 0 .1 .1, decay_ms 0 70 40,"
          " sustain_ratio 0 .4 .1, hits_per_second 1.5 14 1, timbre_change_db 5 16 1.5, timbre_range_db 6.5 12 1.5,"
          " attack_ms 0 12 5, sibilance_ratio 0 .02 .03"),
    _kind("click", 0.56, "the same short tick, never pausing",
          "interval_ratio 0 .02 .02, decay_ms 0 22 8, attack_ms 0 9 5, centroid_hz 500 3500 400,"
          " hits_per_second .8 9 1, sustain_ratio 0 .2 .1, bottom_ratio 0 .1 .08, high_ratio 0 .15 .1,"
          " active_seconds 10 9999 5"),
    _kind("bass", 0.68, "low notes that hold",
          "bottom_ratio .75 1 .15, top_ratio 0 .02 .03, timbre_change_db 0 2.4 .9, sustain_ratio .35 1 .12,"
          " tonality_db 0 6 2, brightness_db -200 -42 8, active_seconds 6 9999 4, centroid_hz 40 190 40"),
    _kind("lead_vocal", 0.7, "vowels and sibilants by turns",
          "timbre_range_db 8.8 14 1, timbre_change_db 3.6 9 .6, sibilance_ratio .025 .35 .02,"
          " sustain_ratio .4 .97 .1, low_ratio 0 .06 .08, bass_ratio 0 .4 .12, low_mid_ratio .25 .8 .12,"
          " attack_ms 11 60 4, crest_db 10 22 3"),
    _kind("egtr_rhythm", 0.6, "dense and level, with an edge",
          "crest_db 7 14.5 1.5, sustain_ratio .85 1 .1, high_mid_ratio .17 .7 .06, timbre_change_db 0 2.8 .6,"
          " tonality_db 2 5 1.2, low_ratio 0 .08 .08, high_ratio 0 .12 .1, brightness_db -26 -6 4"),
    _kind("egtr_lead", 0.52, "a held line with an edge",
          "crest_db 7 13 1.5, sustain_ratio .9 1 .1, high_mid_ratio .15 .6 .06, timbre_range_db 8 13 1.5,"
          " timbre_change_db 1.5 3.4 .6, tonality_db 5 9 1, bottom_ratio 0 .08 .08, sibilance_ratio 0 .02 .02"),
    _kind("egtr_clean", 0.54, "held notes of middle brightness",
          "crest_db 9 14.5 1.5, sustain_ratio .8 1 .1, mid_ratio .18 .5 .08, high_mid_ratio .02 .15 .04,"
          " timbre_change_db 1.6 3.2 .5, timbre_range_db 5.5 10 1.2, tonality_db 4.5 9 1, sibilance_ratio 0 .02 .02,"
          " brightness_db -32 -18 4"),
    _kind("agtr", 0.6, "plucked strings with body and shine",
          "crest_db 15.5 24 1.5, sustain_ratio .7 1 .12, low_mid_ratio .4 .75 .1, mid_ratio .12 .4 .05,"
          " high_mid_ratio .02 .2 .025, timbre_change_db 1.6 3.8 .4, tonality_db 4.8 9 1.2, brightness_db -28 -10 4,"
          " sibilance_ratio 0 .02 .02, low_ratio 0 .06 .05, timbre_range_db 3 7.5 1,"
          " level_range_db 0 15 5"),
    _kind("piano", 0.58, "struck notes that ring, dark",
          "low_mid_ratio .45 .95 .15, top_ratio 0 .05 .03, timbre_change_db .8 1.9 .4, hits_per_second .6 6 .5,"
          " sustain_ratio .5 .99 .15, brightness_db -75 -36 6, crest_db 14.8 22 1.2, tonality_db 5.5 9.3 1,"
          " low_ratio 0 .1 .08, decay_ms 150 900 80, level_range_db 9 60 3"),
    _kind("epiano", 0.55, "round struck notes that ring",
          "low_mid_ratio .5 .95 .15, top_ratio 0 .02 .02, timbre_change_db .8 1.9 .4, hits_per_second .4 6 .4,"
          " sustain_ratio .6 1 .15, brightness_db -75 -45 6, crest_db 9 14.3 1, tonality_db 7.5 13 1.2,"
          " decay_ms 200 1499 80, level_range_db 12 60 3"),
    _kind("organ", 0.55, "held chords that neither swell nor fade",
          "sustain_ratio .95 1 .05, timbre_change_db .6 1.8 .4, tonality_db 8.5 16 1.2, level_range_db 0 6 2,"
          " top_ratio 0 .1 .05, bottom_ratio .1 .8 .12, timbre_range_db 2.5 7 1.2, brightness_db -90 -32 8"),
    _kind("synth_pad", 0.49, "held chords without hits",
          "sustain_ratio .93 1 .06, hits_per_second 0 .3 .25, timbre_change_db .8 2.6 .5, tonality_db 5.5 12 1.2,"
          " crest_db 8 14 1.5, top_ratio 0 .08 .05, brightness_db -80 -30 4, low_ratio 0 .15 .1"),
    _kind("strings", 0.52, "bowed or held notes with shine",
          "sustain_ratio .85 1 .08, hits_per_second 0 .6 .3, timbre_change_db 1 2.4 .4, tonality_db 7.8 14 1.2,"
          " crest_db 12 19 1.5, brightness_db -34 -12 5, mid_ratio .15 .6 .08, low_ratio 0 .06 .05"),
    _kind("synth", 0.53, "short notes without highs",
          "low_mid_ratio .8 1 .12, top_ratio 0 .01 .015, brightness_db -90 -46 6, decay_ms 90 300 50,"
          " sustain_ratio .05 .45 .12, timbre_change_db 2.2 5.5 .8, crest_db 18 40 3, tonality_db 2 7 1"),
    _kind("junk", 0.7, "steady noise and nothing else",
          "tonality_db 0 .6 .3, sustain_ratio .9 1 .08, timbre_change_db 0 2.3 .4, timbre_range_db 0 2.3 .4,"
          " level_range_db 0 5 3, active_lufs -200 -42 6"),
)  # fmt: skip


def role_from_sound(measures: TrackMeasures) -> RoleGuess:
    """Tell what a track is from its sound alone, with a confidence of at most 0.7 (0.95 for silence)."""
    if measures.is_silent:
        return RoleGuess("junk", 0.95, ("nothing on it is louder than -70 LUFS",))
    shape = shape_of(measures)
    if shape is None:
        return RoleGuess("unknown", 0.0, ("it plays for less than a quarter of a second",))
    return role_from_shape(shape)


def role_from_shape(shape: SoundShape) -> RoleGuess:
    """Tell what a sound of that shape is likeliest to be."""
    fits = sorted(((fit(kind, shape), kind) for kind in KINDS), key=lambda pair: -pair[0] * pair[1].ceiling)
    best, kind = fits[0]
    rivals = [mark for mark, other in fits[1:] if family_of(other.role) != family_of(kind.role)]
    lead = 1.0 - 0.6 * max(0.0, max(rivals) / best - 0.5) if best > 0.0 else 0.0
    confidence = min(HIGHEST_CONFIDENCE, kind.ceiling * best * lead)
    if confidence < 0.1:
        return RoleGuess("unknown", 0.0, ("its sound is like nothing in particular",))
    title = ROLES[kind.role].title.lower()
    return RoleGuess(kind.role, round(confidence, 3), (f"it sounds like {title}: {kind.because}",))


def fit(kind: Kind, shape: SoundShape) -> float:
    """Return how well a sound fits a kind, 0 to 1."""
    marks = [_mark(float(getattr(shape, name)), low, high, edge) for name, low, high, edge in kind.ranges]
    return math.sqrt(min(marks) * sum(marks) / len(marks))


def _mark(value: float, low: float, high: float, edge: float) -> float:
    distance = max(low - value, value - high, 0.0) / edge
    return max(0.0, 1.0 - distance * distance) if distance < 1.0 else 0.0
