"""A running REAPER as a host."""
