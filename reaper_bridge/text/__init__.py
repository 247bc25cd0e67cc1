"""The grammar of REAPER's own text: lines and the words in them, as projects, plug-in blocks and presets use it."""
