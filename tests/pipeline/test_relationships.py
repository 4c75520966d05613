"""Ids arrive as numbers on both sides, so that a join finds the related name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TARGET = str(Path(sys.executable).with_name("target-postgres"))


def message(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def lines(stream: str, rows: list[dict[str, object]]) -> str:
    kinds = {name: "integer" if isinstance(rows[0][name], int) else "string" for name in rows[0]}
    schema = {"properties": {name: {"type": [kind, "null"]} for name, kind in kinds.items()}}
    head = message(type="SCHEMA", stream=stream, schema=schema, key_properties=["id"])
    return head + "".join(message(type="RECORD", stream=stream, record=row) for row in rows)


def load(pipeline, text: str) -> None:
    config = pipeline.folder / "other.json"
    settings = {"database_url": pipeline.sandbox.database.url, "default_target_schema": "hubspot"}
    config.write_text(json.dumps(settings))
    done = subprocess.run([TARGET, "--config", str(config)], input=text, text=True, timeout=60)
    assert done.returncode == 0


@pytest.mark.capability("S2-33")
def test_a_ticket_joins_to_its_company_and_a_line_item_to_its_deal(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=100)
    pipeline.until_clean()
    companies = pipeline.sandbox.world.portal.records("companies")
    rows = [{"id": each.id, "property_name": each.properties["name"]} for each in companies]
    load(pipeline, lines("company", rows))
    load(pipeline, lines("deal", [{"id": 9_007_199_254_740_995, "property_dealname": "Renewal"}]))
    item = {"id": 5, "property_name": "Seat", "property_deal_id": 9_007_199_254_740_995}
    load(pipeline, lines("line_item", [item]))

    named = dict(
        pipeline.query(
            "select t.id, c.property_name from hubspot.ticket t"
            " join hubspot.company c on c.id = t.property_hs_primary_company_id"
        )
    )
    truth = pipeline.sandbox.world.truth()["ticket"].values()
    names = {row["id"]: row["property_name"] for row in rows}
    wanted = {t["id"]: names.get(t["property_hs_primary_company_id"]) for t in truth}
    assert named == {ticket: name for ticket, name in wanted.items() if name is not None}
    assert len(named) > 50
    deal = "select d.property_dealname from hubspot.line_item l join hubspot.deal d"
    assert pipeline.query(deal + " on d.id = l.property_deal_id") == [("Renewal",)]
