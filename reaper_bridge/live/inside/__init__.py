"""The part of the bridge that runs inside REAPER, in the Python that REAPER loads.

Standard library only (compiled packages crash REAPER when a script loads them again), Python 3.9 or newer, relative
imports only: installed, this package is called ``first_pass_inside``. REAPER's functions are in ``reaper_python``,
a module that exists in REAPER alone.
"""

PROTOCOL = 1
VERSION = "0.1.0"
UNFINISHED = " (unfinished)"
"""How the name of a step ends that failed on its way. It is undone at once, but stays what REAPER's redo offers."""
