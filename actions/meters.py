"""The four numbers of a mix before and after a pass: loudness, the lead against the rest, true peak, masking.

Those of a pass come from its rendering. What a revision makes of them is predicted on the desk, in the band domain,
as the difference to what the full pass was measured to be.
"""

from dataclasses import dataclass

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


def measured(check: Check) -> Meters:
    """Return the meters of a mix that was rendered."""
    mixture = check.mixture
    clarity = mixture.lead_clarity_ratio
    return Meters(
        mixture.integrated_lufs,
        mixture.lead_to_accompaniment_db,
        mixture.true_peak_dbtp,
        None if clarity is None else 1.0 - clarity,
    )
