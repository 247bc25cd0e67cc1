"""How good a first pass is, in numbers, beside simpler ways to mix the same sessions."""
