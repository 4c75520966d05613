"""The vendor's statistics, computed by its definitions from an account's raw objects."""
