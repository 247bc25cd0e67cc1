"""A plan painted onto a session picture."""

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, side_chain_level
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track
from reaper_bridge.session.values import with_plan


def test_the_number_of_channels_that_is_asked_for_has_the_last_word() -> None:
    key, bass = TrackId("{K}"), TrackId("{B}")
    session = Session("song", (Track(key, "Kick", 0), Track(bass, "Bass", 1)))
    listens = Change(Address(key, "side_chain", bass), None, side_chain_level(), "")
    for count in (2, 4, 8):
        asked = Change(Address(bass, "channels"), 2, count, "")
        for order in ((asked, listens), (listens, asked)):
            assert with_plan(session, MixPlan(order)).track(bass).channel_count == count
    assert with_plan(session, MixPlan((listens,))).track(bass).channel_count == 4
