"""From HubSpot's API through tap and target to the view, against the company's own figures."""

import pytest


@pytest.mark.capability("S0-13", "S0-23", "S0-25", "S0-26")
def test_the_view_over_really_loaded_tables_says_what_the_company_knows(
    pipeline_over, project_on
) -> None:
    pipeline = pipeline_over(tickets=300)
    pipeline.until_clean()
    project = project_on(pipeline.sandbox.database, "+tickets", "+tickets_removed")
    assert project.warnings == []
    figures = pipeline.sandbox.world.metrics_truth()
    shown = project.query("""
        select ticket_id, agent_name, is_weekend_ticket,
               to_char(created_at_reporting, 'YYYY-MM-DD HH24:MI:SS.MS')
        from analytics.tickets
    """)
    assert len(shown) > 200
    for ticket_id, agent, weekend, wall in shown:
        row = figures[str(ticket_id)]
        assert weekend == row["is_weekend"]
        assert wall == row["created_local"]["America/Halifax"]
        if name := row["agent"] or row["owner_name"]:
            assert agent == name
    removed = dict(
        project.query("select removal_reason, ticket_count from analytics.tickets_removed")
    )
    assert (
        len(shown) + sum(removed.values())
        == project.query("select count(*) from hubspot.ticket")[0][0]
    )
    assert min(removed["denied_agent"], removed["spam"], removed["deleted"]) > 0
