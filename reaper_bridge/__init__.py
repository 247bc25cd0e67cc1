"""What REAPER is: the session vocabulary, its plug-ins and the hosts that read and write it."""
