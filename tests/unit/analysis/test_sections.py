"""Songs of known form: sections begin where parts come and go, alike ones share a letter, the project has the word."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from analysis.measures import HOP_SECONDS, TrackMeasures
from analysis.sections import Likely, Section, letter_of, sections_of, sure_kinds
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Marker, Session, TempoChange, Track
from tests.unit.actions.mixing.builders import measured

BAR_SECONDS = 2.0
FAMILIES = {"kick": "drums", "snare": "drums", "hat": "drums", "bass": "bass", "gtr": "guitars", "keys": "keys",
            "pad": "keys", "vox": "vocals", "bv": "backing vocals", "lead gtr": "guitars"}  # fmt: skip
BAND = ("kick", "snare", "hat", "bass")
PLAYERS: Mapping[str, tuple[str, ...]] = {
    "intro": ("gtr", "pad"),
    "verse": (*BAND, "gtr", "vox"),
    "chorus": (*BAND, "gtr", "keys", "vox", "bv", "pad"),
    "bridge": ("keys", "pad", "vox"),
    "solo": (*BAND, "gtr", "lead gtr"),
    "outro": ("pad",),
}
SONG = (
    ("intro", 4),
    ("verse", 8),
    ("chorus", 8),
    ("verse", 8),
    ("chorus", 8),
    ("bridge", 4),
    ("chorus", 8),
    ("outro", 4),
)
Form = Sequence[tuple[str, int]]


def played(
    form: Form, *, bar_seconds: float = BAR_SECONDS, seed: int = 1, first_seconds: float = 0.0
) -> dict[TrackId, TrackMeasures]:
    """Return what listening to a song of that form gives: levels that wander, and a bar's rest now and then."""
    draw, base = np.random.default_rng(seed), measured("guitar")
    bars = [(name, bar) for name, count in form for bar in range(count)]
    edges = [first_seconds + bar_seconds * index for index in range(len(bars) + 1)]
    count = round(edges[-1] / HOP_SECONDS)
    tracks = {}
    for name in FAMILIES:
        power = np.full(count, 1e-12)
        for (part, bar), start, stop in zip(bars, edges[:-1], edges[1:], strict=True):
            rests = bar and draw.random() < 0.04
            if name in PLAYERS[part] and not rests:
                frames = slice(round(start / HOP_SECONDS), round(stop / HOP_SECONDS))
                size = power[frames].size
                power[frames] = 0.01 * 10 ** (draw.normal(0.0, 1.0) / 10) * draw.uniform(0.2, 1.8, size)
        if power.max() > 1e-9:
            tracks[TrackId(name)] = replace(base, k_power=power, is_active=power > 1e-6)
    return tracks


def session_of(tracks: Mapping[TrackId, TrackMeasures], tempo_bpm: float | None = 120.0, **fields: object) -> Session:
    tempo = () if tempo_bpm is None else (TempoChange(0.0, tempo_bpm),)
    listed = tuple(Track(key, str(key), index) for index, key in enumerate(tracks))
    return Session("song", listed, tempo=tempo, **fields)  # type: ignore[arg-type]


def sections(
    form: Form, tempo_bpm: float | None = 120.0, markers: Sequence[Marker] = (), **made: float
) -> tuple[Section, ...]:
    tracks = played(form, **made)  # type: ignore[arg-type]
    families = {TrackId(name): family for name, family in FAMILIES.items()}
    return sections_of(session_of(tracks, tempo_bpm, markers=tuple(markers)), tracks, families, [TrackId("vox")])


def starts_of(form: Form, bar_seconds: float = BAR_SECONDS) -> list[float]:
    counts = [count for _, count in form]
    return [bar_seconds * sum(counts[:index]) for index in range(len(counts))]


@pytest.mark.parametrize("seed", range(5))
def test_a_song_is_cut_where_parts_come_and_go(seed: int) -> None:
    found = sections(SONG, seed=seed)
    assert [section.start_seconds for section in found] == pytest.approx(starts_of(SONG), abs=0.3)
    assert "".join(section.letter for section in found) == "ABCBCDCE"
    assert {s.letter: s.likely for s in found} == {"A": "", "B": "verse", "C": "chorus", "D": "", "E": ""}
    assert all(a.end_seconds == b.start_seconds for a, b in itertools.pairwise(found))
    assert {section.known_from for section in found} == {"activity"}


def test_songs_of_any_form_are_cut_within_a_bar() -> None:
    wanted, missed, false = 0, 0, 0
    for seed in range(30):
        draw = random.Random(seed)
        form: list[tuple[str, int]] = []
        while len(form) < 8:
            name = draw.choice(list(PLAYERS))
            if not form or form[-1][0] != name:
                form.append((name, draw.choice((4, 8, 8, 16))))
        found, known = [section.start_seconds for section in sections(form, seed=seed)], starts_of(form)
        wanted += len(known)
        missed += sum(min(abs(one - other) for other in found) > BAR_SECONDS for one in known)
        false += sum(min(abs(one - other) for other in known) > BAR_SECONDS for one in found)
    assert missed <= 0.02 * wanted
    assert false <= 0.02 * wanted


def test_a_tempo_that_is_not_the_song_s_does_not_hide_its_form() -> None:
    for tempo_bpm in (None, 97.0):
        found = sections(SONG, tempo_bpm)
        assert [section.start_seconds for section in found] == pytest.approx(starts_of(SONG), abs=1.1), tempo_bpm
        assert "".join(section.letter for section in found) == "ABCBCDCE"


def test_a_song_begins_with_its_first_sound() -> None:
    found = sections(SONG, first_seconds=10.0)
    assert found[0].start_seconds == pytest.approx(10.0, abs=0.1)
    assert found[1].start_seconds == pytest.approx(18.0, abs=0.3)


def test_a_song_that_never_changes_is_one_section() -> None:
    found = sections([("verse", 40)])
    assert [(s.letter, s.start_seconds, s.likely) for s in found] == [("A", 0.0, "")]
    assert found[0].end_seconds == pytest.approx(80.0, abs=2.1)


@pytest.mark.parametrize("gain", [1e-3, 1e3])
def test_levels_and_the_order_of_tracks_do_not_matter(gain: float) -> None:
    tracks = played(SONG)
    families = {TrackId(name): family for name, family in FAMILIES.items()}
    expected = sections_of(session_of(tracks), tracks, families)
    moved = {key: replace(tracks[key], k_power=tracks[key].k_power * gain ** (i % 2)) for i, key in enumerate(tracks)}
    turned = dict(reversed(list(moved.items())))
    found = sections_of(session_of(turned), turned, families)
    assert [(s.letter, s.start_seconds) for s in found] == [(s.letter, s.start_seconds) for s in expected]


def test_muted_tracks_play_no_part() -> None:
    tracks = played(SONG)
    session = session_of(tracks)
    muted = replace(session, tracks=tuple(replace(t, muted=t.name != "vox") for t in session.tracks))
    alone = {TrackId("vox"): tracks[TrackId("vox")]}
    assert sections_of(muted, tracks, {}) == sections_of(session_of(alone), alone, {})


def test_nothing_to_hear_has_no_form() -> None:
    assert sections_of(Session("song", ()), {}, {}) == ()


def regions(*parts: tuple[str, float, float]) -> list[Marker]:
    return [Marker(name, start, end) for name, start, end in parts]


def test_regions_of_the_project_are_taken_at_their_word() -> None:
    told = regions(("Whole song", 0.0, 104.0), ("Verse 1", 4.0, 30.0), ("Chorus", 30.0, 60.0), ("Verse 2", 60.0, 104.0))
    found = sections(SONG, markers=told)
    assert [(s.letter, s.name, s.start_seconds, s.end_seconds) for s in found] == [
        ("A", "Verse 1", 4.0, 30.0),
        ("B", "Chorus", 30.0, 60.0),
        ("A", "Verse 2", 60.0, 104.0),
    ]
    assert {s.known_from for s in found} == {"regions"}


def test_markers_begin_sections_and_those_for_reaper_do_not() -> None:
    told = [
        Marker("Verse", 8.0),
        Marker("!1007", 20.0),
        Marker("=END", 50.0),
        Marker("Chorus 1", 24.0),
        Marker("Chorus 2", 56.0),
    ]
    found = sections(SONG, markers=told)
    assert [(s.letter, s.name, s.start_seconds) for s in found] == [
        ("A", "", 0.0),
        ("B", "Verse", 8.0),
        ("C", "Chorus 1", 24.0),
        ("C", "Chorus 2", 56.0),
    ]
    assert found[-1].end_seconds == pytest.approx(104.0, abs=0.1)


@pytest.mark.parametrize("told", [regions(("Loop", 10.0, 14.0), ("Punch", 30.0, 33.0)), [Marker("fix this", 33.0)]])
def test_a_region_for_a_punch_in_is_no_form(told: list[Marker]) -> None:
    assert sections(SONG, markers=told) == sections(SONG)


def test_letters_go_on_after_z() -> None:
    assert [letter_of(i) for i in (0, 25, 26, 27, 52, 701, 702)] == ["A", "Z", "AA", "AB", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Verse 1", "verse"), ("verse", "verse"), ("V2", "verse"), ("Strophe II", "verse"), ("VS_1", "verse"),
        ("Chorus", "chorus"), ("CH 2", "chorus"), ("Refrain", "chorus"), ("Hook", "chorus"), ("chorus_a", "chorus"),
        ("Pre-Chorus", ""), ("post chorus", ""), ("Prechorus", ""), ("Bridge", ""), ("Inverse", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_section_is_what_its_name_says_where_verse_and_chorus_are_both_there(name: str, kind: Likely) -> None:
    form = (Section("A", 0.0, 8.0, "Verse"), Section("B", 8.0, 16.0, "Chorus"), Section("C", 16.0, 24.0, name))
    assert sure_kinds(form) == ("verse", "chorus", kind)
    assert sure_kinds(form[1:]) == (("chorus", "verse") if kind == "verse" else ("", ""))


@pytest.mark.parametrize(("fuller_db", "is_sure"), [(0.5, False), (2.0, True)])
def test_without_names_choruses_must_be_clearly_fuller(fuller_db: float, is_sure: bool) -> None:
    form = (Section("A", 0.0, 8.0, likely="verse"), Section("B", 8.0, 16.0, likely="chorus", level_db=fuller_db))
    assert sure_kinds(form) == (("verse", "chorus") if is_sure else ("", ""))
    assert sure_kinds(()) == ()
