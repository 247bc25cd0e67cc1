"""First Pass: unlock the selected tracks."""

import sys

import reaper_python

FOLDER = reaper_python.RPR_GetResourcePath() + "/Scripts/First Pass"
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

import first_pass_action

first_pass_action.ask("unlock_selected")
