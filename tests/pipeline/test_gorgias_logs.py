"""Logs of a run over helpdesks speak of streams and counts, never of customers or keys."""

import base64
import json


def secrets_of(accounts) -> set[str]:
    pairs = {f"{one['username']}:{one['api_key']}" for one in accounts}
    encoded = {base64.b64encode(pair.encode()).decode() for pair in pairs}
    return encoded | {one["api_key"] for one in accounts}


def test_no_key_address_or_message_is_in_any_line_of_a_whole_run(pipeline_over) -> None:
    pipeline = pipeline_over("gorgias", tickets=300)
    pipeline.tap_config |= {"quota_interval_seconds": 0.2, "base_wait": 0.2}
    levels = ("LOGLEVEL", "TAP_GORGIAS_LOGLEVEL", "TARGET_POSTGRES_LOGLEVEL")
    pipeline.environment.update(dict.fromkeys(levels, "DEBUG"))
    service = pipeline.sandbox.services["gorgias"]
    service.behave({"limits": False})
    service.disturb({"match": "/api/messages", "kind": "500", "after": 1})
    service.disturb({"match": "/api/customers", "kind": "truncated"})
    run = pipeline.until_clean()
    assert "DEBUG" in run.log
    accounts = json.loads(pipeline.sandbox.environment["TAP_GORGIAS_ACCOUNTS"])
    assert [secret for secret in secrets_of(accounts) if secret in run.log] == []
    held = ("tickets", "messages", "customers", "satisfaction_surveys", "users")
    assert pipeline.told(run, *held) == []
