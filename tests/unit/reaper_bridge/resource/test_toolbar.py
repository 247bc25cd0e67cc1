"""A floating toolbar with our actions, and what the user does with it."""

import pytest

from reaper_bridge.resource.ini import read_section, read_value
from reaper_bridge.resource.toolbar import ON_TOOLBAR, menu_file, toolbar_rows, with_toolbar, without_toolbar
from reaper_bridge.session.errors import ResourceFolderError

THEIRS = b"[Floating toolbar 16]\r\nicon_0=x.png\r\nitem_0=40029 Undo\r\ntitle=Mine\r\n"


def test_the_last_toolbar_that_is_free_is_taken() -> None:
    assert read_value(with_toolbar(THEIRS), "Floating toolbar 15", "title") == "First Pass"
    assert without_toolbar(with_toolbar(THEIRS)) == THEIRS


def test_items_count_from_nought_without_a_gap() -> None:
    section = read_section(with_toolbar(b""), "Floating toolbar 16")
    assert [key for key in section if key.startswith("item_")] == [f"item_{n}" for n in range(len(ON_TOOLBAR))]
    assert section["item_0"] == f"_{ON_TOOLBAR[0].script_id} Mix all tracks"


def test_a_toolbar_that_is_there_stays_where_and_as_it_is() -> None:
    once = with_toolbar(THEIRS)
    assert with_toolbar(once) == once


def test_what_the_user_put_on_our_toolbar_closes_the_gap() -> None:
    count = len(ON_TOOLBAR)
    data = with_toolbar(b"").replace(b"title=", b"item_%d=40029 Undo\nicon_%d=x.png\ntitle=" % (count, count))
    section = read_section(without_toolbar(data), "Floating toolbar 16")
    assert section == {"title": "First Pass", "item_0": "40029 Undo", "icon_0": "x.png"}


def test_no_free_toolbar_is_said() -> None:
    full = b"".join(b"[Floating toolbar %d]\nitem_0=40029 Undo\n" % number for number in range(1, 17))
    with pytest.raises(ResourceFolderError, match="All 16 floating toolbars are in use"):
        with_toolbar(full)
    assert without_toolbar(full) == full


def test_the_file_to_import_holds_the_same_toolbar() -> None:
    assert read_section(menu_file(), "Floating toolbar 16") == toolbar_rows()
