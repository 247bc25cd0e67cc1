"""Whatever the session: a pass is placed, not moved; what a human touched is theirs; locks and wishes hold."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from actions.mixing.brief import KNOB_STAGES, LABELS, RIDE_LANE, STAGES, fx_id
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.rpp.reading import read_session
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.rpp.writing import write_plan
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, same_value
from reaper_bridge.session.effects import EqBand, Jsfx, ReaComp, ReaEq
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import read_value
from tests.command_line import cloned
from tests.session_builder import BAND, RATE_HZ, TRIO, Sound, TrackSpec, build_project, guid_of, sound

Values = Mapping[Address, Value]
FOREIGN = """\
      BYPASS 0 0 0
      <VST "VST: Strange (Nobody)" strange.dll 0 "" 1315513407<5653544E69243F726320343800000000> ""
        PyROae5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAABAAAAAEAAAAAABAA
        3q2+7w==
        AAAQAAAA
      >
      FXID {AAAAAAAA-0000-4000-8000-00000000000A}
      WAK 0 0"""
VOLUME_LANE = """\
    <VOLENV2
      EGUID {CCCCCCCC-0000-4000-8000-00000000000C}
      ACT 1 -1
      VIS 1 1 1
      LANEHEIGHT 0 0
      ARM 1
      DEFSHAPE 0 -1 -1
      VOLTYPE 1
      PT 0 1 0
      PT 4 0.5 0
    >"""
ROUGH = tuple(
    replace(track, volume=volume)
    for track, volume in zip(BAND, (0.8, 0.7, 0.3, 1.2, 0.5, 0.5, 0.4, 0.3, 1.5), strict=True)
)
DESK = (
    TrackSpec("Drums", None, folder="1 1", volume=0.9),
    *BAND[:2],
    replace(BAND[2], folder="2 -1"),
    replace(BAND[3], fx=FOREIGN),
    replace(BAND[4], pan=-0.6),
    replace(BAND[5], extra=VOLUME_LANE),
    replace(BAND[6], muted=True),
    replace(BAND[8], volume=1.4),
    TrackSpec("Vox Reverb", None, receives=((8, 0.3),), volume=0.7),
)


def _second(name: str, late_ms: float, seed: int) -> Sound:
    """Return what a further microphone makes of a sound: duller, later, the other way up, with noise of its own."""
    near = sound(name)
    dull = np.convolve(near, np.exp(-np.arange(64) / 6.0) / 6.0)[: len(near)]
    own = 0.001 * np.random.default_rng(seed).standard_normal(len(near))
    return np.asarray(own - 0.6 * np.roll(dull, round(late_ms * RATE_HZ / 1000.0)))


MICROPHONES = (
    TrackSpec("Kick In", "kick", recorded_db=-8.0),
    TrackSpec("Kick Out", _second("kick", 1.2, 1), recorded_db=-11.0),
    TrackSpec("SN Top", "snare", recorded_db=-6.0),
    TrackSpec("SN Bottom", _second("snare", 0.3, 2), recorded_db=-12.0),
    TrackSpec("OH", _second("snare", 2.4, 3), recorded_db=-14.0),
    TrackSpec("Bass DI", "bass", recorded_db=-4.0),
    TrackSpec("Bass Amp", _second("bass", 1.9, 4), recorded_db=-7.0),
    TrackSpec("Gtr L", "guitar", recorded_db=-9.0),
    TrackSpec("Gtr R", "guitar 2", recorded_db=-10.0),
    TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
)
SESSIONS: dict[str, Sequence[TrackSpec]] = {
    "microphones": MICROPHONES,
    "band": BAND,
    "rough balance": ROUGH,
    "desk": DESK,
    "trio": TRIO,
}


def mix(song: Path, *, dry_run: bool = False, **wishes: object) -> Outcome:
    return first_pass(ProjectFile(song, backup=False), Wishes(**wishes), dry_run=dry_run)  # type: ignore[arg-type]


def session_of(song: Path) -> Session:
    return read_session(parse_project(song.read_bytes()), song)


PLAIN_KINDS: tuple[Kind, ...] = ("fader", "pan", "width", "mute", "polarity", "play_offset")


def values_of(session: Session) -> Values:
    """Return every knob, plug-in and send of a session by its address."""
    addresses = [Address(t.id, kind) for t in session for kind in PLAIN_KINDS]
    addresses += [Address(t.id, "fx", slot.id) for t in session for slot in t.fx]
    addresses += [Address(t.id, "send", send.destination) for t in session for send in t.sends]
    addresses += [Address(t.id, "envelope", lane.kind) for t in session for lane in t.envelopes]
    addresses.append(Address(MASTER, "fader"))
    return {address: read_value(session, address) for address in addresses}


def differing(a: Values, b: Values) -> set[Address]:
    return {key for key in {*a, *b} if not same_value(a.get(key), b.get(key))}


def told(outcome: Outcome) -> dict[Address, Value]:
    return {change.address: change.after for change in outcome.plan}


def by_hand(song: Path, *changes: tuple[Address, Value]) -> None:
    """Change a project as an engineer would in REAPER: nothing of it stands in our ledger."""
    document = parse_project(song.read_bytes())
    session = read_session(document, song)
    plan = [Change(address, read_value(session, address), after, "") for address, after in changes]
    write_plan(document, MixPlan(tuple(plan)))
    song.write_bytes(document.to_bytes())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = build_project(tmp_path_factory.mktemp("built"), SESSIONS[name])
        return made[name]

    return get


@dataclass(frozen=True)
class Mixed:
    song: Path
    original: bytes
    outcome: Outcome


@pytest.fixture(scope="module")
def mixed_band(built: Callable[[str], Path]) -> Mixed:
    song = cloned(built("band"), built("band").parent.parent / f"{built('band').parent.name}-mixed")
    original = song.read_bytes()
    return Mixed(song, original, mix(song))


@pytest.fixture
def band(mixed_band: Mixed) -> Path:
    """The band after a pass, for one test to edit; its media stay where they are."""
    copy = mixed_band.song.with_name("edit.RPP")
    copy.write_bytes(mixed_band.song.read_bytes())
    return copy


# --- place, don't move ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SESSIONS)
def test_a_second_pass_plans_nothing_and_undo_is_exact(built: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    song = cloned(built(name), tmp_path / "song")
    original = song.read_bytes()
    first = mix(song)
    assert first.entry is not None
    assert [item for item in first.entry.landed if not item.has_landed] == []
    assert mix(song).plan.changes == ()
    ProjectFile(song, backup=False).undo()
    assert song.read_bytes() == original


@pytest.mark.parametrize(
    ("name", "genre"), [("trio", "rock"), ("trio", "jazz"), ("trio", "electronic"), ("band", "rock"), ("desk", "folk")]
)
def test_mixing_all_of_it_anew_plans_nothing(
    built: Callable[[str], Path], tmp_path: Path, name: str, genre: str
) -> None:
    """Every track named, so that everything is reckoned again from before our work."""
    song = cloned(built(name), tmp_path / "song")
    mix(song, genre=genre)
    _add_an_empty_track(song)
    everybody = tuple(track.id for track in session_of(song) if track.item_count)
    assert told(mix(song, genre=genre, tracks=everybody)) == {}


def _add_an_empty_track(song: Path) -> None:
    """Make the session another one than the last pass left, though nothing else is heard."""
    by_hand(song, (Address(TrackId(guid_of("Nothing on it")), "track"), NewTrack("Nothing on it")))


NAMED = (("band", ("Kick", "Lead Vox")), ("rough balance", ("Bass",)), ("desk", ("Lead Vox",)), ("trio", ("Gtr",)))


@pytest.mark.parametrize(("name", "tracks"), NAMED)
def test_tracks_mixed_again_where_nothing_changed_stay_as_they_are(
    built: Callable[[str], Path], tmp_path: Path, name: str, tracks: tuple[str, ...]
) -> None:
    song = cloned(built(name), tmp_path / "song")
    mix(song)
    assert told(mix(song, tracks=tracks)) == {}


@pytest.mark.parametrize(("name", "tracks"), NAMED)
def test_tracks_mixed_again_find_their_place_in_the_mix_that_stands(
    built: Callable[[str], Path], tmp_path: Path, name: str, tracks: tuple[str, ...]
) -> None:
    """Reckoned anew among the others as they stand, a fader ends within a decibel of where all together put it."""
    song = cloned(built(name), tmp_path / "song")
    mix(song)
    _add_an_empty_track(song)
    before = session_of(song)
    again = mix(song, tracks=tracks)
    for change in again.plan:
        if change.address.kind == "fader" and isinstance(change.after, float):
            moved_db = db_from_linear(change.after / before.track(change.address.track_id).volume_linear)
            assert abs(moved_db) < 1.0, change.because
    assert told(mix(song, tracks=tracks)) == {}


def test_a_pass_over_some_tracks_builds_on_the_lesson_in_the_project(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = cloned(built("band"), tmp_path / "song")
    mix(song)
    _add_an_empty_track(song)
    here = told(mix(song, tracks=("Kick", "Pad"), dry_run=True))
    monkeypatch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "another machine"))
    assert told(mix(song, tracks=("Kick", "Pad"), dry_run=True)) == here


def test_the_order_of_tracks_changes_nothing_else(mixed_band: Mixed, tmp_path: Path) -> None:
    order = list(BAND)
    random.Random(5).shuffle(order)
    shuffled = mix(build_project(tmp_path, order), dry_run=True)
    expected, found = told(mixed_band.outcome), told(shuffled)
    assert set(found) == set(expected)
    assert [a for a in expected if not same_value(expected[a], found[a])] == []


def test_names_do_not_matter_where_roles_are_given(mixed_band: Mixed, tmp_path: Path) -> None:
    """All but the side that a name tells, which is no role."""
    roles = {key: role.role for key, role in mixed_band.outcome.heard.roles.tracks.items()}
    sides = [track.name[-2:] if track.name[-2:] in (" L", " R") else "" for track in BAND]
    names = [f"Audio {i}{side}" for i, side in enumerate(sides)]
    renamed = [
        replace(track, name=name, guid=guid_of(track.name), file=f"media/{i}.wav")
        for i, (track, name) in enumerate(zip(BAND, names, strict=True))
    ]
    song = build_project(tmp_path, renamed)
    overrides = {name: roles[TrackId(guid_of(track.name))] for name, track in zip(names, BAND, strict=True)}
    outcome = mix(song, roles=overrides, genre=mixed_band.outcome.genre, dry_run=True)
    expected, found = told(mixed_band.outcome), told(outcome)
    assert [str(a) for a in {*expected, *found} if not same_value(expected.get(a), found.get(a))] == []


def test_recording_levels_do_not_change_the_mix(mixed_band: Mixed, tmp_path: Path) -> None:
    draw = random.Random(3)
    levels = [track.recorded_db + draw.uniform(-18.0, 0.0) for track in BAND]
    moved = [replace(track, recorded_db=db, subtype="FLOAT") for track, db in zip(BAND, levels, strict=True)]
    reference, found = mixed_band.outcome.after, mix(build_project(tmp_path, moved), dry_run=True).after
    assert found.mixture.integrated_lufs == pytest.approx(reference.mixture.integrated_lufs, abs=0.2)
    for group, loudness in reference.groups.items():
        assert found.groups[group] == pytest.approx(loudness, abs=0.2), group


def test_microphones_are_set_in_time_and_polarity_and_overheads_left(built: Callable[[str], Path]) -> None:
    outcome = mix(built("microphones"), dry_run=True)
    names = {track.id: track.name for track in outcome.heard.session}
    moved = {(names[a.track_id], a.kind): value for a, value in told(outcome).items() if a.track_id in names}
    turned = {name for name, kind in moved if kind == "polarity"}
    offsets = {name: 1e3 * float(value) for (name, kind), value in moved.items() if kind == "play_offset"}  # type: ignore[arg-type]
    assert turned == {"Kick Out", "SN Bottom", "Bass Amp"}
    assert offsets == {"Kick Out": pytest.approx(-1.2, abs=0.15), "Bass Amp": pytest.approx(-1.9, abs=0.15)}


def test_recording_levels_and_order_do_not_change_the_alignment(built: Callable[[str], Path], tmp_path: Path) -> None:
    stage = frozenset({"alignment"})
    expected = told(mix(built("microphones"), stages=stage, dry_run=True))
    draw = random.Random(7)
    changed = [
        replace(track, recorded_db=track.recorded_db - draw.uniform(0.0, 18.0), subtype="FLOAT")
        for track in MICROPHONES
    ]
    draw.shuffle(changed)
    found = told(mix(build_project(tmp_path, changed), stages=stage, dry_run=True))
    assert {str(address): value for address, value in found.items()} == {
        str(address): pytest.approx(value, abs=2e-5) for address, value in expected.items()
    }


@pytest.mark.parametrize("kind", ["polarity", "play_offset"])
def test_an_alignment_that_a_human_took_back_stays_so(built: Callable[[str], Path], tmp_path: Path, kind: Kind) -> None:
    song = cloned(built("microphones"), tmp_path / "song")
    mix(song)
    address = Address(TrackId(guid_of("Bass Amp")), kind)
    by_hand(song, (address, False if kind == "polarity" else 0.0))
    for genre in ("pop", "rock"):
        assert address not in told(mix(song, genre=genre))
    assert not read_value(session_of(song), address)


def test_the_low_end_of_aligned_microphones_is_heard_louder(built: Callable[[str], Path]) -> None:
    outcome = mix(built("microphones"), stages=frozenset({"alignment"}), dry_run=True)
    low = [check.mixture.band_power[3:8].sum() for check in (outcome.before, outcome.after)]
    assert 10.0 * np.log10(low[1] / low[0]) > 2.0


# --- what a human touched ---------------------------------------------------------------------------------


def _ours(session: Session, kind: Kind) -> list[Address]:
    ledger_kinds = {"fx": [Address(t.id, "fx", fx_id(t.id, "eq")) for t in session]}
    found = ledger_kinds.get(kind) or [Address(t.id, "send", send.destination) for t in session for send in t.sends]
    return [address for address in found if read_value(session, address) is not None]


def _human_edits(session: Session, draw: random.Random) -> list[tuple[Address, Value]]:
    """Return some edits an engineer might make, at most one for each address."""
    sounding = [track for track in session if track.item_count]
    edits: dict[Address, Value] = {}
    for track in draw.sample(sounding, 3):
        edits[Address(track.id, "fader")] = track.volume_linear * draw.choice((0.5, 0.8, 1.5))
    edits[Address(draw.choice(sounding).id, "pan")] = draw.choice((-0.7, 0.3, 0.95))
    edits[Address(draw.choice(sounding).id, "mute")] = True
    edits[Address(draw.choice(sounding).id, "polarity")] = True
    equalisers = _ours(session, "fx")
    edits[draw.choice(equalisers)] = None
    changed = draw.choice(equalisers)
    standing = read_value(session, changed)
    assert isinstance(standing, PlacedEffect)
    edits.setdefault(changed, replace(standing, effect=ReaEq((EqBand("bell", 777.0, 2.0, 1.0),))))
    sends = _ours(session, "send")
    edits[draw.choice(sends)] = None
    level = draw.choice(sends)
    edits.setdefault(level, SendLevel(0.05))
    return list(edits.items())


@pytest.mark.parametrize("seed", range(6))
def test_what_a_human_touched_stays_touched(band: Path, seed: int) -> None:
    edits = _human_edits(session_of(band), random.Random(seed))
    by_hand(band, *edits)
    touched = values_of(session_of(band))
    for wishes in ({}, {"genre": "rock"}, {"genre": "jazz", "tracks": ("Kick", "Lead Vox", "Gtr L", "Bass")}):
        mix(band, **wishes)  # type: ignore[arg-type]
        now = values_of(session_of(band))
        assert [str(a) for a, _ in edits if not same_value(touched.get(a), now.get(a))] == []
    while ProjectFile(band, backup=False).undo() is not None:
        pass
    restored = values_of(session_of(band))
    assert [str(a) for a, _ in edits if not same_value(touched.get(a), restored.get(a))] == []


def test_a_pass_after_a_human_edit_changes_nothing_else(band: Path) -> None:
    by_hand(band, *_human_edits(session_of(band), random.Random(11)))
    before = band.read_bytes()
    assert told(mix(band)) == {}
    assert band.read_bytes() == before


def test_a_deleted_track_stays_deleted(band: Path) -> None:
    by_hand(band, (Address(TrackId(guid_of("Pad")), "track"), None))
    outcome = mix(band)
    assert outcome.plan.changes == ()
    assert "Pad" not in [track.name for track in session_of(band)]
    ProjectFile(band, backup=False).undo()
    assert "Pad" not in [track.name for track in session_of(band)]


def test_a_new_track_is_mixed_into_the_balance_that_stands(mixed_band: Mixed, tmp_path: Path) -> None:
    old = cloned(mixed_band.song, tmp_path / "old")
    band = [*BAND, TrackSpec("Ac Gtr", "guitar 3", recorded_db=-2.0)]
    new = build_project(tmp_path / "old", band, name="grown.RPP").read_bytes().decode()
    block = re.search(r'  <TRACK [^\n]*\r\n    NAME "Ac Gtr".*?\r\n  >\r\n', new, re.S)
    assert block is not None
    text = old.read_bytes().decode()
    first_return = text.index("  <TRACK ", text.index('NAME "Lead Vox"'))
    old.write_bytes((text[:first_return] + block[0] + text[first_return:]).encode())
    before = values_of(session_of(old))
    outcome = mix(old)
    added = TrackId(guid_of("Ac Gtr"))
    assert {change.address.track_id for change in outcome.plan} == {added}
    moved = {address for address in differing(before, values_of(session_of(old))) if address.track_id != added}
    assert moved == set()
    assert db_from_linear(session_of(old).track(added).volume_linear) < -3.0
    assert mix(old).plan.changes == ()


# --- wishes and locks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("Bass",), ("Lead Vox", "Kick")])
def test_only_the_named_tracks_change(built: Callable[[str], Path], tmp_path: Path, names: tuple[str, ...]) -> None:
    song = cloned(built("band"), tmp_path / "song")
    before = session_of(song)
    outcome = mix(song, tracks=names)
    allowed = {TrackId(guid_of(name)) for name in names}
    changed = {change.address.track_id for change in outcome.plan if before.has_track(change.address.track_id)}
    assert changed
    assert changed <= allowed
    moved = {
        a.track_id for a in differing(values_of(before), values_of(session_of(song))) if before.has_track(a.track_id)
    }
    assert moved == changed
    assert mix(song, tracks=names).plan.changes == ()


@pytest.mark.parametrize("seed", range(4))
def test_locked_knobs_stay(built: Callable[[str], Path], tmp_path: Path, seed: int) -> None:
    song = cloned(built("band"), tmp_path / "song")
    draw = random.Random(seed)
    host = ProjectFile(song, backup=False)
    kinds = ("fader", "pan", "width", "fx", "send", "mute", "all")
    locks = {t.id: frozenset(draw.sample(kinds, 2)) for t in host.snapshot() if draw.random() < 0.7}
    host.set_locks(locks)
    before = values_of(session_of(song))
    for genre in ("pop", "metal"):
        outcome = mix(song, genre=genre)
        assert [str(c.address) for c in outcome.plan if outcome.heard.ledger.is_locked(c.address)] == []
    ledger = ProjectFile(song).ledger()
    assert [str(a) for a in differing(before, values_of(session_of(song))) if ledger.is_locked(a)] == []


def test_no_amount_changes_nothing(built: Callable[[str], Path], tmp_path: Path) -> None:
    song = cloned(built("band"), tmp_path / "song")
    before = song.read_bytes()
    outcome = mix(song, amount_ratio=0.0)
    assert outcome.plan.changes == ()
    assert outcome.entry is None
    assert song.read_bytes() == before


def test_half_the_amount_goes_half_the_way(built: Callable[[str], Path], tmp_path: Path, mixed_band: Mixed) -> None:
    song = cloned(built("band"), tmp_path / "song")
    half = told(mix(song, amount_ratio=0.5))
    for address, whole in told(mixed_band.outcome).items():
        if address.kind == "fader":
            assert isinstance(whole, float)
            value = half[address]
            assert isinstance(value, float)
            assert db_from_linear(value) == pytest.approx(db_from_linear(whole) / 2.0, abs=0.01)
        elif address.kind == "pan":
            assert half[address] == pytest.approx(whole / 2.0)  # type: ignore[operator]
        elif isinstance(whole, PlacedEffect) and isinstance(whole.effect, ReaComp):
            value = half[address]
            assert isinstance(value, PlacedEffect)
            assert isinstance(value.effect, ReaComp)
            assert value.effect.ratio == pytest.approx(1.0 + (whole.effect.ratio - 1.0) / 2.0)
        elif isinstance(whole, PlacedEffect) and isinstance(whole.effect, Jsfx):
            value = half[address]
            assert isinstance(value, PlacedEffect)
            assert isinstance(value.effect, Jsfx)
            assert value.effect.sliders[0] == pytest.approx(whole.effect.sliders[0] / 2.0)  # type: ignore[operator]
    assert mix(song, amount_ratio=0.5).plan.changes == ()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_alone_turns_only_its_own_knobs(built: Callable[[str], Path], tmp_path: Path, stage: str) -> None:
    song = cloned(built("band"), tmp_path / "song")
    before, original = session_of(song), song.read_bytes()
    outcome = mix(song, stages=frozenset({stage}))
    for change in outcome.plan:
        address = change.address
        knobs = [knob for knob in LABELS if address.key == fx_id(address.track_id, knob)]
        if not before.has_track(address.track_id):
            assert stage in ("space", "buses", "dynamics"), address
        elif knobs:
            assert stage in KNOB_STAGES[knobs[0]], address
        elif address.kind == "envelope":
            assert (stage, address.key) == ("automation", RIDE_LANE), address
        else:
            assert stage in KNOB_STAGES[address.kind], address
    assert mix(song, stages=frozenset({stage})).plan.changes == ()
    if outcome.entry:
        ProjectFile(song, backup=False).undo()
    assert song.read_bytes() == original


@pytest.mark.parametrize("name", ["band", "rough balance"])
def test_gain_staging_alone_is_not_heard(built: Callable[[str], Path], name: str) -> None:
    outcome = mix(built(name), stages=frozenset({"gain"}), dry_run=True)
    assert {change.stage for change in outcome.plan} == {"gain"}
    assert outcome.after.mixture.integrated_lufs == pytest.approx(outcome.before.mixture.integrated_lufs, abs=0.05)
    for group, loudness in outcome.before.groups.items():
        assert outcome.after.groups[group] == pytest.approx(loudness, abs=0.05), group


def test_what_is_not_ours_is_never_altered(built: Callable[[str], Path], tmp_path: Path) -> None:
    song = cloned(built("desk"), tmp_path / "song")
    before = values_of(session_of(song))
    mix(song)
    after = values_of(session_of(song))
    names = {track.id: track.name for track in session_of(song)}
    gone_or_moved = {(names.get(a.track_id, ""), a.kind, a.key) for a in differing(before, after) if a in before}
    assert not [entry for entry in gone_or_moved if entry[1] in ("fx", "envelope", "polarity")]
    for name in ("Vox Reverb", "Piano"):
        assert not [entry for entry in gone_or_moved if entry[0] == name], name
    assert {entry[1] for entry in gone_or_moved if entry[0] == "Drums"} <= {"fader"}  # a bus
    assert ("Gtr L", "pan", "") not in gone_or_moved
