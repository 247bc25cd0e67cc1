"""A stand-in for REAPER: a process of its own that runs our scripts as REAPER's embedded Python would.

It is never politer than REAPER. Where REAPER forgets handles, cuts strings, closes undo blocks or stops deferred
scripts behind a dialog, so does this. Nothing here imports the product except the scripts that run inside.
"""
