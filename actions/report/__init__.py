"""A pass in words and pictures."""
