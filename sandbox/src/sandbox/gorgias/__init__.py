"""A stand-in for Gorgias: several accounts on one server, each under its own path."""
