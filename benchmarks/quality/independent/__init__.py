"""A second opinion on what a project file sounds like: read, decoded and rendered without any of our code.

It is small on purpose: plain items, faders, pans, widths, folders, sends, and the plug-ins a first pass writes.
What it leaves out it names in the notes.
"""
