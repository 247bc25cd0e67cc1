"""Taste: every number the mixing brain uses, in TOML, with its source.

``base.toml`` holds them all; a genre file overrides some; the user's ``taste.toml`` overrides the rest.
Unknown keys are errors with a suggestion, so that a typing mistake never passes as a choice.
"""

import difflib
import functools
import os
import sys
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from analysis.roles import ROLES
from reaper_bridge.session.errors import TasteError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

GENRES: tuple[str, ...] = (
    "pop",
    "rock",
    "metal",
    "hip-hop",
    "electronic",
    "country",
    "jazz",
    "folk",
    "orchestral",
)
GENRE_ALIASES: Mapping[str, str] = {
    "acoustic": "folk",
    "folk/acoustic": "folk",
    "singer-songwriter": "folk",
    "rap": "hip-hop",
    "hiphop": "hip-hop",
    "trap": "hip-hop",
    "edm": "electronic",
    "electro": "electronic",
    "techno": "electronic",
    "house": "electronic",
    "dance": "electronic",
    "indie": "rock",
    "punk": "rock",
    "blues": "rock",
    "classical": "orchestral",
    "r&b": "pop",
    "soul": "pop",
    "heavy metal": "metal",
}
USER_FILE = "taste.toml"
Spectrum = Literal["vocals", "drums", "bass", "other", "none"]


Ratio: TypeAlias = Annotated[float, Field(ge=1, le=100)]
Milliseconds: TypeAlias = Annotated[float, Field(ge=0, le=5000)]


class Section(BaseModel):
    """A part of a taste; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    source: str = ""


class Gain(Section):
    """Gain staging before the plug-ins."""

    active_loudness_lufs: float = Field(ge=-40, le=-6)
    peak_ceiling_dbfs: float = Field(ge=-24, le=0)
    smallest_move_db: float = Field(ge=0, le=12)
    largest_move_db: float = Field(ge=0, le=60)


class Alignment(Section):
    """Microphones of one performance: their polarity and their time."""

    polarity: bool = True
    delays: bool = True
    largest_delay_ms: float = Field(ge=0, le=5)
    smallest_delay_ms: float = Field(ge=0.05, le=5)
    least_coherence_ratio: float = Field(ge=0.1, le=1)
    least_prominence_ratio: float = Field(ge=1, le=10)
    least_gain_ratio: float = Field(ge=0, le=1)


class Balance(Section):
    """Faders: the lead against the rest, and the engineer's rough balance."""

    lead_to_accompaniment_db: float = Field(ge=-12, le=12)
    smallest_move_db: float = Field(ge=0, le=6)
    largest_fader_db: float = Field(ge=0, le=12)
    rough_blend_ratio: float = Field(ge=0, le=1)
    mix_loudness_lufs: float = Field(ge=-36, le=-12)
    true_peak_ceiling_dbtp: float = Field(ge=-18, le=-1)
    without_lead_lift_db: float = Field(default=0.0, ge=0, le=6)
    keeps_recorded_balance: bool = False
    muted_roles: tuple[Literal["click", "guide", "reference", "print", "junk"], ...] = ()
    muting_confidence_ratio: float = Field(default=0.8, ge=0, le=1)


class Buses(Section):
    """Folders and buses: what they carry, and what they do to it."""

    balances_by_buses: bool = True
    makes_missing: bool = False
    smallest_move_db: float = Field(ge=0, le=6)
    largest_fader_lift_db: float = Field(ge=0, le=12)
    largest_fader_cut_db: float = Field(ge=0, le=40)
    largest_reduction_db: float = Field(ge=0, le=3)
    ratio: float = Field(ge=1, le=4)
    attack_ms: float = Field(ge=1, le=200)
    release_ms: float = Field(ge=20, le=2000)
    largest_eq_db: float = Field(ge=0, le=3)
    eq_correction_ratio: float = Field(ge=0, le=1)
    eq_tolerance_db: float = Field(ge=0, le=20)
    reduction_db: dict[str, Annotated[float, Field(ge=0, le=3)]]
    families: dict[str, tuple[str, ...]]


class Automation(Section):
    """Rides of the lead against the bed, and small moves of whole sections."""

    rides: bool = True
    sections: bool = True
    largest_move_db: float = Field(ge=0, le=4)
    slew_db_per_second: float = Field(gt=0, le=12)
    points_per_minute: float = Field(ge=4, le=90)
    thinning_db: float = Field(gt=0, le=2)
    follow_lead_ratio: float = Field(ge=0, le=1)
    follow_bed_ratio: float = Field(ge=0, le=1)
    least_improvement_ratio: float = Field(ge=0, le=1)
    solo_groups: tuple[str, ...] = ()
    shortest_solo_seconds: float = Field(ge=1, le=30)
    chorus_lift_db: float = Field(ge=0, le=2)
    verse_drop_db: float = Field(ge=0, le=2)
    bed_groups: tuple[str, ...] = ()


class Pan(Section):
    """Panorama."""

    largest_imbalance_db: float = Field(gt=0, le=3)
    low_end_hz: float = Field(ge=40, le=300)
    low_end_side_to_mid_db: float = Field(ge=-60, le=0)
    smallest_move_ratio: float = Field(ge=0, le=0.5)


class Tone(Section):
    """Corrective EQ."""

    high_pass_least_share_ratio: float = Field(ge=0, le=1)
    high_pass_largest_share_ratio: float = Field(ge=0, le=1)
    resonance_correction_ratio: float = Field(ge=0, le=1)
    resonance_largest_cut_db: float = Field(ge=0, le=12)
    shape_correction_ratio: float = Field(ge=0, le=1)
    shape_largest_move_db: float = Field(ge=0, le=12)
    tilt_correction_ratio: float = Field(ge=0, le=1)
    tilt_largest_move_db: float = Field(ge=0, le=6)
    tilt_smallest_move_db: float = Field(ge=0, le=6)
    tilt_largest_distance_db: float = Field(ge=0, le=40)
    blend_tolerance_db: float = Field(ge=0, le=12)
    blend_largest_move_db: float = Field(ge=0, le=6)
    blend_least_share_ratio: float = Field(gt=0, le=1)
    masking_reserve_db: float = Field(ge=0, le=12)
    sum_of_moves_db: float = Field(ge=0, le=12)
    smallest_move_db: float = Field(ge=0, le=6)
    least_confidence: float = Field(ge=0, le=1)
    clean_loss_largest_db: float = Field(ge=0, le=6)
    hum_most_notches: int = Field(ge=0, le=6)
    hum_reduction_db: float = Field(ge=0, le=40)
    hum_notch_octaves: float = Field(gt=0.01, le=1)


class Masking(Section):
    """The unmasking search."""

    largest_cut_db: float = Field(ge=0, le=8)
    most_bells: int = Field(ge=0, le=6)
    bandwidth_octaves: float = Field(gt=0.05, le=4)
    step_db: float = Field(gt=0, le=3)
    least_gain_ratio: float = Field(gt=0, le=1)
    lead_weight_ratio: float = Field(ge=0, le=10)
    rhythm_weight_ratio: float = Field(ge=0, le=10)
    spectrum_weight_ratio: float = Field(ge=0, le=1)


class Protection(Section):
    """What a pass may not take from how well the lead, kick, snare and bass are heard."""

    largest_loss_ratio: float = Field(ge=0, le=1)
    most_withheld_count: int = Field(ge=0, le=50)
    keeps_clarity_db: float = Field(ge=0, le=6)


class Dynamics(Section):
    """Compression."""

    knee_db: float = Field(ge=0, le=24)
    rms_ms: float = Field(ge=0, le=100)
    smallest_reduction_db: float = Field(ge=0, le=6)
    low_crest_db: float = Field(ge=0, le=24)
    crest_span_db: float = Field(gt=0, le=24)
    largest_make_up_db: float = Field(ge=0, le=12)
    reduction_ratio: float = Field(default=1.0, ge=0, le=2)
    crest_amount_ratio: float = Field(ge=0, le=1)
    shortest_time_ratio: float = Field(gt=0, le=1)
    longest_time_ratio: float = Field(ge=1, le=4)
    release_follows_tempo: bool = True
    leveller: bool = True
    leveller_rms_ms: float = Field(ge=0, le=300)


class Deessing(Section):
    """Esses of voices, and bursts of cymbals and guitars that stand out of their own sound."""

    enabled: bool = True
    voices: tuple[str, ...] = ()
    cymbals: tuple[str, ...] = ()
    guitars: tuple[str, ...] = ()
    burst_over_median_db: float = Field(ge=0, le=24)
    lead_sits_db: float = Field(ge=-30, le=12)
    backing_sits_db: float = Field(ge=-30, le=12)
    harsh_sits_db: float = Field(ge=-30, le=12)
    least_excess_db: float = Field(ge=0, le=24)
    least_share_ratio: float = Field(ge=0, le=1)
    tolerance_db: float = Field(ge=0, le=24)
    least_reduction_db: float = Field(ge=0, le=12)
    largest_reduction_db: float = Field(ge=0, le=12)
    voice_loss_beside_db: float = Field(ge=0, le=6)
    harsh_loss_beside_db: float = Field(ge=0, le=6)
    voice_hz: float = Field(ge=1500, le=6000)
    cymbal_hz: float = Field(ge=1500, le=6000)
    guitar_hz: float = Field(ge=1500, le=6000)
    ratio: float = Field(ge=1, le=20)


class DuckedBy(Section):
    """When and how much one track gives way to another."""

    is_on: bool = True
    low_hz: float = Field(ge=20, le=20000)
    high_hz: float = Field(ge=20, le=20000)
    most_covered_ratio: float = Field(ge=0, le=1)
    least_reduction_db: float = Field(ge=0, le=12)
    most_reduction_db: float = Field(ge=0, le=12)
    ratio: float = Field(ge=1, le=20)
    attack_beats: float = Field(ge=0, le=1)
    release_beats: float = Field(gt=0, le=4)
    rms_ms: float = Field(ge=5, le=100)


class Ducking(Section):
    """Side-chained compression: the kick and the bass, the lead and what covers it."""

    kick_to_bass: DuckedBy
    lead_to_others: DuckedBy
    ducked_by_lead: tuple[str, ...]


class Gate(Section):
    """Gates on close drum microphones."""

    close_drums: bool
    range_db: float = Field(ge=3, le=24)
    quietest_bleed_db: float = Field(ge=6, le=60)
    threshold_margin_db: float = Field(ge=0, le=6)
    ghost_margin_db: float = Field(ge=1, le=12)


class SaturationTaste(Section):
    """Harmonics for basses that small speakers hide; ``Role.saturation`` says which, and how much at most."""

    enabled: bool = True
    small_share_db: float = Field(ge=-60, le=0)
    small_to_mix_db: float = Field(ge=-60, le=12)
    least_lift_db: float = Field(ge=0, le=24)
    largest_lift_db: float = Field(ge=0, le=40)


class Translation(Section):
    """How the mix stands on a phone, in mono, in a car and on headphones."""

    is_on: bool = True
    largest_lead_loss_db: float = Field(ge=0, le=12)
    largest_mono_loss_db: float = Field(ge=0, le=12)
    least_bass_on_phone_ratio: float = Field(ge=0, le=1)
    largest_bell_db: float = Field(ge=0, le=6)
    least_gain_ratio: float = Field(ge=0, le=1)


class Parallel(Section):
    """The parallel drum chain."""

    drums: bool
    roles: tuple[str, ...]
    fewest_tracks: int = Field(ge=1, le=32)
    level_db: float = Field(ge=-30, le=0)
    reduction_db: float = Field(ge=3, le=20)
    ratio: Ratio
    attack_ms: Milliseconds
    release_ms: Milliseconds
    rms_ms: float = Field(ge=1, le=100)


class Transients(Section):
    """Shaping of hits, where ``Role.transient`` asks for it."""

    enabled: bool = True
    least_change_db: float = Field(ge=0, le=12)
    largest_change_db: float = Field(ge=0, le=12)


class Width(Section):
    """Widening of stereo tracks that are narrower than ``Role.side_to_mid_db`` asks for."""

    enabled: bool = True
    narrow_by_db: float = Field(ge=0, le=30)
    least_side_to_mid_db: float = Field(ge=-60, le=0)
    largest_width_percent: float = Field(ge=100, le=200)
    crossover_hz: float = Field(ge=50, le=5000)
    most_lopsided_db: float = Field(ge=0, le=12)
    largest_mono_loss_db: float = Field(ge=0, le=3)


class Reverb(Section):
    """A reverb on a return track."""

    name: str
    room_size_ratio: float = Field(ge=0, le=1)
    decay_beats: float | None = Field(default=None, gt=0, le=32)
    shortest_decay_seconds: float = Field(default=0.3, gt=0, le=10)
    longest_decay_seconds: float = Field(default=3.0, gt=0, le=10)
    dampening_ratio: float = Field(ge=0, le=1)
    pre_delay_ms: float = Field(ge=0, le=500)
    high_pass_hz: float = Field(ge=0, le=2000)
    low_pass_hz: float = Field(ge=1000, le=20000)
    width_ratio: float = Field(ge=0, le=1)


class Delay(Section):
    """A tempo delay on a return track."""

    name: str
    beats: float | None = Field(default=None, gt=0, le=8)
    length_ms: float = Field(gt=0, le=2000)
    choices_beats: tuple[Annotated[float, Field(gt=0, le=8)], ...] = Field(min_length=1)
    feedback_db: float = Field(le=-3)
    high_pass_hz: float = Field(ge=0, le=2000)
    low_pass_hz: float = Field(ge=1000, le=20000)


class Space(Section):
    """Reverbs, delay and how much of them."""

    total_to_mix_db: float = Field(ge=-40, le=0)
    reverb_tolerance_db: float = Field(ge=0, le=12)
    largest_raise_db: float = Field(ge=0, le=12)
    density_ratio: float = Field(ge=0, le=0.8)
    sparse_group_count: float = Field(ge=0, le=32)
    dense_group_count: float = Field(ge=0, le=32)
    pre_delay_tempo_ratio: float = Field(ge=0, le=0.9)
    send_amount_db: float = Field(ge=-24, le=12)
    quietest_send_db: float = Field(ge=-80, le=0)
    ducked_by_lead_db: float = Field(ge=0, le=6)
    room: Reverb
    plate: Reverb
    delay: Delay


class TargetSpectrum(Section):
    """The population mean of mixes."""

    slope_db_per_octave: float
    steepening_db_per_octave2: float
    roll_off_hz: float = Field(gt=0)
    roll_off_db_per_octave: float = Field(ge=0)
    lift_8k_db: float
    lift_12k_db: float


Shaping: TypeAlias = Annotated[float, Field(ge=-100, le=100)]
Reduction: TypeAlias = Annotated[float, Field(ge=0, le=24)]
StemSpectrum: TypeAlias = Annotated[tuple[float, ...], Field(min_length=26, max_length=26)]


class Role(Section):
    """What one role wants."""

    group: str
    offset_lu: float = Field(default=0.0, ge=-24, le=12)
    pan: Literal["centre", "spread", "pair", "as_is"]
    pan_ratio: float = Field(default=0.0, ge=0, le=1)
    high_pass_hz: float | None = Field(default=None, ge=20, le=1000)
    comp: tuple[Ratio, Milliseconds, Milliseconds, Reduction] | None = None
    saturation: float | None = Field(default=None, ge=0, le=100)
    transient: tuple[Shaping, Shaping] | None = None
    side_to_mid_db: float | None = Field(default=None, ge=-30, le=0)
    level: tuple[Ratio, Milliseconds, Milliseconds, Reduction] | None = None
    room: float | None = Field(default=None, ge=-40, le=0)
    plate: float | None = Field(default=None, ge=-40, le=0)
    delay: float | None = Field(default=None, ge=-40, le=0)
    spectrum: Spectrum = "none"


class Taste(Section):
    """One complete taste."""

    title: str
    summary: str = ""
    alignment: Alignment
    gain: Gain
    balance: Balance
    groups: dict[str, float | str]
    buses: Buses
    automation: Automation
    pan: Pan
    tone: Tone
    masking: Masking
    protection: Protection
    deessing: Deessing
    dynamics: Dynamics
    ducking: Ducking
    translation: Translation
    gate: Gate
    saturation: SaturationTaste
    parallel: Parallel
    width: Width
    transients: Transients
    space: Space
    target_spectrum: TargetSpectrum
    roles: dict[str, Role]
    stem_spectra: dict[str, StemSpectrum | str]

    @model_validator(mode="after")
    def _groups_belong_to_roles(self) -> "Taste":
        used = {"unknown", *(row.group for row in self.roles.values())}
        for group in self.groups:
            if group not in used and group != "source":
                raise PydanticCustomError("group", "there is no group “{name}”.{hint}", _hinted(group, used))
        automated = (*self.automation.solo_groups, *self.automation.bed_groups)
        for group in (*self.ducking.ducked_by_lead, *automated):
            if group not in used:
                raise PydanticCustomError("group", "there is no group “{name}”.{hint}", _hinted(group, used))
        for role, row in self.roles.items():
            if role not in ROLES:
                raise PydanticCustomError("role", "there is no role “{name}”.{hint}", _hinted(role, ROLES))
            if isinstance(self.groups.get(row.group), str | None):
                known = sorted(set(self.groups) - {"source"})
                raise PydanticCustomError(
                    "group",
                    "roles.{role} belongs to “{name}”, which has no loudness.{hint}",
                    {"role": role, **_hinted(row.group, known)},
                )
        for role in (*self.deessing.voices, *self.deessing.cymbals, *self.deessing.guitars):
            if role not in ROLES:
                raise PydanticCustomError("role", "there is no role “{name}”.{hint}", _hinted(role, ROLES))
        return self

    def group_target_lu(self, group: str) -> float:
        """Return the loudness of a group against the lead vocal in LU."""
        value = self.groups[group]
        if isinstance(value, str):
            raise TasteError(f"taste: groups.{group} must be a number of LU.")
        return value

    def stem_spectrum_db(self, spectrum: Spectrum) -> tuple[float, ...] | None:
        """Return the 26 third-octave levels from 50 Hz to 16 kHz of a stem, or None."""
        levels = self.stem_spectra.get(spectrum)
        return levels if isinstance(levels, tuple) else None


def _hinted(name: str, known: Collection[str]) -> dict[str, str]:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return {"name": name, "hint": f" Did you mean “{close[0]}”?" if close else ""}


def config_directory() -> Path:
    """Return the user's settings directory."""
    override = os.environ.get("FIRST_PASS_CONFIG_DIR")
    return Path(override) if override else platformdirs.user_config_path("first-pass")


def genre_name(text: str) -> str:
    """Return the shipped genre a user means.

    Raises:
        TasteError: There is no such genre; the message lists them.
    """
    wanted = text.strip().casefold().replace("_", "-")
    wanted = GENRE_ALIASES.get(wanted, wanted)
    if wanted in GENRES:
        return wanted
    close = difflib.get_close_matches(wanted, (*GENRES, *GENRE_ALIASES), 1)
    hint = f" Did you mean “{close[0]}”?" if close else ""
    raise TasteError(f"There is no genre “{text}”.{hint} Choose one of: {', '.join(GENRES)}.")


def load_taste(genre: str, user_file: Path | None = None) -> Taste:
    """Return a genre's taste, with the user's own file on top.

    Raises:
        TasteError: The genre is unknown, or the user's file is malformed; the message names the key.
    """
    merged = _merged(_shipped("base"), _shipped(genre_name(genre)))
    path = user_file or config_directory() / USER_FILE
    where = "shipped taste"
    if path.is_file():
        merged = _merged(merged, _user_table(path))
        where = str(path)
    elif user_file is not None:
        raise TasteError(f"{user_file}: there is no such taste file.")
    try:
        return Taste.model_validate(merged)
    except ValidationError as error:
        raise TasteError(_first_complaint(error, where, merged)) from error


@functools.cache
def _shipped(name: str) -> dict[str, Any]:
    text = resources.files("actions.mixing").joinpath("profiles", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _user_table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TasteError(f"{path}: cannot be read as TOML: {error}.") from error


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another, key by key."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = _merged(old, value)
        else:
            result[key] = value
    return result


def _first_complaint(error: ValidationError, where: str, merged: Mapping[str, Any]) -> str:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    hint = ""
    if first["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        close = difflib.get_close_matches(path[-1], known, 1)
        hint = f" Did you mean “{close[0]}”?" if close else f" Known here: {', '.join(known)}."
        return f"{where}: there is no setting “{'.'.join(path)}”.{hint}"
    said = ".".join(path)
    if not said:
        return f"{where}: {first['msg']}"
    return f"{where}: {said}: {first['msg']}."


def _known_keys(path: list[str]) -> list[str]:
    model: Any = Taste
    for part in path:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if field is None:
            return sorted(Role.model_fields) if "roles" in path else []
        model = field.annotation
    return sorted(model.model_fields) if hasattr(model, "model_fields") else []
