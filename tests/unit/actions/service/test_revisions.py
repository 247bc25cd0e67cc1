"""What can be asked of a pass that stands: less of it, some of it, one change alone, a nudge; and all of it back."""

from pathlib import Path

import pytest

from actions.service.desk import VERBS, SessionDesk
from actions.service.picture import DeskPicture
from reaper_bridge.rpp.routing import remove_track
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.session.address import Address, parse_address
from reaper_bridge.session.change import PlacedEffect, SendLevel
from reaper_bridge.session.effects import ReaEq
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import read_value
from tests.mixed_band import MixedBand, ask, desk_on, everything, mixed_band, move
from tests.session_builder import guid_of

VOICE, BASS, PIANO = (TrackId(guid_of(name)) for name in ("Lead Vox", "Bass", "Piano"))
VOICE_FADER = Address(VOICE, "fader")


@pytest.fixture(scope="module")
def band(tmp_path_factory: pytest.TempPathFactory) -> MixedBand:
    return mixed_band(tmp_path_factory.mktemp("band"))


@pytest.fixture
def desk(band: MixedBand) -> SessionDesk:
    return band.desk()


def fader_db(desk: SessionDesk, track: TrackId) -> float:
    return db_from_linear(desk.session.track(track).volume_linear)


def path_of(desk: SessionDesk) -> Path:
    assert desk.place.file is not None
    return desk.place.file


def kind(desk: SessionDesk, kind: str) -> str:
    """Return the address of the most important change of a kind."""
    return next(c.address for c in desk.picture().changes if parse_address(c.address).kind == kind)


def line(picture: DeskPicture, address: str) -> tuple[str, bool]:
    return next((c.status, c.is_alone) for c in picture.changes if c.address == address)


# --- amounts ------------------------------------------------------------------------------------------


def test_nothing_and_then_all_of_a_pass_is_the_pass(desk: SessionDesk) -> None:
    full = everything(desk.session)
    for ratio in (0.0, 0.3, 0.71, 1.0):
        ask(desk, "amount", part="all", ratio=ratio)
    assert everything(desk.session) == full


def test_the_same_amount_by_another_way_is_the_same(desk: SessionDesk) -> None:
    ask(desk, "amount", part="all", ratio=0.4)
    straight = everything(desk.session)
    for ratio in (0.9, 0.0, 0.6, 0.4):
        ask(desk, "amount", part="all", ratio=ratio)
    assert everything(desk.session) == straight


def test_a_fader_goes_a_part_of_its_way_in_decibels(desk: SessionDesk) -> None:
    entry = desk.ledger.passes[-1]
    faders = [c for c in entry.full if c.address.kind == "fader"]
    ask(desk, "amount", part="all", ratio=0.5)
    for change in faders:
        assert isinstance(change.before, float)
        assert isinstance(change.after, float)
        middle = (db_from_linear(change.before) + db_from_linear(change.after)) / 2.0
        assert fader_db(desk, change.address.track_id) == pytest.approx(middle, abs=0.01)


def test_without_its_gain_a_pass_is_as_loud_as_before(desk: SessionDesk) -> None:
    """A trim is never heard: the fader takes back what it adds, and the compressor's threshold moves with it."""
    entry = desk.ledger.passes[-1]
    trims = {c.address.track_id: c for c in entry.full if isinstance(c.after, PlacedEffect) and "Trim" in c.after.label}
    loud = {track: fader_db(desk, track) for track in trims}
    ask(desk, "amount", part="gain", ratio=0.0)
    assert trims
    for track, change in trims.items():
        assert isinstance(change.after, PlacedEffect)
        gain_db = change.after.effect.sliders[0]  # type: ignore[union-attr]
        assert fader_db(desk, track) == pytest.approx(loud[track] + gain_db, abs=0.01)


def test_an_amount_of_a_stage_that_did_nothing_changes_nothing_but_itself(desk: SessionDesk) -> None:
    full = everything(desk.session)
    done = ask(desk, "amount", part="automation", ratio=0.2)
    assert done.has_changed
    assert everything(desk.session) == full
    assert desk.picture().amounts["automation"] == 0.2


def test_an_amount_out_of_range_is_clamped(desk: SessionDesk) -> None:
    ask(desk, "amount", part="all", ratio=-3.0)
    assert desk.picture().amount_ratio == 0.0


def test_nothing_of_a_pass_is_switched_off_rather_than_removed(desk: SessionDesk) -> None:
    ask(desk, "amount", part="all", ratio=0.0)
    ours = [slot for track in desk.session.tracks for slot in track.fx if slot.label.startswith("First Pass")]
    plugins = {c.address.track_id for c in desk.ledger.passes[-1].full if c.address.kind == "track"}
    assert ours
    assert not any(s.enabled for t in desk.session.tracks if t.id not in plugins for s in t.fx)
    assert all(send.muted for track in desk.session.tracks for send in track.sends)


# --- changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["fx", "fader", "send", "pan", "track"])
def test_a_change_that_is_dropped_and_kept_again_is_as_it_was(desk: SessionDesk, what: str) -> None:
    full, address = everything(desk.session), kind(desk, what)
    ask(desk, "reject", change=address)
    assert everything(desk.session) != full
    assert line(desk.picture(), address) == ("rejected", False)
    ask(desk, "accept", change=address)
    assert everything(desk.session) == full
    assert line(desk.picture(), address) == ("accepted", False)


def test_a_dropped_plug_in_is_gone(desk: SessionDesk) -> None:
    address = parse_address(kind(desk, "fx"))
    ask(desk, "reject", change=str(address))
    assert read_value(desk.session, address) is None


def test_a_dropped_return_takes_its_sends_along(desk: SessionDesk) -> None:
    address = parse_address(kind(desk, "track"))
    ask(desk, "reject", change=str(address))
    assert not desk.session.has_track(address.track_id)
    assert not any(s.destination == address.track_id for t in desk.session.tracks for s in t.sends)


def test_plug_ins_come_back_in_their_order(desk: SessionDesk) -> None:
    order = [slot.id for slot in desk.session.track(VOICE).fx]
    assert len(order) >= 3
    addresses = [str(Address(VOICE, "fx", key)) for key in order]
    for address in addresses:
        ask(desk, "reject", change=address)
    for address in (*addresses[1:], addresses[0]):
        ask(desk, "accept", change=address)
    assert [slot.id for slot in desk.session.track(VOICE).fx] == order


def test_one_change_alone_and_then_all_again(desk: SessionDesk) -> None:
    full, address = everything(desk.session), kind(desk, "fx")
    ask(desk, "solo", change=address, on=True)
    on = [str(Address(t.id, "fx", s.id)) for t in desk.session.tracks for s in t.fx if s.enabled]
    returns = {c.address.track_id for c in desk.ledger.passes[-1].full if c.address.kind == "track"}
    assert [each for each in on if parse_address(each).track_id not in returns] == [address]
    assert line(desk.picture(), address) == ("accepted", True)
    ask(desk, "solo", change=address, on=False)
    assert everything(desk.session) == full


def test_ending_the_solo_of_another_change_ends_nothing(desk: SessionDesk) -> None:
    first, second = (c.address for c in desk.picture().changes[:2])
    ask(desk, "solo", change=first, on=True)
    assert not ask(desk, "solo", change=second, on=False).has_changed
    assert line(desk.picture(), first) == ("accepted", True)


def test_a_change_that_is_none_is_a_sentence(desk: SessionDesk) -> None:
    with pytest.raises(PlanError, match="no such change"):
        ask(desk, "reject", change=f"{VOICE}/play_offset")


# --- before and after ---------------------------------------------------------------------------------


def test_before_is_equally_loud_and_after_is_as_it_was(desk: SessionDesk, band: MixedBand) -> None:
    full = everything(desk.session)
    before, after = desk.meters()
    assert before.loudness_lufs is not None
    assert after.loudness_lufs is not None
    ask(desk, "hear", side="before")
    moved = db_from_linear(desk.session.master.volume_linear)
    assert moved == pytest.approx(after.loudness_lufs - before.loudness_lufs, abs=0.01)
    assert desk.picture().hearing == "before"
    ask(desk, "hear", side="after")
    assert everything(desk.session) == full


def test_a_service_that_starts_anew_knows_that_before_is_heard(desk: SessionDesk) -> None:
    full = everything(desk.session)
    ask(desk, "nudge", name="vocal", value=0.5)
    ask(desk, "nudge", name="vocal", value=0.0)
    ask(desk, "hear", side="before")
    again = desk_on(path_of(desk))
    assert again.picture().hearing == "before"
    ask(again, "hear", side="after")
    assert everything(again.session) == full


def test_mixing_on_ends_what_was_for_the_time_being(desk: SessionDesk) -> None:
    full = everything(desk.session)
    ask(desk, "solo", change=kind(desk, "fx"), on=True)
    assert "Nothing to do" in ask(desk, "mix_all").sentence
    assert everything(desk.session) == full


# --- nudges -------------------------------------------------------------------------------------------


def test_a_nudge_moves_its_faders_by_up_to_six_decibels(desk: SessionDesk) -> None:
    stood = fader_db(desk, VOICE)
    others = fader_db(desk, BASS)
    ask(desk, "nudge", name="vocal", value=-0.5)
    assert fader_db(desk, VOICE) == pytest.approx(stood - 3.0, abs=0.01)
    assert fader_db(desk, BASS) == others


def test_the_same_nudge_again_does_nothing(desk: SessionDesk) -> None:
    ask(desk, "nudge", name="drums", value=-1.0)
    moved = everything(desk.session)
    assert not ask(desk, "nudge", name="drums", value=-1.0).has_changed
    assert everything(desk.session) == moved


@pytest.mark.parametrize(
    "name", ["vocal", "drums", "bass", "guitars", "keys", "space", "brightness", "low_end", "width"]
)
def test_every_nudge_does_something_and_back_at_nothing_it_is_gone(desk: SessionDesk, name: str) -> None:
    full = everything(desk.session)
    for value in (-1.0, 0.3, 1.0):
        ask(desk, "nudge", name=name, value=value)
        assert everything(desk.session) != full
        assert desk.picture().nudges[name] == value
    ask(desk, "nudge", name=name, value=0.0)
    assert everything(desk.session) == full


def test_brightness_is_one_equaliser_on_the_master(desk: SessionDesk) -> None:
    ask(desk, "nudge", name="brightness", value=1.0)
    ask(desk, "nudge", name="low_end", value=-0.5)
    (slot,) = desk.session.track(MASTER).fx
    assert isinstance(slot.effect, ReaEq)
    assert [(band.shape, round(band.gain_db, 2)) for band in slot.effect.bands] == [
        ("low_shelf", -1.5),
        ("high_shelf", 3.0),
    ]


def test_space_moves_the_sends_and_leaves_them_in_proportion(desk: SessionDesk) -> None:
    def levels() -> list[float]:
        addresses = [c.address for c in desk.ledger.passes[-1].full if c.address.kind == "send"]
        sends = [read_value(desk.session, address) for address in addresses]
        return [db_from_linear(send.level_linear) for send in sends if isinstance(send, SendLevel)]

    stood = levels()
    ask(desk, "nudge", name="space", value=-1.0)
    assert levels() == pytest.approx([level - 6.0 for level in stood], abs=0.01)


def test_a_nudge_is_reckoned_from_the_amount(desk: SessionDesk) -> None:
    ask(desk, "nudge", name="vocal", value=-0.5)
    ask(desk, "amount", part="all", ratio=0.5)
    ask(desk, "nudge", name="vocal", value=0.0)
    plain = everything(desk.session)
    ask(desk, "amount", part="all", ratio=1.0)
    ask(desk, "amount", part="all", ratio=0.5)
    assert everything(desk.session) == plain


def test_nudges_bring_no_peak_above_the_ceiling(desk: SessionDesk) -> None:
    for name in ("drums", "bass", "vocal", "guitars", "keys", "low_end", "brightness"):
        ask(desk, "nudge", name=name, value=1.0)
    peak = desk.meters()[1].true_peak_dbtp
    assert peak is not None
    assert peak <= -0.95


# --- what is theirs, and what is locked ---------------------------------------------------------------


def test_a_fader_somebody_moved_stays_and_is_told(desk: SessionDesk) -> None:
    move(path_of(desk), VOICE_FADER, 0.123)
    done = ask(desk, "amount", part="all", ratio=0.2)
    assert desk.session.track(VOICE).volume_linear == pytest.approx(0.123)
    assert "the fader of Lead Vox" in done.sentence
    assert next(c for c in desk.picture().changes if c.address == str(VOICE_FADER)).is_theirs
    ask(desk, "nudge", name="vocal", value=1.0)
    assert desk.session.track(VOICE).volume_linear == pytest.approx(0.123)


def test_a_trim_whose_fader_is_theirs_stays_with_it(desk: SessionDesk) -> None:
    trim = next(slot for slot in desk.session.track(VOICE).fx if slot.label == "First Pass Trim")
    move(path_of(desk), VOICE_FADER, 0.123)
    ask(desk, "amount", part="gain", ratio=0.0)
    assert next(slot for slot in desk.session.track(VOICE).fx if slot.id == trim.id) == trim


def test_a_locked_track_stays(desk: SessionDesk) -> None:
    stood = desk.session.track(VOICE)
    ask(desk, "lock", track=VOICE, on=True)
    ask(desk, "amount", part="all", ratio=0.0)
    ask(desk, "nudge", name="vocal", value=1.0)
    assert desk.session.track(VOICE) == stood
    assert next(t for t in desk.picture().tracks if t.id == VOICE).is_locked


def test_a_track_that_was_deleted_is_no_hindrance(desk: SessionDesk) -> None:
    document = parse_project(path_of(desk).read_bytes())
    remove_track(document.project, BASS)
    path_of(desk).write_bytes(document.to_bytes())
    for do, options in (
        ("amount", {"part": "all", "ratio": 0.5}),
        ("nudge", {"name": "vocal", "value": -1.0}),
        ("hear", {"side": "before"}),
        ("hear", {"side": "after"}),
    ):
        assert ask(desk, do, **options).has_changed
    assert not desk.session.has_track(BASS)
    assert any(change.is_theirs for change in desk.picture().changes)
    ask(desk, "take_back")
    assert not any(track.fx for track in desk.session.tracks)


def test_a_return_that_the_engineer_uses_stays_when_it_is_dropped(desk: SessionDesk) -> None:
    address = parse_address(kind(desk, "track"))
    send = Address(BASS, "send", address.track_id)
    assert read_value(desk.session, send) is None
    move(path_of(desk), send, SendLevel(0.3))
    done = ask(desk, "reject", change=str(address))
    assert "these stay: the track First Pass" in done.sentence
    assert desk.session.has_track(address.track_id)
    assert read_value(desk.session, send) == SendLevel(0.3)


# --- and all of it back -------------------------------------------------------------------------------


def test_taking_back_gives_the_very_bytes_from_before_the_pass(desk: SessionDesk, band: MixedBand) -> None:
    ask(desk, "amount", part="all", ratio=0.6)
    ask(desk, "nudge", name="brightness", value=1.0)
    ask(desk, "reject", change=kind(desk, "track"))
    ask(desk, "hear", side="before")
    ask(desk, "take_back")
    assert path_of(desk).read_bytes() == band.unmixed


def test_after_somebody_worked_on_only_his_work_is_left(desk: SessionDesk, band: MixedBand) -> None:
    ask(desk, "amount", part="all", ratio=0.6)
    move(path_of(desk), Address(PIANO, "pan"), -0.77)
    ask(desk, "nudge", name="vocal", value=-1.0)
    ask(desk, "take_back")
    assert desk.session.track(PIANO).pan == pytest.approx(-0.77)
    assert desk.session.track(VOICE).volume_linear == pytest.approx(1.0)
    assert not any(track.fx for track in desk.session.tracks)


def test_a_take_back_can_be_redone_with_its_revision(desk: SessionDesk) -> None:
    ask(desk, "amount", part="all", ratio=0.6)
    stood = everything(desk.session)
    ask(desk, "take_back")
    ask(desk, "redo")
    assert everything(desk.session) == stood
    assert desk.picture().amount_ratio == 0.6


@pytest.mark.parametrize(
    ("do", "options"),
    [
        ("amount", {"part": "all", "ratio": 0.5}),
        ("nudge", {"name": "vocal", "value": 0.5}),
        ("hear", {"side": "before"}),
        ("reject", {"change": str(VOICE_FADER)}),
    ],
)
def test_without_a_pass_there_is_nothing_to_revise(desk: SessionDesk, do: str, options: dict[str, object]) -> None:
    ask(desk, "take_back")
    with pytest.raises(PlanError, match="No pass of ours"):
        ask(desk, do, **options)


@pytest.mark.parametrize(
    ("do", "options"),
    [
        ("amount", {"part": "all"}),
        ("amount", {"part": "all", "ratio": "much"}),
        ("amount", {"part": "all", "ratio": float("nan")}),
        ("amount", {"part": "spin", "ratio": 1.0}),
        ("nudge", {"name": "cowbell", "value": 1.0}),
        ("nudge", {"name": "vocal", "value": True}),
        ("hear", {"side": "middle"}),
        ("reject", {"change": "nonsense"}),
        ("solo", {"change": str(VOICE_FADER), "on": 1}),
        ("lock", {"track": VOICE}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_nothing_is_written(
    desk: SessionDesk, do: str, options: dict[str, object]
) -> None:
    stood = path_of(desk).read_bytes()
    with pytest.raises(PlanError):
        ask(desk, do, **options)
    assert path_of(desk).read_bytes() == stood


# --- for passes to come -------------------------------------------------------------------------------


def test_what_was_chosen_is_known_to_a_service_that_starts_anew(band: MixedBand) -> None:
    desk = band.desk("chosen.RPP")
    ask(desk, "genre", name="rock")
    ask(desk, "loudness", lufs=-17.0)
    ask(desk, "role", track=PIANO, role="organ")
    ask(desk, "include", track=BASS, on=False)
    picture = desk_on(path_of(desk)).picture()
    tracks = {track.id: track for track in picture.tracks}
    assert (picture.genre, picture.loudness_lufs) == ("rock", -17.0)
    assert (tracks[PIANO].role, tracks[PIANO].confidence_ratio) == ("organ", 1.0)
    assert not tracks[BASS].is_included


def test_a_track_that_is_left_out_is_not_mixed(band: MixedBand) -> None:
    desk = band.desk("left out.RPP")
    ask(desk, "take_back")
    stood = desk.session.track(BASS)
    ask(desk, "include", track=BASS, on=False)
    ask(desk, "mix_all")
    assert desk.ledger.passes
    assert desk.session.track(BASS) == stood


def test_revisions_leave_no_backup_as_the_pass_made_one(desk: SessionDesk) -> None:
    desk.place.host.backup = True  # type: ignore[attr-defined]
    ask(desk, "amount", part="all", ratio=0.5)
    assert not list(path_of(desk).parent.glob("*.before-revision-*"))


def test_every_verb_has_a_title() -> None:
    assert all(verb.title for verb in VERBS.values())
