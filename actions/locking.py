"""Lock and unlock: what the engineer keeps for himself."""

from collections.abc import Sequence

from actions.finishing import finishing
from reaper_bridge.host import Host
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import LOCKABLE


def change_locks(host: Host, names: Sequence[str], kinds: Sequence[str], *, add: bool) -> list[str]:
    """Add or remove locks; return in words what is locked now, or nothing where all was so already.

    Raises:
        UnknownTrackError: A name fits no track, or several.
        ProjectWriteError: The project cannot be written.
    """
    session = host.snapshot()
    locks: dict[TrackId, frozenset[str]] = dict(host.ledger().locks)
    before = dict(locks)
    told: list[str] = []
    for name in names:
        track = session.find(name)
        held = locks.get(track.id, frozenset())
        if add:
            held = held | set(kinds)
        elif "all" in kinds:
            held = frozenset()
        else:
            explicit = set(LOCKABLE) - {"all"} if "all" in held else set(held)
            held = frozenset(explicit - set(kinds))
        locks[track.id] = held
        words = ", ".join(sorted(held)) if held else "nothing"
        told.append(f"{track.name or f'#{track.index + 1}'}: {words} locked")
    locks = {key: held for key, held in locks.items() if held}
    if locks == before:
        return []
    with finishing():
        host.set_locks(locks)
    return told
