"""Which tracks the engineer has selected."""

from reaper_bridge.host import Host
from reaper_bridge.session.errors import UnknownTrackError


def selected_names(host: Host) -> tuple[str, ...]:
    """Return the selected tracks by their GUIDs, which name a track wherever a name is asked for.

    Raises:
        UnknownTrackError: No track is selected.
    """
    selected = tuple(str(track_id) for track_id in host.selected_tracks())
    if not selected:
        raise UnknownTrackError("No track is selected; select the tracks you mean in REAPER, then run it again.")
    return selected
