"""Monthly figures per agent and channel, from the best source that answers."""
