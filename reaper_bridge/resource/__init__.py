"""REAPER's resource folder: where it is, what we put into it, and how we take that out again."""
