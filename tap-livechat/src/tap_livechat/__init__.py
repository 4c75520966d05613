"""Singer tap for LiveChat."""
