"""What the program does: decides a mix, writes it, takes it back, reports it."""
