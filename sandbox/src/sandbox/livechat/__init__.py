"""A working imitation of LiveChat's Agent Chat, Configuration and Reports APIs."""
