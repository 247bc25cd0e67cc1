"""Names of things that survive renaming and reordering: GUIDs as REAPER writes them."""

import uuid
from collections.abc import Container
from typing import NewType

TrackId = NewType("TrackId", str)
"""``{8-4-4-4-12}`` in upper case, or ``track:N`` where an old project keeps none."""
FxId = NewType("FxId", str)
ItemId = NewType("ItemId", str)

MASTER = TrackId("master")

_NAMESPACE = uuid.UUID("7b0c5f1e-5a43-4be7-9a45-0f2f6a5c1d11")


def guid_from_words(*words: str, taken: Container[str] = ()) -> str:
    """Return a GUID that the same words always give, passing over those already taken.

    Plans must be reproducible, so a new plug-in or track draws its GUID from what it is for.
    """
    attempt = 0
    while True:
        name = "\x1f".join((*words, str(attempt)))
        guid = "{" + str(uuid.uuid5(_NAMESPACE, name)).upper() + "}"
        if guid not in taken:
            return guid
        attempt += 1
