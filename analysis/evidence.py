"""What the pass over the samples keeps for finding flaws: numbers and small arrays, storable as they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class FlawEvidence:
    """Traces of flaws that the bands of a track cannot show.

    ``low_active_power`` and ``low_quiet_power`` (N,) are power per bin of ``low_step_hz`` of the mono sum in
    windows of about 0.7 s: the mean over the windows that play, and the 5 % quantile over all that are not
    empty. A sine of amplitude a has a**2 / 2 in its bin. ``clip_ceiling_linear`` is the value at which the
    tops are flat and ``clip_count`` how many flat tops there are. ``click_prominence_db`` says how far each
    click stands above what surrounds it. ``dc_linear`` is the mean of the channel that has most.
    """

    low_step_hz: float
    low_active_power: npt.NDArray[np.float32]
    low_quiet_power: npt.NDArray[np.float32]
    low_frame_count: int
    clip_count: int
    clip_ceiling_linear: float
    clip_times_seconds: npt.NDArray[np.float32]
    click_times_seconds: npt.NDArray[np.float32]
    click_prominence_db: npt.NDArray[np.float32]
    not_finite_count: int
    dc_linear: float
