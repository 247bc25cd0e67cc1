"""The four numbers of a mix before and after a pass: loudness, the lead against the rest, true peak, masking."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.checking import Check


@dataclass(frozen=True)
class Meters:
    """What the meters of a mix show; None where it is not known or there is no lead.

    ``masking_ratio`` is how much of the lead the rest hides, 0 to 1.
    """

    loudness_lufs: float | None = None
    lead_to_rest_db: float | None = None
    true_peak_dbtp: float | None = None
    masking_ratio: float | None = None


def measured(check: "Check") -> Meters:
    """Return the meters of a mix that was rendered."""
    mixture = check.mixture
    clarity = mixture.lead_clarity_ratio
    return Meters(
        finite_or_none(mixture.integrated_lufs),
        finite_or_none(mixture.lead_to_accompaniment_db),
        finite_or_none(mixture.true_peak_dbtp),
        None if clarity is None else 1.0 - clarity,
    )


def finite_or_none(value: float | None) -> float | None:
    """Return a number that can be shown, None for one that cannot."""
    return value if value is not None and math.isfinite(value) else None
