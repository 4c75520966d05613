"""`python -m tap_gorgias`."""

from tap_gorgias.tap import TapGorgias

TapGorgias.cli()
