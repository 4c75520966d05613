import json
import urllib.request

import psycopg
import pytest
from sandbox.testing import running_sandbox


def test_world_stand_in_and_database_run_in_this_process(tmp_path):
    with running_sandbox(tmp_path / "new", tickets=60, behaviour={"limits": False}) as sandbox:
        variables = sandbox.environment
        assert variables["TAP_HUBSPOT_SUPPORT_API_BASE_URL"] == sandbox.hubspot.url
        assert sandbox.hubspot.behaviour.limits is False
        request = urllib.request.Request(
            f"{sandbox.hubspot.url}/crm/v3/objects/tickets?limit=100",
            headers={"Authorization": f"Bearer {variables['TAP_HUBSPOT_ACCESS_TOKEN']}"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            shown = {one["id"] for one in json.load(reply)["results"]}
        live = {
            key for key, row in sandbox.world.truth()["ticket"].items() if not row["is_deleted"]
        }
        assert shown == live
        assert [one.status for one in sandbox.hubspot.journal] == [200]
        with psycopg.connect(sandbox.database.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_an_unknown_behaviour_is_refused_by_name(tmp_path):
    with pytest.raises(ValueError, match="latency"):
        running_sandbox(tmp_path, tickets=60, behaviour={"mood": "bad"}).__enter__()
