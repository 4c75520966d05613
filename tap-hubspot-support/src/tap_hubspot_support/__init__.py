"""Singer tap for HubSpot's support data: tickets, owners, pipelines and their history."""
