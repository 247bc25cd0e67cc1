"""Benchmarks: how good the mixes are, and how fast. Not part of what is installed."""
