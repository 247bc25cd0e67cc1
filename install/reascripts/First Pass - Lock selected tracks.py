"""First Pass: lock the selected tracks, so that no pass changes them."""

import sys

import reaper_python

FOLDER = reaper_python.RPR_GetResourcePath() + "/Scripts/First Pass"
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

import first_pass_action

first_pass_action.ask("lock_selected")
