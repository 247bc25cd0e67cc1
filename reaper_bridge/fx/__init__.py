"""What the knobs of REAPER's plug-ins mean: tables and state codecs."""
