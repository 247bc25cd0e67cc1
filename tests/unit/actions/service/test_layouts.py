"""The layouts are what the table makes of them, can be read back, and can be used with a finger from afar."""

import base64
import hashlib
import io
import json
import re
import zipfile
import zlib
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from actions.service.addresses import TABLE, match
from actions.service.layouts.__main__ import main
from actions.service.layouts.check import READERS, coverage
from actions.service.layouts.files import layout_files, picture_files
from actions.service.layouts.model import (
    INKS,
    LEAST_CONTRAST,
    LEAST_TEXT,
    LEAST_TOUCH,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Control,
    Frame,
    Page,
    contrast,
)
from actions.service.layouts.pages import pages
from actions.service.layouts.reaper_pattern import action_path
from actions.service.osc_values import incoming
from reaper_bridge.resource.layout import ACTIONS

ROOT = Path(__file__).resolve().parents[4]
LAYOUTS, PICTURES = ROOT / "install" / "layouts", ROOT / "docs" / "pictures"
FILES, SHOWN = layout_files(), picture_files()
TABLETS = [name for name in FILES if name.startswith("first-pass")]
PAGES = pages()


def unpacked(name: str, data: bytes) -> bytes:
    """Return what a compressor made smaller, which not every zlib does alike."""
    return zlib.decompress(data) if name.endswith(".tosc") else data


def screens(page: Page) -> list[tuple[Control, ...]]:
    """Return what is seen at once, for each bank of a page."""
    return [(*page.controls, *bank.controls) for bank in page.banks] or [page.controls]


def all_controls() -> list[Control]:
    return [control for page in PAGES for screen in screens(page) for control in screen]


@pytest.mark.parametrize("name", FILES)
def test_the_layouts_checked_in_are_those_the_table_makes(name: str) -> None:
    standing = (LAYOUTS / name).read_bytes()
    assert unpacked(name, standing) == unpacked(name, FILES[name]), "run: python -m actions.service.layouts"


@pytest.mark.parametrize("name", SHOWN)
def test_the_pictures_checked_in_show_the_layouts(name: str) -> None:
    assert (PICTURES / name).read_bytes() == SHOWN[name], "run: python -m actions.service.layouts"


def test_two_builds_are_the_same_bytes() -> None:
    assert layout_files() == FILES


def test_the_command_writes_all_of_them(tmp_path: Path) -> None:
    main([str(tmp_path / "layouts"), str(tmp_path / "pictures")])
    written = {path.name for path in (tmp_path / "layouts").iterdir()}
    assert written == set(FILES)
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == set(SHOWN)


@pytest.mark.parametrize("name", TABLETS)
def test_every_address_is_found_in_a_layout_or_left_out_for_a_reason(name: str) -> None:
    read, rows = READERS[Path(name).suffix]
    found = coverage(read((LAYOUTS / name).read_bytes()), rows)
    assert found.missing == set()
    assert found.unknown == set()
    assert set(found.left_out) == {address.path for address in TABLE if address.absence}
    assert len(found.shown) + len(found.left_out) == len(TABLE)


def test_an_address_that_is_not_shown_is_missed() -> None:
    assert "/firstpass/mix/all" in coverage([], {"change": 1, "track": 1}).missing
    assert coverage(["/firstpass/mix/none"], {"change": 1, "track": 1}).unknown == {"/firstpass/mix/none"}


def test_the_pages_are_the_four() -> None:
    assert [page.title for page in PAGES] == ["Mix", "Changes", "Tracks", "Macros"]


def test_what_is_touched_is_large_enough_for_a_finger() -> None:
    touched = [control for control in all_controls() if control.is_touched]
    assert len(touched) > 100
    for control in touched:
        assert min(control.frame.width, control.frame.height) >= LEAST_TOUCH, control.path


def test_nothing_lies_outside_its_page_or_on_something_else() -> None:
    for page in PAGES:
        for screen in screens(page):
            for control in screen:
                frame = control.frame
                assert frame.x >= 0, control
                assert frame.y >= 0, control
                assert frame.x + frame.width <= PAGE_WIDTH, control
                assert frame.y + frame.height <= PAGE_HEIGHT, control
            for one, other in combinations(screen, 2):
                assert not one.frame.meets(other.frame), (one, other)


def test_text_is_large_and_stands_out() -> None:
    assert min(control.size for control in all_controls()) >= LEAST_TEXT
    for control in all_controls():
        ground = control.ink if control.is_touched else "page"
        assert contrast(INKS[control.text_ink], INKS[ground]) >= LEAST_CONTRAST, control
    for ground in ("panel", "go"):
        assert contrast(INKS["text"], INKS[ground]) >= LEAST_CONTRAST


def test_contrast_is_reckoned_as_the_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def test_captions_fit_their_controls() -> None:
    for control in all_controls():
        if control.kind in ("button", "toggle", "caption"):
            assert len(control.text) * control.size * 0.56 <= control.frame.width, control.text


def test_every_fader_has_its_name_and_its_number_beside_it() -> None:
    for page in PAGES:
        for screen in screens(page):
            labels = {control.path for control in screen if control.kind == "label"}
            for control in screen:
                if control.kind == "fader":
                    assert f"{control.path}/str" in labels, control.path


def test_the_way_back_is_on_every_page() -> None:
    for page in PAGES:
        assert {"/firstpass/takeback", "/firstpass/status", "/firstpass/error"} <= {c.path for c in page.controls}


def test_what_a_control_sends_is_what_its_address_takes() -> None:
    for control in all_controls():
        if control.kind == "button":
            assert control.address is not None
            assert incoming(control.address, [control.sends]) is not None, control.path


def test_frames_are_parted_without_gaps_or_overlap() -> None:
    left, right = Frame(10, 0, 108, 50).columns(1, 3)
    assert (left, right) == (Frame(10, 0, 25, 50), Frame(43, 0, 75, 50))
    above, below = Frame(0, 10, 50, 108).rows(1, 3)
    assert (above, below) == (Frame(0, 10, 50, 25), Frame(0, 43, 50, 75))
    assert not left.meets(right)
    assert left.meets(Frame(34, 49, 100, 100))


# TouchOSC


def tosc_root() -> ElementTree.Element:
    return ElementTree.fromstring(zlib.decompress(FILES["first-pass.tosc"]))


def property_of(node: ElementTree.Element, name: str) -> str | None:
    found = (p.findtext("value") for p in node.findall("properties/property") if p.findtext("key") == name)
    return next(found, None)


def test_a_tosc_button_sends_when_it_is_pressed_and_only_then() -> None:
    sent = 0
    for node in tosc_root().iter("node"):
        message = node.find("messages/osc")
        if node.get("type") == "BUTTON" and message is not None and message.findtext("send") == "1":
            sent += 1
            is_toggle = property_of(node, "buttonType") == "2"
            assert message.findtext("triggers/trigger/condition") == ("ANY" if is_toggle else "RISE")
            assert message.findtext("receive") == ("1" if is_toggle else "0")
    assert sent > 300


def test_what_only_shows_on_a_tosc_page_lets_touches_through() -> None:
    for node in tosc_root().iter("node"):
        message = node.find("messages/osc")
        if node.get("type") in ("LABEL", "BUTTON", "FADER"):
            sends = message is not None and message.findtext("send") == "1"
            assert property_of(node, "interactive") == ("1" if sends else "0")


def test_a_tosc_never_echoes_what_it_was_told() -> None:
    assert {message.findtext("feedback") for message in tosc_root().iter("osc")} == {"0"}


def test_tosc_ids_are_all_different() -> None:
    ids = [node.get("ID") for node in tosc_root().iter("node")]
    assert len(ids) == len(set(ids)) > 1000


def test_tosc_faders_send_the_range_of_their_address() -> None:
    for node in tosc_root().iter("node"):
        if node.get("type") == "FADER":
            path = node.findtext("messages/osc/path/partial/value")
            found = match(path or "")
            assert found is not None
            partial = node.find("messages/osc/arguments/partial")
            assert partial is not None
            limits = (float(partial.findtext("scaleMin", "")), float(partial.findtext("scaleMax", "")))
            assert limits == (found[0].low, found[0].high)


def test_a_tosc_says_hello_when_it_is_opened() -> None:
    top = tosc_root().find("node")
    assert top is not None
    assert "sendOSC('/firstpass/hello', 1)" in (property_of(top, "script") or "")


# TouchOSC Mk1


def mk1_controls() -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(FILES["first-pass.touchosc"])) as archive:
        assert archive.namelist() == ["index.xml"]
        root = ElementTree.fromstring(archive.read("index.xml"))
    return [control.attrib for control in root.iter("control")]


def test_an_mk1_layout_lies_on_its_side_within_the_screen() -> None:
    for control in mk1_controls():
        x, y, w, h = (int(control[key]) for key in "xywh")
        assert 0 <= x <= x + w <= 727
        assert 0 <= y <= y + h <= 1024
    title = base64.b64encode(b"Mix all").decode()
    (mix_all,) = [control for control in mk1_controls() if control.get("text") == title]
    assert int(mix_all["x"]) > 363, "what is above is far from the foot"
    assert int(mix_all["y"]) < 512, "what is left has a small y"


def test_an_mk1_button_sends_only_on_press_what_its_address_takes() -> None:
    pushes = [control for control in mk1_controls() if control["type"] == "push"]
    assert len(pushes) > 40
    for control in pushes:
        assert (control["sp"], control["sr"]) == ("true", "false")
        found = match(base64.b64decode(control["osc_cs"]).decode())
        assert found is not None
        assert incoming(found[0], [float(control["scalet"])]) is not None


# Open Stage Control


def widgets(widget: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*widget.get("widgets", ()), *widget.get("tabs", ())]
    return [widget, *(each for one in inner for each in widgets(one))]


def session() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILES["first-pass.open-stage-control.json"])["content"]
    return content


def test_widgets_of_a_session_have_ids_of_their_own() -> None:
    ids = [widget["id"] for widget in widgets(session())]
    assert len(ids) == len(set(ids))


def test_a_session_asks_for_everything_when_it_opens() -> None:
    assert session()["onCreate"].startswith("send('/firstpass/hello'")


def test_buttons_of_a_session_tell_on_from_off_and_take_their_light_from_the_service() -> None:
    for widget in widgets(session()):
        if widget["type"] == "button":
            assert widget["on"] != widget["off"]
            found = match(widget["address"])
            assert found is not None
            assert widget["decoupled"] == (found[0].feedback == "switch")


def test_no_fader_of_a_session_moves_anything_by_being_opened() -> None:
    faders = [widget for widget in widgets(session()) if widget["type"] == "fader"]
    assert len(faders) > 20
    assert not any("default" in widget or "value" in widget for widget in faders)


def test_a_role_can_be_chosen_where_there_is_room_for_a_list() -> None:
    lists = [widget for widget in widgets(session()) if widget["type"] == "dropdown"]
    assert len(lists) == 64
    assert "lead_vocal" in lists[0]["values"]
    assert {widget["typeTags"] for widget in lists} == {"s"}


# REAPER's own OSC


def test_the_pattern_file_offers_actions_and_nothing_else() -> None:
    lines = [line for line in FILES["FirstPass.ReaperOSC"].decode().splitlines() if line and line[0] != "#"]
    assert lines == ["ACTION t/action/@"]


def test_the_pattern_file_lists_every_action_by_the_id_that_reaper_gives_it() -> None:
    text = FILES["FirstPass.ReaperOSC"].decode()
    for action in ACTIONS:
        assert re.fullmatch(r"/action/_[A-Za-z0-9_]+", action_path(action)), "no other signs pass REAPER's wildcard"
        assert f"# {action_path(action)}  {action.name}\n" in text
    path = "First Pass/First Pass - Mix all tracks.py"
    assert f"_RS{hashlib.sha1(path.upper().encode()).hexdigest()}  Mix all tracks" in text
