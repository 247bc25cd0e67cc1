"""The mixing brain: measurements and taste in, changes out."""
