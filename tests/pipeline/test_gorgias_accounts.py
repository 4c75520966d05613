"""One client's trouble is that client's alone, and everybody is told."""

import base64
import json

import pytest


def with_authorization(account, key=None):
    """An account as people keep it: base64 of e-mail address and key."""
    pair = f"{account['username']}:{key or account['api_key']}"
    rest = {name: account[name] for name in ("client", "api_base_url", "channels")}
    return {**rest, "authorization": base64.b64encode(pair.encode()).decode()}


@pytest.mark.capability("S1-31")
def test_a_client_with_a_bad_key_is_named_and_the_other_is_loaded_whole(pipeline_over) -> None:
    pipeline = pipeline_over("gorgias", tickets=60)
    pipeline.tap_config["quota_interval_seconds"] = 0.2
    pipeline.sandbox.services["gorgias"].behave({"limits": False})
    good, bad = json.loads(pipeline.sandbox.environment["TAP_GORGIAS_ACCOUNTS"])
    wrong = with_authorization(bad, "key-since-withdrawn")
    run = pipeline.run(accounts=[wrong, with_authorization(good)])
    assert (run.tap_exit, run.target_exit) == (1, 0)
    (told,) = [line for line in run.log.splitlines() if "failed account=" in line]
    assert f"account={bad['client']} stream=all" in told
    assert "authorization is wrong or revoked" in told
    assert "key-since-withdrawn" not in run.log and wrong["authorization"] not in run.log
    assert good["client"] not in told
    others = [one for one in pipeline.differences() if one.key[0] != bad["client"]]
    assert others == []
    tickets = "select distinct account from gorgias.tickets"
    assert pipeline.query(tickets) == [(good["client"],)]
    pipeline.until_clean()
    assert pipeline.differences() == []
