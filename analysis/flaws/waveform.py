"""What single samples show: flat tops and clicks.

The samples are walked in chunks; of each is kept: its largest magnitude, the longest run at that magnitude,
its largest second difference and its mean square second difference. Clicks and clipping are then decided on
those four columns.
"""

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

CHUNK_SAMPLES = 48
_PEAK, _RUN, _JUMP, _ROUGHNESS = range(4)
_FLAT_WITHIN = 3e-4
_FEWEST_TOPS = 4
_LEAST_CLICK_RATIO = 12.0
_CLICK_NEIGHBOURS = (2, 3, 4, 6, 8, 12)
_QUIETEST_CLICK_LINEAR = 3e-4
_MOST_CLICKS = 200


def walk(samples: Array, highest_so_far: float = 0.0) -> tuple[Array, float]:
    """Return (chunks, 4) of peak, run at the peak, largest and mean square second difference, and the sum.

    ``samples`` is a whole number of chunks. Runs are counted only where the peak is about as high as anything
    before, for only those can be clipped.
    """
    found = np.empty((samples.size // CHUNK_SAMPLES, 4), np.float32)
    total = float(_walk(samples, found, highest_so_far))
    np.sqrt(found[:, _JUMP], out=found[:, _JUMP])
    return found, total


@numba.njit(cache=True, nogil=True, fastmath=True)
def _walk(samples: Array, found: Array, highest: float) -> float:
    total = 0.0
    for chunk in range(found.shape[0]):
        start = chunk * CHUNK_SAMPLES
        low = np.float32(0.0)
        high = np.float32(0.0)
        chunk_sum = np.float32(0.0)
        for i in range(start, start + CHUNK_SAMPLES):
            value = samples[i]
            low = min(low, value)
            high = max(high, value)
            chunk_sum += value
        jump = np.float32(0.0)
        rough = np.float32(0.0)
        for i in range(max(start, 2), start + CHUNK_SAMPLES):
            bend = samples[i] - samples[i - 1] - samples[i - 1] + samples[i - 2]
            square = bend * bend
            rough += square
            jump = max(jump, square)
        found[chunk, 0] = max(high, -low)
        found[chunk, 1] = 0.0
        found[chunk, 2] = jump
        found[chunk, 3] = rough / CHUNK_SAMPLES
        total += float(chunk_sum)
        if found[chunk, 0] > 0.0 and found[chunk, 0] >= 0.99 * highest:
            highest = max(highest, found[chunk, 0])
            found[chunk, 1] = _longest_run(samples, start, found[chunk, 0])
    return total


@numba.njit(cache=True, nogil=True)
def _longest_run(samples: Array, start: int, peak: float) -> float:
    """Return how many samples on end lie at the peak, all on the same side."""
    bound = peak * (1.0 - _FLAT_WITHIN)
    longest = 0
    run = 0
    side = 0.0
    for i in range(start, start + CHUNK_SAMPLES):
        value = samples[i]
        if abs(value) >= bound:
            sign = 1.0 if value > 0 else -1.0
            run = run + 1 if sign == side else 1
            side = sign
            longest = max(longest, run)
        else:
            run = 0
            side = 0.0
    return float(longest)


def flat_tops(chunks: Array) -> tuple[int, float, Places]:
    """Return how many tops are cut off at one and the same height, that height, and their chunks.

    Clipping leaves many tops of two samples or more at exactly one value, and hardly anything above it; the
    value need not be full scale, for the recording may have been turned down since.
    """
    nothing = np.zeros(0, np.intp)
    if chunks.shape[0] == 0:
        return 0, 0.0, nothing
    peaks, runs = chunks[:, _PEAK], chunks[:, _RUN]
    ceiling = float(peaks.max())
    if ceiling <= 0:
        return 0, 0.0, nothing
    at_ceiling = peaks >= ceiling * (1 - 2e-3)
    flat = np.flatnonzero(at_ceiling & (runs >= 2))
    long = int(np.count_nonzero(runs[flat] >= 3))
    near = int(np.count_nonzero((peaks < ceiling * (1 - 2e-3)) & (peaks >= ceiling * (1 - 2e-2))))
    # Unclipped music has more tops just below its highest than at it; slow waves have flat tops, but few at one height.
    if flat.size < _FEWEST_TOPS or long < 2 or flat.size < 1.0 * near:
        return 0, ceiling, nothing
    return int(flat.size), ceiling, flat


def click_events(chunks: Array) -> tuple[Places, Array]:
    """Return the chunks with a lone spike, and how far it stands above the second differences around, in dB.

    A click is over within a millisecond; a struck note stays rough after its start. So the spike is compared
    with the rougher of what comes before and after.
    """
    jumps, root = chunks[:, _JUMP], np.sqrt(chunks[:, _ROUGHNESS])
    count = jumps.size
    if count < 64:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    # Most chunks fall out against one neighbour already.
    likely = np.flatnonzero((jumps[2:-2] > _LEAST_CLICK_RATIO * root[4:]) & (jumps[2:-2] > _QUIETEST_CLICK_LINEAR)) + 2
    around = np.full(likely.size, 1e-6, np.float32)
    for distance in _CLICK_NEIGHBOURS:
        for neighbour in (likely - distance, likely + distance):
            inside = (neighbour >= 0) & (neighbour < count)
            around[inside] = np.maximum(around[inside], root[neighbour[inside]])
    clear = jumps[likely] > _LEAST_CLICK_RATIO * around
    places, prominence = likely[clear], 20 * np.log10(jumps[likely[clear]] / around[clear])
    if places.size == 0:
        return places, np.zeros(0, np.float32)
    first = np.concatenate(([True], np.diff(places) > 3))
    return places[first][:_MOST_CLICKS], prominence[first][:_MOST_CLICKS].astype(np.float32)
