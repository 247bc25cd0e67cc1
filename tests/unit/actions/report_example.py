"""A realistic pass to show in tests: a five-piece rock song, with arithmetic instead of audio."""

import numpy as np

from actions.report.contents import (
    AlignmentStory,
    ChangeLine,
    GroupLevel,
    MaskingPicture,
    MixPicture,
    PredictionLine,
    Problem,
    RemedyLine,
    ReportContents,
    RoomStory,
    SectionMark,
    TrackStory,
)
from analysis.measures import BANDS_HZ

LENGTH_SECONDS = 212.0
# name, role, colour, pan before and after, width, energy, mean gain reduction
BAND = (
    ("Kick In", "Kick drum, inside microphone", "#b0413e", 0.0, 0.0, 0.0, -27.0, 2.6),
    ("Snare Top", "Snare, top microphone", "#b0413e", 0.0, 0.0, 0.0, -28.5, 3.1),
    ("OH L", "Drum overhead, left", "#b0413e", 0.0, -0.8, 0.0, -33.0, None),
    ("OH R", "Drum overhead, right", "#b0413e", 0.0, 0.8, 0.0, -33.4, None),
    ("Bass DI", "Bass, direct signal", "#3e6fb0", 0.0, 0.0, 0.0, -26.1, 4.2),
    ("Gtr Rhythm L", "Rhythm guitar", "#4f9d69", 0.0, -0.75, 0.0, -29.0, None),
    ("Gtr Rhythm R", "Rhythm guitar", "#4f9d69", 0.0, 0.75, 0.0, -29.3, None),
    ("Keys Rhodes", "Electric piano", None, 0.2, 0.25, 0.8, -32.0, 1.4),
    ("Lead Vox", "Lead vocal", "#d9a441", 0.0, 0.0, 0.0, -21.0, 5.0),
    ("BV 1", "Backing vocal", "#d9a441", 0.0, -0.4, 0.0, -34.0, 2.2),
    ("BV 2", "Backing vocal", "#d9a441", 0.0, 0.4, 0.0, -34.4, 2.0),
)


def example_contents(**changed: object) -> ReportContents:
    """Return the pass, with fields changed by name."""
    names = tuple(row[0] for row in BAND)
    fields: dict[str, object] = {
        "title": "Paper Lanterns",
        "project": "Paper Lanterns.RPP",
        "written_at": "2026-11-21T14:03:05+01:00",
        "label": "First Pass 1",
        "genre": "rock",
        "genre_because": "two rhythm guitars, a full drum kit and 142 bpm",
        "taste_title": "Rock",
        "mix_before": _mix(-14.8, 0.4, -6.3, 0.38, 5.4, -1.8, 1.0),
        "mix_after": _mix(-20.0, -4.6, 0.9, 0.55, 2.4, 0.1, 0.35),
        "groups": _groups(),
        "tracks": (*(_story(i) for i in range(len(BAND))), *_unmixed(len(BAND))),
        "masking_before": MaskingPicture(names, _masking(1.0)),
        "masking_after": MaskingPicture(names, _masking(0.55)),
        "problems": _problems(),
        "dropped": ("The fader of Keys Rhodes: you have moved it since the last pass",),
        "not_modelled": ("VST: Pro-Q 3 (FabFilter) on Lead Vox",),
        "approximated": ("Shaker: stretched with its pitch kept, heard here without the stretch's artefacts",),
        "seconds": {"listening": 8.42, "deciding": 1.31, "checking": 3.05, "writing": 0.12},
        "previews": {
            "before": "preview/before.wav",
            "after": "preview/after.wav",
            "after_raw": "preview/after raw.wav",
        },
        "target_levels_db": _tone(0.0),
        "lead_target_db": 1.0,
        "alignments": _alignments(),
        "rooms": _rooms(),
        "predictions": (
            PredictionLine("group loudness", "LU", 0.04, 0.14, "drums"),
            PredictionLine("gain reduction", "dB", 0.07, 0.24, "Snare <top>, First Pass Comp"),
        ),
        "sections": (
            SectionMark("A", "", 0.0, 16.0),
            SectionMark("B", "Verse 1", 16.0, 48.0),
            SectionMark("C", "Chorus <1>", 48.0, 80.0),
            SectionMark("B", "Verse 2", 80.0, 112.0),
            SectionMark("C", "Chorus", 112.0, LENGTH_SECONDS),
        ),
    }
    return ReportContents(**{**fields, **changed})  # type: ignore[arg-type]


def crowd_contents(count: int) -> ReportContents:
    """Return a pass over so many tracks, each with all kinds of changes and a gain reduction curve."""
    return example_contents(
        tracks=tuple(_story(i) for i in range(count)),
        masking_before=MaskingPicture(tuple(f"Track {i}" for i in range(count)), np.full((count, count), 0.3)),
        masking_after=MaskingPicture(tuple(f"Track {i}" for i in range(count)), np.full((count, count), 0.2)),
    )


def _tone(dent: float) -> np.ndarray:
    octaves = np.log2(np.array(BANDS_HZ) / 1000.0)
    slope = -2.4 * octaves - 0.6 * octaves**2 - 6.0 * np.clip(-octaves - 4.1, 0.0, None)
    mud = 7.0 * np.exp(-((octaves + 1.7) ** 2)) - 5.0 * np.exp(-((octaves - 2.3) ** 2) / 1.5)
    return slope + dent * mud + dent * 1.2 * np.sin(5.0 * octaves)


def _mix(
    loudness: float, peak: float, lead: float, clarity: float, distance: float, imbalance: float, dent: float
) -> MixPicture:
    times = np.arange(0.0, LENGTH_SECONDS, 0.05)
    song = 5.0 * np.tanh(3.0 * np.sin(times / 17.0)) + 1.5 * np.sin(times / 1.9) * np.sin(times / 5.3)
    short_term = loudness - 2.0 + song * (1.0 - 0.2 * (1.0 - dent))
    short_term[times < 3.0] = -np.inf
    return MixPicture(
        loudness, peak, lead, clarity, distance, -9.0, -23.0, imbalance, _tone(dent) + loudness, short_term, times
    )


def _alignments() -> tuple[AlignmentStory, ...]:
    times = np.arange(-3.0, 13.0, 0.05)
    hit = np.where(times > 0.0, np.sin(2.1 * times) * np.exp(-0.3 * times), 0.0)
    return (
        AlignmentStory(
            "Bass DI", "Bass Amp", False, (1.9, 0.0), (True, False), (-0.27, 0.61), 4.7, "",
            (times, hit), (times + 1.9, -0.8 * hit), (times, 0.8 * hit),
        ),
        AlignmentStory("Snare Top", "Snare Bottom", False, (0.5, 0.5), (False, False), (0.6, 0.6), 0.0, "it is enough"),
        AlignmentStory("Snare Top", "OH L", True, (2.4, 2.4), (False, False), (0.2, 0.2)),
    )  # fmt: skip


def _rooms() -> tuple[RoomStory, ...]:
    return (
        RoomStory(
            "Kick In", ("Bass DI",), 40.0, 110.0, (0.61, 0.27), 0.3,
            (
                RemedyLine("Level", "at its place in the balance 42 % is covered", 0.42),
                RemedyLine("Pan", "no remedy: the low end belongs to the middle", 0.42),
                RemedyLine("EQ", "another 2.0 dB from 40 to 110 Hz would thin it all the time", 0.42),
                RemedyLine("Ducking", "2.4 dB while both play leaves 27 % covered", 0.27, True),
            ),
        ),
        RoomStory(
            "Lead <Vox>", ("Gtr Rhythm L", "Gtr Rhythm R"), 1000.0, 4000.0, (0.52, 0.24), 0.3,
            (RemedyLine("Pan", "as panned 24 % is covered, in the middle it was 38 %", 0.24, True),),
        ),
    )  # fmt: skip


def _groups() -> tuple[GroupLevel, ...]:
    return (
        GroupLevel("lead_vocal", 0.0, 0.0, 0.0),
        GroupLevel("bass", -1.2, -5.8, -6.0),
        GroupLevel("kick", -12.5, -8.3, -8.0),
        GroupLevel("snare", -3.0, -8.1, -8.5),
        GroupLevel("overheads", -6.2, -12.4, -13.0),
        GroupLevel("rhythm_guitar", 4.6, -7.2, -7.5),
        GroupLevel("keys", -4.0, -7.4, -9.5),
        GroupLevel("backing_vocal", -5.0, -8.2, -8.0),
    )


def _story(index: int) -> TrackStory:
    name, role, color, pan_before, pan, width, energy, reduction = BAND[index % len(BAND)]
    times = np.arange(0.0, LENGTH_SECONDS, 0.05)
    curve = None
    if reduction is not None:
        curve = (times, np.clip(reduction * (1.0 + np.sin(times / (0.7 + index % 11) + index)), 0.0, None))
    return TrackStory(
        name if index < len(BAND) else f"{name} {index}",
        index + 1,
        f"{{00000000-0000-0000-0000-{index:012d}}}",
        role,
        0.97 - 0.02 * (index % 11),
        (f"its name holds “{name.split()[0].casefold()}”", "most of its energy lies where that role's does"),
        -24.0 - index % 7,
        -3.0 - index % 5,
        color,
        tuple(_changes(index, pan_before, pan, reduction)),
        ("Rings at 412 Hz, 6.1 dB above its surroundings",) if index % 4 == 1 else (),
        None,
        pan,
        width,
        energy,
        curve,
        reduction,
        pan_before,
    )


def _changes(index: int, pan_before: float, pan: float, reduction: float | None) -> list[ChangeLine]:
    guid = f"{{{index}}}"
    lines = [
        ChangeLine(
            f"Fader {-2.0 - index % 3:.1f} → {3.1 - index % 8:.1f} dB".replace("-", "−"),
            f"group at {-6.0 - index % 4:.1f} LU against the lead, one of 2 in its group",
            "balance",
            1.0 + (index * 7 % 11),
            f"{guid}/fader",
        ),
        ChangeLine(
            "Trim +8.2 dB before the plug-ins",
            "plays at -28.2 LUFS with peaks at -14.9 dBFS; +8.2 dB brings it to -20.0 LUFS before the plug-ins",
            "gain",
            2.4,
            f"{guid}/fx/trim",
        ),
        ChangeLine(
            "EQ: high-pass 80 Hz, −3.0 dB at 250 Hz (wide), −4.1 dB at 412 Hz (narrow)",
            "high-pass at 80 Hz: 1.2 % of the energy lies below it; -3 dB at 250 Hz: makes room, the voice, drums "
            "and bass together 1.4 points easier to hear",
            "tone",
            4.0 - index % 3,
            f"{guid}/fx/eq",
        ),
    ]
    if pan != pan_before:
        side = "left" if pan < 0 else "right"
        lines.append(
            ChangeLine(
                f"Pan centre → {100 * abs(pan):.0f} % {side}",
                f"its name says {side}",
                "pan",
                4.0 * abs(pan),
                f"{guid}/pan",
            )
        )
    if reduction is not None:
        lines.append(
            ChangeLine(
                "Compressor 3:1 at −24.5 dB, 4.0 dB make-up",
                f"{reduction:.1f} dB of gain reduction while it plays (3.0 dB wanted for this role, crest 14 dB)",
                "dynamics",
                reduction,
                f"{guid}/fx/comp",
            )
        )
    return lines


def _unmixed(first: int) -> tuple[TrackStory, ...]:
    return (
        TrackStory("Click", first + 1, "{C}", "Click", 0.99, ("named “Click”",), unmixed_because="a click track"),
        TrackStory("Gtr scratch", first + 2, "{S}", "Guide", 0.88, unmixed_because="a guide track"),
        TrackStory("Drum Bus", first + 3, "{B}", "Bus", 1.0, unmixed_because="a bus, its members are mixed"),
        TrackStory("Shaker", first + 4, "{H}", "Shaker", 0.9),
    )


def _problems() -> tuple[Problem, ...]:
    return (
        Problem("notable", "Bass DI", "hums at 50 Hz and its overtones, 12 dB above the floor", "Notch it."),
        Problem(
            "serious",
            "Lead Vox",
            "clips in 14 places, the first at 0:42",
            "Ask for another take or export, or repair it with a declipper.",
        ),
        Problem("minor", "Gtr scratch", "is a duplicate of Gtr Rhythm L", "Mute or delete one of them."),
        Problem("serious", "FX Riser", "Riser 02.wav is missing", "Put the file back beside the project."),
    )


def _masking(amount: float) -> np.ndarray:
    count = len(BAND)
    rows, columns = np.mgrid[0:count, 0:count]
    shares = 0.5 * np.abs(np.sin(1.7 * rows + 0.9 * columns)) ** 3
    shares[5, 8] = 0.62
    shares[6, 8] = 0.57
    np.fill_diagonal(shares, 0.0)
    return np.asarray(amount * shares)
