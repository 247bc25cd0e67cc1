"""The service: one worker that owns the session, the verbs it does, and the door that lets requests in."""
