"""Local stand-ins of the vendors, an embedded PostgreSQL and a synthetic company."""
