"""Logs speak of streams and counts, never of customers or credentials."""

import logging

import pytest


def texts_of(pipeline) -> set[str]:
    """Every stretch of customer text long enough not to be met by chance."""
    truth = pipeline.sandbox.world.truth()
    values = (value for row in truth["ticket"].values() for value in row.values())
    long_ones = {value for value in values if isinstance(value, str) and len(value) > 12}
    emails = {row["email"] for row in truth["owner"].values() if row["email"]}
    return {text for text in long_ones if not text[:4].isdigit()} | emails


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.capability("S2-28", "S4-47")
def test_no_secret_and_no_record_content_in_any_log_line(pipeline_over, level: str) -> None:
    pipeline = pipeline_over(tickets=300)
    pipeline.environment.update(
        {
            "LOGLEVEL": level,
            "TAP_HUBSPOT_SUPPORT_LOGLEVEL": level,
            "TARGET_POSTGRES_LOGLEVEL": level,
        }
    )
    run = pipeline.until_clean()
    assert logging.getLevelName(level) and run.log.strip()
    assert pipeline.sandbox.environment["TAP_HUBSPOT_ACCESS_TOKEN"] not in run.log
    leaked = [text for text in texts_of(pipeline) if text in run.log]
    assert leaked == []
