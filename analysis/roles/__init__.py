"""What each track is and why: from its name, its folder, its items, its neighbours and its sound."""
