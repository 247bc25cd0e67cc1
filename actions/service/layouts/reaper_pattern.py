"""A pattern file for a control surface of REAPER's own: it lets a tablet start our actions there, and nothing else.

REAPER's OSC has a fixed set of keywords and no way to add one of ours; so the file offers the keyword that starts an
action, and lists what to send. REAPER's default file moves faders too; in this one there is nothing of the kind, so
that nothing but a sent action does anything, and no meter floods the tablet.
"""

from collections.abc import Sequence
from typing import Final

from reaper_bridge.resource.layout import ACTIONS, Action

_HEAD: Final = """\
# First Pass: start its actions by OSC, through REAPER itself.
#
# Copy this file into the folder OSC of REAPER's resource folder. In Preferences, Control/OSC/web, add a surface
# "OSC (Open Sound Control)", and choose FirstPass as its pattern config. Then each of these messages, sent with 1 to
# the port of that surface, starts an action.
#
# Whoever reaches that port can start any action of REAPER's: leave it on this computer, or in a network of your own.
#
"""
_LINES: Final = """
ACTION t/action/@
"""


def pattern_file(actions: Sequence[Action] = ACTIONS) -> bytes:
    """Return the pattern file, with what to send for each action."""
    return (_HEAD + "".join(f"# {action_path(action)}  {action.name}\n" for action in actions) + _LINES).encode()


def action_path(action: Action) -> str:
    """Return what starts an action at a surface with this file, sent with 1."""
    return f"/action/_{action.script_id}"
