"""The picture as the page is told it: what it was told at first and the changes since make the picture that is."""

import json
import math
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actions.meters import Meters
from actions.service.panel_picture import changes_between, fixed, whole
from actions.service.picture import ChangePicture, DeskPicture, PassPicture, TrackPicture
from actions.service.state import State

CHANGES = tuple(ChangePicture(f"{{T}}/fader/{i}", f"Fader {i}", "Because", "balance", "{T}", "Vox") for i in range(6))
TRACKS = tuple(TrackPicture(f"{{{i}}}", f"Track {i}", "kick", "Kick drum", 0.5, "drums") for i in range(4))
PICTURE = DeskPicture(State(name="ready", report="/home/someone/report.html"), changes=CHANGES, tracks=TRACKS)


def applied(shown: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Do with changes what the page does."""
    shown = {**json.loads(json.dumps(shown)), **told.get("set", {})}
    for name, rows in told.get("rows", {}).items():
        for index, row in rows:
            shown[name][index] = row
    return json.loads(json.dumps(shown))  # type: ignore[no-any-return]


pictures = st.builds(
    DeskPicture,
    state=st.builds(State, progress_ratio=st.floats(0, 1), doing=st.sampled_from(["", "mix_all"])),
    passes=st.lists(st.builds(PassPicture, st.integers(1, 9), st.text(), st.text()), max_size=2).map(tuple),
    amount_ratio=st.floats(0, 1),
    hearing=st.sampled_from(["", "before", "after"]),
    changes=st.lists(
        st.sampled_from(CHANGES).flatmap(
            lambda c: st.sampled_from([c, replace(c, status="rejected"), replace(c, is_alone=True)])
        ),
        max_size=6,
    ).map(tuple),
    tracks=st.lists(st.sampled_from(TRACKS), max_size=4).map(tuple),
    before=st.builds(Meters, st.none() | st.floats(), st.none() | st.floats()),
)


@given(pictures, pictures)
def test_what_was_told_and_the_changes_make_the_picture(before: DeskPicture, after: DeskPicture) -> None:
    told = changes_between(before, after)
    assert applied(whole(before), told) == json.loads(json.dumps(whole(after), allow_nan=False))
    json.dumps(told, allow_nan=False)


def test_a_picture_that_is_the_same_tells_nothing() -> None:
    assert changes_between(PICTURE, replace(PICTURE)) == {}


def test_of_a_long_list_only_the_rows_that_differ_are_told() -> None:
    dropped = replace(CHANGES[2], status="rejected")
    after = replace(PICTURE, changes=(*CHANGES[:2], dropped, *CHANGES[3:]))
    told = changes_between(PICTURE, after)
    assert set(told) == {"rows"}
    assert [(index, row["status"]) for index, row in told["rows"]["changes"]] == [(2, "rejected")]


def test_no_path_of_this_machine_is_told() -> None:
    assert whole(PICTURE)["state"]["report"] is True
    assert "someone" not in json.dumps(whole(PICTURE))


def test_what_is_not_known_is_null() -> None:
    told = whole(replace(PICTURE, before=Meters(-math.inf, None, math.nan, 0.25)))["before"]
    assert told == {"loudness_lufs": None, "lead_to_rest_db": None, "true_peak_dbtp": None, "masking_ratio": 0.25}


def test_what_can_be_chosen_from_is_told() -> None:
    told = json.loads(json.dumps(fixed(has_preview=True)))
    assert "auto" in told["genres"]
    assert ["kick", "Kick drum", "drums"] in told["roles"]
    assert "vocal" in told["nudge_names"]
