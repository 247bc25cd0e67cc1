"""Who plays tells the genre, roughly, and a guess says why."""

from collections.abc import Sequence

import pytest

from actions.mixing.genre import guess_genre
from actions.mixing.taste import GENRES
from analysis.roles import Roles, TrackRole, family_of
from reaper_bridge.session.identity import TrackId

KIT = ["kick", "snare", "hihat", "overheads"]


def roles_of(names: Sequence[str]) -> Roles:
    ids = [TrackId(f"track:{index}") for index in range(len(names))]
    found = zip(ids, names, strict=True)
    return Roles({key: TrackRole(key, name, 0.9, family=family_of(name)) for key, name in found})


@pytest.mark.parametrize(
    ("names", "genre"),
    [
        (["strings"] * 4 + ["woodwind", "brass", "brass"], "orchestral"),
        (["brass", "woodwind", "piano", "bass", *KIT], "jazz"),
        (["synth"] * 3 + ["synth_bass", "drum_loop", "lead_vocal"], "electronic"),
        (["agtr", "agtr", "lead_vocal"], "folk"),
        (["egtr_rhythm", "egtr_rhythm", "bass", "lead_vocal", *KIT], "rock"),
        (["piano", "bass", "lead_vocal", *KIT], "pop"),
        (["strings"] * 6 + ["lead_vocal", *KIT], "pop"),
        ([], "pop"),
        (["unknown"] * 9, "pop"),
    ],
)
def test_who_plays_tells_the_genre(names: Sequence[str], genre: str) -> None:
    guessed, because = guess_genre(roles_of(names))
    assert guessed == genre
    assert guessed in GENRES
    assert because


@pytest.mark.parametrize("names", [["egtr_rhythm", "egtr_rhythm", "bass", *KIT], ["agtr", "piano"]])
def test_the_order_of_tracks_plays_no_part_in_the_guess(names: Sequence[str]) -> None:
    assert guess_genre(roles_of(names)) == guess_genre(roles_of(names[::-1]))
