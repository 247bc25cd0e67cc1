"""What the session doctor looks at, one subject per module; ``actions.session_doctor`` puts them in order."""
