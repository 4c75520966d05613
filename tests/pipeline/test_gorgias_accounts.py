"""One client's trouble is that client's alone, and everybody is told."""

import json

import pytest


@pytest.mark.capability("S1-05", "S1-20", "S1-31")
def test_a_client_with_a_bad_key_is_named_and_the_other_is_loaded_whole(pipeline_over) -> None:
    pipeline = pipeline_over("gorgias", tickets=60)
    pipeline.tap_config["quota_interval_seconds"] = 0.2
    pipeline.sandbox.services["gorgias"].behave({"limits": False})
    good, bad = json.loads(pipeline.sandbox.environment["TAP_GORGIAS_ACCOUNTS"])
    run = pipeline.run(accounts=[{**bad, "api_key": "key-since-withdrawn"}, good])
    assert (run.tap_exit, run.target_exit) == (1, 0)
    (told,) = [line for line in run.log.splitlines() if "failed account=" in line]
    assert f"account={bad['client']} stream=all" in told
    assert "authorization is wrong or revoked" in told
    assert "key-since-withdrawn" not in run.log
    assert good["client"] not in told
    others = [one for one in pipeline.differences() if one.key[0] != bad["client"]]
    assert others == []
    tickets = "select distinct account from gorgias.tickets"
    assert pipeline.query(tickets) == [(good["client"],)]
    pipeline.until_clean()
    assert pipeline.differences() == []
