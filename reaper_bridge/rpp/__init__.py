"""A .RPP project file as a host: read, written and undone byte for byte."""
