"""The stages of a pass by name, in the order an engineer works."""

from typing import Final

STAGES: Final = (
    "alignment",
    "gain",
    "balance",
    "buses",
    "pan",
    "tone",
    "masking",
    "deessing",
    "dynamics",
    "ducking",
    "saturation",
    "automation",
    "space",
)
