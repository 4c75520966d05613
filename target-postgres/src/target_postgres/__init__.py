"""Singer target for PostgreSQL and Neon that keeps every instant, every row and every view."""
