"""First Pass: open the panel in the browser."""

import sys

import reaper_python

FOLDER = reaper_python.RPR_GetResourcePath() + "/Scripts/First Pass"
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

import first_pass_action

first_pass_action.ask("open_panel")
