"""First Pass: switch between the project before and after the last pass."""

import sys

import reaper_python

FOLDER = reaper_python.RPR_GetResourcePath() + "/Scripts/First Pass"
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

import first_pass_action

first_pass_action.ask("compare")
