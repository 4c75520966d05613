"""The properties whose history the warehouse keeps, by HubSpot's object type."""

from __future__ import annotations

TRACKED: dict[str, tuple[str, ...]] = {
    "tickets": ("hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"),
    "contacts": ("hs_lead_status", "hubspot_owner_id", "lifecyclestage"),
    "companies": ("hubspot_owner_id", "lifecyclestage"),
    "deals": ("dealstage", "hubspot_owner_id", "pipeline"),
    "appointments": ("hs_pipeline_stage",),
    "divisions": ("hs_pipeline_stage", "region"),
}
