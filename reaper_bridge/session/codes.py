"""REAPER's own numbers and names for modes and lanes, the same in a project file and in its API."""

from collections.abc import Iterable
from typing import Final, TypeVar

from reaper_bridge.session.model import AutomationMode, EnvelopeKind, PanMode, SendMode

AUTOMATION_MODES: Final[tuple[AutomationMode, ...]] = ("trim_read", "read", "touch", "write", "latch", "latch_preview")
PAN_MODES: Final[dict[int, PanMode]] = {0: "balance_v3", 3: "balance", 5: "stereo", 6: "dual"}
SEND_MODES: Final[dict[int, SendMode]] = {
    0: "post_fader",
    1: "pre_fx",
    2: "pre_fader",  # an older form of 3
    3: "pre_fader",
    8: "pre_fx",  # before the receives
}
LANES: Final[dict[EnvelopeKind, str]] = {
    "pre_fx_volume": "VOLENV",
    "volume": "VOLENV2",
    "trim_volume": "VOLENV3",
    "pre_fx_pan": "PANENV",
    "pan": "PANENV2",
    "pre_fx_width": "WIDTHENV",
    "width": "WIDTHENV2",
    "mute": "MUTEENV",
}
"""What a project calls each automation lane; the master's names begin with MASTER, and it has no mute lane."""
CUSTOM_COLOR: Final = 0x1000000
"""The bit of a colour that somebody chose."""
PLAYOFFS_BYPASSED, PLAYOFFS_IN_SAMPLES = 1, 2
_CHANNEL_BITS: Final = 0x3FF
_FALLBACK_RATE_HZ: Final = 48_000.0

Id = TypeVar("Id", bound=str)


def automation_mode(own: int, override: int) -> AutomationMode:
    """Return a track's automation mode; the project's override, where it is set (not -1), holds for all."""
    mode = override if 0 <= override < len(AUTOMATION_MODES) else own
    return AUTOMATION_MODES[mode] if 0 <= mode < len(AUTOMATION_MODES) else "read"


def channel_index(channels: int) -> int:
    """Return the first channel of a send's end; the bits above say how many it takes, -1 is none."""
    return max(0, channels) & _CHANNEL_BITS


def rgb_color(value: int, is_bgr: bool) -> int | None:
    """Return a custom colour as 0xRRGGBB, None where nobody chose one; Windows keeps it as 0xBBGGRR."""
    if not value & CUSTOM_COLOR:
        return None
    if not is_bgr:
        return value & 0xFFFFFF
    return (value & 0xFF) << 16 | value & 0xFF00 | value >> 16 & 0xFF


def play_offset_seconds(flags: int, offset: float, sample_rate_hz: float) -> float:
    """Return a track's media playback offset: 0 where it is bypassed; it may count samples."""
    if flags & PLAYOFFS_BYPASSED or not offset:
        return 0.0
    return offset / (sample_rate_hz or _FALLBACK_RATE_HZ) if flags & PLAYOFFS_IN_SAMPLES else offset


def folder_parents(depth_changes: Iterable[tuple[Id, int]]) -> dict[Id, Id | None]:
    """Return the folder of each track, from how many levels each opens or closes behind itself."""
    parents: dict[Id, Id | None] = {}
    folders: list[Id] = []
    for track_id, change in depth_changes:
        parents[track_id] = folders[-1] if folders else None
        if change > 0:
            folders.append(track_id)
        elif change < 0:
            del folders[max(0, len(folders) + change) :]
    return parents
