"""The vocabulary of a session: pure data, shared by every host and every room."""
