"""Run the target with ``python -m target_postgres``."""

from target_postgres.target import TargetPostgres

TargetPostgres.cli()
