"""Run the target with ``python -m target_gsheets``."""

from target_gsheets.target import TargetGSheets

TargetGSheets.cli()
