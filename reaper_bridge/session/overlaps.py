"""What sounds where items of one track lie over each other: the project's way of mixing items.

Way 0 (ITEMMIX): an item that lies within another replaces it there; 1: all mix; 2: the later item replaces the
earlier one. Items with a mix flag of their own, and items of free or lane tracks, are mixed.
"""

from collections.abc import Sequence
from dataclasses import replace

from reaper_bridge.session.audio import Clip, CurvePoint, Fade
from reaper_bridge.session.media import Trouble

_ENCLOSED_REPLACES, _LATER_REPLACES = 0, 2
_FREE_POSITIONING, _FIXED_LANES = 1, 2
_TOUCHING_SECONDS = 1e-9


def as_mixed(
    clips: Sequence[tuple[Clip, bool]], item_mix: int, free_mode: int, upper_lanes_mask: bool
) -> tuple[tuple[Clip, ...], tuple[Trouble, ...]]:
    """Return the clips with the parts cut out where another item replaces them.

    Beside each clip stands whether its item always mixes; ``free_mode`` is the track's FREEMODE.
    """
    whole = tuple(clip for clip, _ in clips)
    if free_mode == _FIXED_LANES and upper_lanes_mask and _overlap(whole):
        return whole, (Trouble("Upper lanes mask lower ones where they overlap; flatten the lanes.", True),)
    if item_mix not in (_ENCLOSED_REPLACES, _LATER_REPLACES) or free_mode in (_FREE_POSITIONING, _FIXED_LANES):
        return whole, ()
    result: list[Clip] = []
    for index, (clip, always_mixes) in enumerate(clips):
        parts = [clip]
        for other_index, (other, other_mixes) in enumerate(clips):
            is_candidate = not (always_mixes or other_mixes) and other.item_id != clip.item_id
            if is_candidate and _replaces(other, other_index, clip, index, item_mix):
                parts = [rest for part in parts for rest in _without(part, other)]
        result.extend(parts)
    return tuple(result), ()


def _overlap(clips: Sequence[Clip]) -> bool:
    ordered = sorted(clips, key=lambda clip: clip.position_seconds)
    reach = float("-inf")
    for clip in ordered:
        if clip.position_seconds < reach - _TOUCHING_SECONDS:
            return True
        reach = max(reach, _end(clip))
    return False


def _replaces(upper: Clip, upper_index: int, lower: Clip, lower_index: int, item_mix: int) -> bool:
    """Tell whether one item takes another's place where they overlap."""
    starts_later = (upper.position_seconds, upper_index) > (lower.position_seconds, lower_index)
    if item_mix == _LATER_REPLACES:
        return starts_later
    lies_within = (
        upper.position_seconds >= lower.position_seconds - _TOUCHING_SECONDS
        and _end(upper) <= _end(lower) + _TOUCHING_SECONDS
    )
    is_same_place = (
        abs(upper.position_seconds - lower.position_seconds) <= _TOUCHING_SECONDS
        and abs(_end(upper) - _end(lower)) <= _TOUCHING_SECONDS
    )
    return lies_within and (not is_same_place or upper_index > lower_index)


def _without(clip: Clip, other: Clip) -> list[Clip]:
    """Return what is left of a clip where another lies; the other's fades overlap with it."""
    start = other.position_seconds + other.fade_in.length_seconds
    end = _end(other) - other.fade_out.length_seconds
    first, last = clip.position_seconds, _end(clip)
    if end <= first or start >= last or end <= start:
        return [clip]
    parts = []
    if start - first > _TOUCHING_SECONDS:
        fade = Fade(min(other.fade_in.length_seconds, start - first), other.fade_in.shape)
        parts.append(replace(clip, length_seconds=start - first, fade_out=fade))
    if last - end > _TOUCHING_SECONDS:
        fade = Fade(min(other.fade_out.length_seconds, last - end), other.fade_out.shape)
        parts.append(replace(_from(clip, end - first), fade_in=fade))
    return parts


def _from(clip: Clip, seconds: float) -> Clip:
    """Return a clip less its first seconds."""
    return replace(
        clip,
        position_seconds=clip.position_seconds + seconds,
        length_seconds=clip.length_seconds - seconds,
        source_offset_seconds=clip.source_offset_seconds + seconds * clip.play_rate,
        volume_points=_shifted(clip.volume_points, seconds),
        pan_points=_shifted(clip.pan_points, seconds),
        mute_points=_shifted(clip.mute_points, seconds),
    )


def _shifted(points: tuple[CurvePoint, ...], seconds: float) -> tuple[CurvePoint, ...]:
    return tuple(replace(point, time_seconds=point.time_seconds - seconds) for point in points)


def _end(clip: Clip) -> float:
    return clip.position_seconds + clip.length_seconds
