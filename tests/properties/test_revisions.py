"""Whatever is done to a pass: every control at its start gives the pass again, and taking it back what was before."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.revising import AMOUNTS
from actions.service.desk import SessionDesk
from actions.service.picture import NUDGES
from reaper_bridge.session.address import Address
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.values import read_value
from tests.mixed_band import MixedBand, ask, desk_on, everything, mixed_band, move
from tests.session_builder import BAND, TrackSpec, guid_of

Step = tuple[str, dict[str, Any]]
RATIOS = st.floats(0.0, 1.0, allow_subnormal=False)
FIRST = st.integers(0, 30)
AMOUNT = st.builds(lambda part, ratio: ("amount", {"part": part, "ratio": ratio}), st.sampled_from(AMOUNTS), RATIOS)
NUDGE = st.builds(
    lambda name, value: ("nudge", {"name": name, "value": value}), st.sampled_from(NUDGES), st.floats(-1.0, 1.0)
)
DROP = st.builds(lambda number: ("reject", {"number": number}), FIRST)
KEEP = st.builds(lambda number: ("accept", {"number": number}), FIRST)
SOLO = st.builds(lambda number, on: ("solo", {"number": number, "on": on}), FIRST, st.booleans())
HEAR = st.builds(lambda side: ("hear", {"side": side}), st.sampled_from(("before", "after")))
STEPS = st.lists(st.one_of(AMOUNT, NUDGE, DROP, KEEP, SOLO, HEAR), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def band(tmp_path_factory: pytest.TempPathFactory) -> MixedBand:
    return mixed_band(tmp_path_factory.mktemp("band"))


def do(desk: SessionDesk, step: Step) -> None:
    """Do a step; a change is named by its place in the list."""
    name, options = step
    if "number" in options:
        changes = desk.picture().changes
        number = options["number"] % len(changes)
        options = {**{k: v for k, v in options.items() if k != "number"}, "change": changes[number].address}
    ask(desk, name, **options)


def to_the_start(desk: SessionDesk) -> None:
    """Put every control where it was after the pass."""
    ask(desk, "hear", side="after")
    picture = desk.picture()
    for change in picture.changes:
        if change.is_alone:
            ask(desk, "solo", change=change.address, on=False)
        if change.status == "rejected":
            ask(desk, "accept", change=change.address)
    for part in AMOUNTS:
        ask(desk, "amount", part=part, ratio=1.0)
    for name in NUDGES:
        ask(desk, "nudge", name=name, value=0.0)


def path_of(desk: SessionDesk) -> Path:
    assert desk.place.file is not None
    return desk.place.file


@settings(max_examples=20)
@given(steps=STEPS)
def test_with_every_control_at_its_start_the_pass_stands_as_it_was_written(band: MixedBand, steps: list[Step]) -> None:
    desk = band.desk()
    full = everything(desk.session)
    for step in steps:
        do(desk, step)
    to_the_start(desk)
    assert everything(desk.session) == full


@settings(max_examples=20)
@given(steps=STEPS, restarts=st.booleans())
def test_taking_back_gives_every_byte_from_before_the_pass(band: MixedBand, steps: list[Step], restarts: bool) -> None:
    desk = band.desk()
    for step in steps:
        do(desk, step)
    if restarts:
        desk = desk_on(path_of(desk))
    ask(desk, "take_back")
    assert path_of(desk).read_bytes() == band.unmixed


@settings(max_examples=20)
@given(steps=STEPS, when=st.integers(0, 4), track=st.sampled_from(BAND), value=st.floats(0.05, 1.5))
def test_what_a_human_moved_stays_as_he_left_it(
    band: MixedBand, steps: list[Step], when: int, track: TrackSpec, value: float
) -> None:
    desk = band.desk()
    fader = Address(TrackId(guid_of(track.name)), "fader")
    for number, step in enumerate(steps):
        if number == min(when, len(steps) - 1):
            move(path_of(desk), fader, value)
            desk.read()
        do(desk, step)
    assert read_value(desk.session, fader) == pytest.approx(value, rel=1e-6)
    ask(desk, "take_back")
    assert read_value(desk.session, fader) == pytest.approx(value, rel=1e-6)


@settings(max_examples=15)
@given(steps=STEPS)
def test_the_ledger_says_what_stands(band: MixedBand, steps: list[Step]) -> None:
    desk = band.desk()
    for step in steps:
        do(desk, step)
    assert not desk.ledger.theirs(desk.session)
    again = desk_on(path_of(desk))
    assert again.ledger == desk.ledger
    assert everything(again.session) == everything(desk.session)


@settings(max_examples=15)
@given(steps=STEPS, last=st.one_of(AMOUNT, NUDGE, DROP, HEAR))
def test_the_same_twice_is_the_same_once(band: MixedBand, steps: list[Step], last: Step) -> None:
    desk = band.desk()
    for step in (*steps, last):
        do(desk, step)
    once = path_of(desk).read_bytes()
    do(desk, last)
    assert path_of(desk).read_bytes() == once


def test_a_human_who_moves_everything_keeps_everything(band: MixedBand) -> None:
    desk = band.desk()
    for track in BAND:
        move(path_of(desk), Address(TrackId(guid_of(track.name)), "fader"), 0.31)
    desk.read()
    ask(desk, "amount", part="balance", ratio=0.0)
    assert {round(t.volume_linear, 6) for t in desk.session.tracks if t.item_count} == {0.31}
