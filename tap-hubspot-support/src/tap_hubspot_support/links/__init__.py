"""Associations between records: which exist, where they go, and reading them."""
