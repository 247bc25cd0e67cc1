"""Every number has a source, a typing mistake is never a choice, and every genre loads."""

import re
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import WHY_UNMIXED
from actions.mixing.curves import BANDS, K_POWER, target_levels_db
from actions.mixing.taste import GENRE_ALIASES, GENRES, config_directory, genre_name, load_taste
from analysis.roles import ROLES
from reaper_bridge.session.errors import TasteError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROFILES = ("base", *GENRES)
WITHOUT_SOURCE = {"roles", "space.room", "space.plate", "space.delay"}  # sources stand beside and above them


def shipped(name: str) -> dict[str, Any]:
    text = resources.files("actions.mixing").joinpath("profiles", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def user_file(folder: Path, text: str) -> Path:
    path = folder / "taste.toml"
    path.write_text(text, "utf-8")
    return path


# --- what is shipped ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILES)
def test_every_section_of_numbers_says_where_they_come_from(name: str) -> None:
    for title, section in shipped(name).items():
        if isinstance(section, dict) and title not in WITHOUT_SOURCE:
            assert section.get("source", "").strip(), f"{name}.toml: [{title}] has no source"


@pytest.mark.parametrize("name", PROFILES)
def test_no_number_stands_outside_a_section_with_a_source(name: str) -> None:
    assert {key for key, value in shipped(name).items() if not isinstance(value, dict)} == {"title", "summary"}


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_loads_with_a_row_for_every_role_that_is_mixed(genre: str) -> None:
    taste = load_taste(genre)
    assert taste.title
    assert set(taste.roles) == set(ROLES) - set(WHY_UNMIXED) - {"unknown"}
    assert all(isinstance(taste.group_target_lu(row.group), float) for row in taste.roles.values())


def test_genre_files_are_those_that_can_be_chosen() -> None:
    files = {p.name.removesuffix(".toml") for p in resources.files("actions.mixing").joinpath("profiles").iterdir()}
    assert files == set(PROFILES)


def test_genres_say_different_things_where_the_literature_does() -> None:
    """Gerdes & Siedenburg (2023): country above rap above pop above rock above metal; metal near -3.1 dB."""
    ratios = [load_taste(g).balance.lead_to_accompaniment_db for g in ("country", "hip-hop", "pop", "rock", "metal")]
    assert ratios == sorted(ratios, reverse=True)
    assert len(set(ratios)) == len(ratios)
    assert ratios[-1] == pytest.approx(-3.1, abs=0.6)


def test_all_gains_of_one_track_stay_within_twelve_decibels() -> None:
    for genre in GENRES:
        tone = load_taste(genre).tone
        assert tone.masking_reserve_db < tone.sum_of_moves_db <= 12.0


# --- the target curve -----------------------------------------------------------------------------------------

PUBLISHED_DB = {
    63.0: -3.0, 80.0: -2.1, 100.0: -1.4, 125.0: -0.8, 500.0: -0.5, 630.0: -0.9, 800.0: -1.5, 1000.0: -2.2,
    1250.0: -3.1, 1600.0: -4.1, 2000.0: -5.3, 2500.0: -6.6, 3150.0: -8.0, 4000.0: -9.6,
}  # fmt: skip
"""Third-octave levels of the mean mix after Elowsson & Friberg (2017), up to where our lifts begin."""


def target_at(hz: float) -> float:
    levels = target_levels_db(load_taste("pop").target_spectrum)
    return float(levels[int(np.argmin(np.abs(BANDS - hz)))])


@pytest.mark.parametrize("hz", PUBLISHED_DB)
def test_the_target_curve_is_the_published_one(hz: float) -> None:
    offset = target_at(1000.0) - PUBLISHED_DB[1000.0]
    assert target_at(hz) - offset == pytest.approx(PUBLISHED_DB[hz], abs=0.3)


def test_the_target_curve_is_lifted_at_the_top_by_what_the_taste_says() -> None:
    target = load_taste("pop").target_spectrum
    plain = target_levels_db(target.model_copy(update={"lift_8k_db": 0.0, "lift_12k_db": 0.0}))
    lift = target_levels_db(target) - plain
    at = {hz: float(lift[int(np.argmin(np.abs(BANDS - hz)))]) for hz in (1000.0, 4000.0, 8000.0, 12500.0)}
    assert at == pytest.approx({1000.0: 0.0, 4000.0: 0.0, 8000.0: target.lift_8k_db, 12500.0: target.lift_12k_db})


def test_the_target_falls_away_below_the_roll_off() -> None:
    assert target_at(31.5) < target_at(63.0) - 5.0


def test_the_weighting_of_loudness_is_that_of_the_standard() -> None:
    """BS.1770-4: 0 dB near 500 Hz (and -0.691 dB makes up at 997 Hz), +4 dB at the top, falling below 100 Hz."""
    gain = dict(zip(BANDS, 10.0 * np.log10(K_POWER), strict=True))
    assert gain[1000.0] == pytest.approx(0.69, abs=0.05)
    assert gain[10000.0] == pytest.approx(4.0, abs=0.1)
    assert gain[31.5] < -6.0


# --- the user's own file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tonee]\nx = 1", "Did you mean “tone”?"),
        ("[tone]\nsmalest_move_db = 1", "Did you mean “smallest_move_db”?"),
        ("[space.room]\nroom_sise_ratio = 0.5", "Did you mean “room_size_ratio”?"),
        ("[roles.kick]\nhigh_pas_hz = 30", "Did you mean “high_pass_hz”?"),
        ("[groups]\nkik = -3", "there is no group “kik”. Did you mean “kick”?"),
        ('[roles.kick]\ngroup = "kik"', "roles.kick belongs to “kik”, which has no loudness. Did you mean “kick”?"),
        (
            '[roles.leed_vocal]\ngroup = "kick"\npan = "centre"',
            "there is no role “leed_vocal”. Did you mean “lead_vocal”",
        ),
        ("[roles.kick]\ncomp = [0.5, 10, 100, 3]", "roles.kick.comp"),
        ("[roles.kick]\ncomp = [4, 10, 100, -3]", "roles.kick.comp"),
        ('[balance]\nmuted_roles = ["kick"]', "balance.muted_roles"),
        ("[balance]\nrough_blend_ratio = 2", "balance.rough_blend_ratio"),
        ("[balance]\nlead_to_accompaniment_db = nan", "balance.lead_to_accompaniment_db"),
        ("[groups]\nkick = inf", "groups.kick"),
        ('[groups]\nkick = "loud"', "roles.kick belongs to “kick”, which has no loudness"),
        ("[stem_spectra]\nvocals = [1.0, 2.0]", "stem_spectra.vocals"),
        ("this is not TOML", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_refused_and_named(tmp_path: Path, text: str, said: str) -> None:
    path = user_file(tmp_path, text)
    with pytest.raises(TasteError, match=re.escape(said)) as caught:
        load_taste("pop", path)
    assert str(path) in str(caught.value)


def test_the_users_number_wins_over_the_genre_and_everything_else_stays(tmp_path: Path) -> None:
    path = user_file(tmp_path, "[balance]\nlead_to_accompaniment_db = 4.5\n[groups]\nkick = -1.0")
    mine, theirs = load_taste("metal", path), load_taste("metal")
    assert mine.balance.lead_to_accompaniment_db == 4.5
    assert mine.group_target_lu("kick") == -1.0
    assert mine.group_target_lu("rhythm_guitar") == theirs.group_target_lu("rhythm_guitar")
    assert mine.tone == theirs.tone


def test_the_file_in_the_settings_directory_counts_without_being_named() -> None:
    config_directory().mkdir(parents=True, exist_ok=True)
    path = user_file(config_directory(), "[balance]\nlead_to_accompaniment_db = -7.5")
    try:
        assert load_taste("pop").balance.lead_to_accompaniment_db == -7.5
    finally:
        path.unlink()


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TasteError, match="there is no such taste file"):
        load_taste("pop", tmp_path / "missing.toml")


# --- names of genres ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "meant"), [*GENRE_ALIASES.items(), ("  Pop ", "pop"), ("HIP_HOP", "hip-hop")])
def test_people_call_genres_by_many_names(said: str, meant: str) -> None:
    assert genre_name(said) == meant
    assert meant in GENRES


def test_an_unknown_genre_is_refused_with_a_suggestion_and_a_list() -> None:
    with pytest.raises(TasteError, match="Did you mean “metal”") as caught:
        genre_name("mettal")
    assert all(genre in str(caught.value) for genre in GENRES)
