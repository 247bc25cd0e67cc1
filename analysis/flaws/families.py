"""What tracks of a family usually sound like, as far as a flaw can be told from it.

``usual_db`` are coarse third-octave levels (anchors, joined by straight lines over log frequency) of dry
recorded or sampled instruments of the family; only their shape counts. The spread between healthy tracks of
one family is several decibels, so a blemish must stand out by more, and only where it is known to bother.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures import FlawKind

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Blemish:
    """A bump to look for: its kind, where, and from how many standard deviations on it is believed."""

    kind: FlawKind
    lowest_hz: float
    highest_hz: float
    least_sigma: float


@dataclass(frozen=True)
class Family:
    """A family of tracks: words its roles contain, its usual spectrum, its blemishes.

    ``dull_below_db`` is how far the top octave may lie under the usual before the track counts as dull,
    ``bright_above_db`` how far over; None where healthy tracks differ too much.
    """

    words: tuple[str, ...]
    usual_db: tuple[tuple[float, float], ...]
    blemishes: tuple[Blemish, ...]
    dull_below_db: float | None = None
    bright_above_db: float | None = None

    def usual_at(self, frequencies_hz: Floats) -> Floats:
        """Return the usual third-octave level at frequencies, in dB above an arbitrary zero."""
        places, levels = np.array(self.usual_db).T
        return np.asarray(np.interp(np.log2(frequencies_hz), np.log2(places), levels))


_VOICE_DB = (
    (80, -28),
    (125, -22),
    (160, -10),
    (200, -4),
    (400, 1),
    (630, 2),
    (1000, -2),
    (2000, -8),
    (4000, -12),
    (8000, -10),
    (12500, -22),
)

# The first family with a fitting word counts.
FAMILIES: dict[str, Family] = {
    "kick": Family(
        ("kick",),
        (
            (40, -1), (63, 4), (125, 2), (200, -6), (315, -13), (500, -16), (1000, -18),
            (4000, -20), (8000, -32), (16000, -55),
        ),
        (Blemish("boxy", 330, 580, 3.7),),
    ),
    "snare": Family(
        ("snare", "clap"),
        (
            (63, -31), (100, -21), (160, -8), (225, 9), (400, 1), (800, -3), (1600, -8),
            (4000, -8), (8000, -8), (12500, -28),
        ),
        (Blemish("resonance", 550, 1300, 4.2),),
    ),
    "cymbals": Family(
        ("hihat", "ride", "cymbal", "shaker", "tamb"),
        (
            (63, -33), (125, -36), (250, -22), (500, -17), (1000, -12), (2000, -10), (4000, -4),
            (8000, 2), (12500, 4), (16000, 2),
        ),
        (Blemish("harsh", 5800, 9500, 3.0),),
    ),
    "overheads": Family(
        ("overhead",),
        (
            (63, -14), (125, -10), (250, -5), (500, -6), (1000, -8), (2000, -6), (4000, 1),
            (8000, 0), (12500, -3), (16000, -6),
        ),
        (Blemish("harsh", 5000, 9500, 4.0),),
        dull_below_db=4.2,
    ),
    "toms": Family(
        ("tom",),
        ((40, -15), (63, -2), (80, 3), (200, 0), (400, -4), (800, -9), (1600, -13), (8000, -19), (16000, -34)),
        (Blemish("boxy", 350, 580, 2.2),),
    ),
    "synth basses": Family(("synth_bass",), ((40, 0), (63, 0), (200, -12), (1000, -33), (8000, -48)), ()),
    "bass": Family(
        ("bass",),
        (
            (40, -4), (63, 2), (125, 3), (200, 1), (315, -5), (500, -13), (1000, -19), (2000, -29),
            (4000, -39), (8000, -50),
        ),
        (Blemish("mud", 170, 330, 1.8),),
    ),
    "electric guitars": Family(
        ("egtr",),
        (
            (63, -28), (100, -13), (160, -4), (315, -4), (630, -3), (1250, -1), (2500, 1),
            (4000, -1), (5000, -7), (6300, -17), (8000, -26), (12500, -42),
        ),
        (Blemish("harsh", 2600, 4600, 2.5),),
        bright_above_db=2.6,
    ),
    "acoustic guitars": Family(
        ("agtr",),
        (
            (63, -38), (80, -34), (125, -18), (160, -11), (250, -3), (400, 1), (800, 1),
            (1600, -3), (3150, -6), (6300, -10), (10000, -22),
        ),
        (Blemish("resonance", 140, 300, 2.6),),
    ),
    "keys": Family(
        ("piano", "keys", "organ", "strings", "pad"),
        (
            (63, -36), (80, -24), (125, -8), (200, -4), (315, 0), (500, 3), (1000, -3), (2000, -9),
            (4000, -24), (8000, -48),
        ),
        (Blemish("mud", 200, 350, 2.0),),
    ),
    "lead voices": Family(
        ("lead_vocal", "vocal_double", "speech"),
        _VOICE_DB,
        (Blemish("boxy", 380, 560, 3.3),),
    ),
    "voices": Family(("vocal", "choir", "adlib"), _VOICE_DB, ()),
}  # fmt: skip


def family_named(role: str | None) -> Family | None:
    """Return the family that a role belongs to, None for none or a role without a usual spectrum."""
    if role is None:
        return None
    return next((family for family in FAMILIES.values() if any(word in role for word in family.words)), None)


def is_voice(role: str | None) -> bool:
    """Whether somebody sings or speaks on a track of this role."""
    words = FAMILIES["lead voices"].words + FAMILIES["voices"].words
    return role is not None and any(word in role for word in words)
