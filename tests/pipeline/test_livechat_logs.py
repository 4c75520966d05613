"""Logs of a run over chats speak of streams and counts, never of customers or credentials."""

COLUMNS = {"system_message"}
"""A type of event that the name of a column begins with."""


def test_no_token_address_or_chat_text_is_in_any_line_of_a_whole_run(livechat_over) -> None:
    pipeline = livechat_over(threads=150)
    levels = ("LOGLEVEL", "TAP_LIVECHAT_LOGLEVEL", "TARGET_POSTGRES_LOGLEVEL")
    pipeline.environment.update(dict.fromkeys(levels, "DEBUG"))
    service = pipeline.sandbox.services["livechat"]
    service.disturb({"match": "list_archives", "kind": "validation", "after": 1})
    service.disturb({"match": "list_bots", "kind": "500"})
    run = pipeline.until_clean()
    assert "DEBUG" in run.log
    assert "method=agent/action/list_archives status=200" in run.log
    token = pipeline.sandbox.environment["TAP_LIVECHAT_ACCESS_TOKEN"]
    account = pipeline.sandbox.environment["TAP_LIVECHAT_ACCOUNT_ID"]
    assert [secret for secret in (token, account) if secret in run.log] == []
    assert set(pipeline.told(run, "events", "chats", "chat_users")) <= COLUMNS
