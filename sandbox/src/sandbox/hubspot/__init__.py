"""A stand-in of HubSpot's CRM API: a portal in memory, and the HTTP face that serves it."""
