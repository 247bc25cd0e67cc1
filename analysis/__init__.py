"""Listening: audio in, numbers out, no opinions."""
