"""Standard output holds whole messages, whatever it is connected to and whenever a tap must end."""

import io
import json

import pytest
from singer_sdk.singerlib import StateMessage
from tap_gorgias._messages import MessageWriter as GorgiasWriter
from tap_hubspot_support._messages import MessageWriter as HubSpotWriter
from tap_livechat._messages import MessageWriter as LiveChatWriter


class ShortOutput(io.RawIOBase):
    """Takes a few bytes at a time, as an unbuffered pipe does when a signal comes."""

    def __init__(self, meanwhile=lambda: None) -> None:
        self.taken = b""
        self.meanwhile = meanwhile

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.meanwhile()
        self.taken += bytes(data[:7])
        return min(7, len(data))


@pytest.mark.parametrize("kind", [HubSpotWriter, LiveChatWriter, GorgiasWriter])
def test_a_signal_during_a_short_write_leaves_no_half_line(kind) -> None:
    output = ShortOutput()
    writer = kind(output)
    state = StateMessage({"bookmarks": {"tickets": {"place": "x" * 40}}})
    writer_left: list[str] = []

    def leave() -> None:
        if not writer_left:
            writer_left.append("once")
            writer.write_message(state)

    output.meanwhile = lambda: None if writer_left else writer.when_idle(leave)
    writer.write_message(state)
    lines = output.taken.splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["STATE", "STATE"]
