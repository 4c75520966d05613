"""Singer tap for Gorgias: support data and monthly figures per agent, of many accounts."""
