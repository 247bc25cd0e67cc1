"""The report says who made room for whom, by which remedy, and why not by another one."""

from actions.mixing.remedies import REMEDIES, Masked, Remedy
from actions.report.contents import RoomStory
from actions.report.html import format_report
from actions.report.room import TITLES, room_of, room_sentence
from reaper_bridge.session.identity import TrackId
from tests.unit.actions.report_example import example_contents

KICK, BASS = TrackId("{K}"), TrackId("{B}")


def found(chosen: str | None = "ducking") -> Masked:
    remedies = tuple(Remedy(name, 0.4 - 0.05 * n, f"because {name}") for n, name in enumerate(REMEDIES))
    return Masked(KICK, (BASS,), "bass", 40.0, 110.0, 0.3, 0.6, 0.25, chosen, remedies)  # type: ignore[arg-type]


def test_each_remedy_has_its_line_and_the_chosen_one_is_marked() -> None:
    story = room_of(found(), {KICK: "Kick", BASS: "Bass"}.__getitem__)
    assert [line.title for line in story.remedies] == list(TITLES.values())
    assert [line.is_chosen for line in story.remedies] == [False, False, False, True]
    assert not any(line.is_chosen for line in room_of(found(None), str).remedies)


def test_the_sentence_says_how_much_was_covered_by_whom_and_how_much_is() -> None:
    story = room_of(found(), {KICK: "Kick", BASS: "Bass"}.__getitem__)
    said = "From 40 Hz to 110 Hz Bass covered 60 % of it while both play, now 25 %; up to 30 % is left as it is"
    assert room_sentence(story) == said


def test_many_names_are_counted() -> None:
    def sentence(*names: str) -> str:
        return room_sentence(RoomStory("Vox", names, 1000.0, 4000.0, (0.5, 0.2), 0.3))

    assert " A and B covered" in sentence("A", "B")
    assert " A, B and C covered" in sentence("A", "B", "C")
    assert " A, B, C and 2 more covered" in sentence("A", "B", "C", "D", "E")


def test_the_page_lists_them_and_has_no_such_part_without_any() -> None:
    page = format_report(example_contents())
    assert "Who made room for whom" in page
    assert page.count("✓ chosen") == 2
    assert "Lead &lt;Vox&gt;" in page
    assert "Who made room for whom" not in format_report(example_contents(rooms=()))
