"""Look at the project in front: everything a mix is decided from, in one visit, and nothing changed by it.

``snapshot`` returns plain JSON in REAPER's own terms (the keys of its API), ``state`` the few facts worth polling::

    {"project": {"handle", "path", "name", "change_count", "is_dirty", "play_state", "reaper_version", "os",
                 "PROJECT_SRATE", "PROJECT_SRATE_USE", "panlaw", "panmode", "panlawflags", "itemmixflag",
                 "automation_override", "tempo": [[seconds, bpm, numerator, denominator], …],
                 "markers": [[seconds, end seconds or null, name], …], "notes", "ext_state": {key: value},
                 "pass_mark", "undo_name", "redo_name"},
     "master": TRACK, "tracks": [TRACK, …], "selected": [guid, …],
     "plugins": {key: {"names": […], "minima": […], "maxima": […], "own_count", "wet_index"}, …},
     "held_seconds"}

    TRACK  {"guid", "name", "D_VOL", "D_PAN", "D_WIDTH", … as in TRACK_KEYS, "vca_leads": [low, high],
            "vca_follows": [low, high], "notes", "fx": [FX, …], "sends": [SEND, …], "envelopes": [ENVELOPE, …],
            "items": [ITEM, …], "unreadable": [reason, …]}
    FX     {"guid", "name", "fx_ident", "fx_type", "original_name", "renamed_name", "enabled", "offline", "wet",
            "is_instrument", "is_container", "plugin": key into "plugins", "raw": [value of each parameter, …],
            "displayed": [text, …] or null, "vst_chunk": base64 or null, "bands": [[type, enabled], …] or null,
            "automated": bool, "unreadable": reason or ""}     (minima and maxima too, where they are its own)
    SEND   {"guid" of the destination, "D_VOL", "D_PAN", "I_SENDMODE", "B_MUTE", "B_MONO", "B_PHASE",
            "I_SRCCHAN", "I_DSTCHAN"}
    ENVELOPE {"name": "<VOLENV2", "is_active", "automation_items": count, "points": [[s, value, shape, tension], …]}

Volumes in envelopes are amplitudes, as in a project file; pan points have REAPER's envelope sense, +1 is left.
"""
