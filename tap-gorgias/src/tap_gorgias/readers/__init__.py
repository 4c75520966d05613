"""Reading each stream of one account."""
