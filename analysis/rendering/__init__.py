"""The offline model of REAPER's mixer and of the plug-ins we write."""
