"""`python -m tap_hubspot_support`."""

from tap_hubspot_support.tap import TapHubSpotSupport

TapHubSpotSupport.cli()
