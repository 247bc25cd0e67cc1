"""Versions of a session that are rendered at once sound as each does alone, and run once what they agree on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rendering.mixer import Mixdown, rendered, side_by_side
from reaper_bridge.session.effects import DelayTap, ReaComp, ReaDelay, ReaLimit, ReaVerbate
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Send, Session, Track
from tests.unit.analysis.rendering.sessions import mixdown, noise, session, slots, track

SOUNDS = {name: noise(seed) for seed, name in enumerate("abcd")}
A, B, C, D, BUS, REVERB = map(TrackId, (*"abcd", "bus", "reverb"))
STEMS = [A, C, BUS, REVERB]
EDITS: tuple[dict[str, object], ...] = (
    {"volume_linear": 0.3},
    {"pan": -0.7},
    {"muted": True},
    {"soloed": True},
    {"polarity_inverted": True},
    {"sends_to_parent": False},
    {"fx": slots(ReaComp(threshold_db=-30.0, ratio=8.0))},
    {"fx": slots(ReaLimit(threshold_db=-10.0))},
    {"sends": ()},
    {"sends": (Send(A, REVERB, level_linear=0.2, mode="pre_fader"),)},
    {"sends": (Send(A, BUS, destination_channel_index=2),)},
)


def song() -> Session:
    """Return four tracks, two of them in a bus that squeezes them, and a return that two are sent to."""
    echo = ReaDelay((DelayTap(length_ms=20.0),))
    return session(
        track("bus", 0, is_folder=True, fx=slots(ReaComp(threshold_db=-20.0, ratio=4.0))),
        track("a", 1, parent=BUS, sends=(Send(A, REVERB, level_linear=0.5),)),
        track("b", 2, parent=BUS, fx=slots(ReaComp(threshold_db=-25.0, ratio=3.0, pre_comp_ms=2.0))),
        track("c", 3, volume_linear=0.8, sends=(Send(C, REVERB, level_linear=0.3, mode="pre_fader"),)),
        track("d", 4, pan=0.4),
        track("reverb", 5, fx=slots(echo, ReaVerbate())),
    )


def edited(picture: Session, name: TrackId, values: dict[str, object]) -> Session:
    def of(one: Track) -> Track:
        if one.id != name:
            return one
        sends = tuple(replace(send, source=name) for send in values.get("sends", one.sends))  # type: ignore[attr-defined]
        return replace(one, **{**values, "sends": sends})  # type: ignore[arg-type]

    return replace(picture, tracks=tuple(map(of, picture.tracks)))


def rendering(picture: Session) -> Mixdown:
    return mixdown(picture, SOUNDS, stems=STEMS, block_samples=1500)


def assert_each_as_alone(pictures: Sequence[Session]) -> list[Mixdown]:
    versions = [rendering(picture) for picture in pictures]
    blocks = list(side_by_side(*versions))
    for number, picture in enumerate(pictures):
        master, stems = rendered(rendering(picture))
        together, apart = rendered([row[number] for row in blocks])
        np.testing.assert_allclose(together, master, atol=1e-6, rtol=0.0)
        for key, stem in stems.items():
            np.testing.assert_allclose(apart[key], stem, atol=1e-6, rtol=0.0)
    return versions


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from([A, B, C, D, BUS, REVERB]), st.sampled_from(EDITS)), max_size=3),
        min_size=1,
        max_size=2,
    )
)
def test_each_version_sounds_as_it_does_alone(moves: list[list[tuple[TrackId, dict[str, object]]]]) -> None:
    pictures = [song()]
    for edits in moves:
        picture = song()
        for name, values in edits:
            if not (name == REVERB and values.get("sends")):
                picture = edited(picture, name, values)
        pictures.append(picture)
    assert_each_as_alone(pictures)


def test_a_moved_fader_costs_its_own_track_and_what_that_flows_through() -> None:
    first, second = assert_each_as_alone([song(), edited(song(), A, {"volume_linear": 0.3})])
    anew = {key for key, strip in second.strips.items() if strip is not first.strips[key]}
    assert anew == {A, BUS, REVERB, MASTER}


def test_another_pan_law_makes_everything_anew() -> None:
    first, second = assert_each_as_alone([song(), replace(song(), pan_law_linear=0.7)])
    assert not any(strip is first.strips[key] for key, strip in second.strips.items())


def test_sound_that_only_one_version_sends_elsewhere_is_picked_up_there() -> None:
    """What is picked up before the fader is made only where somebody asks for it."""
    pictures = [song(), edited(song(), D, {"sends": (Send(D, REVERB, mode="pre_fx"),)})]
    assert_each_as_alone(pictures)
    assert_each_as_alone(pictures[::-1])
