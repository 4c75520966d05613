"""`python -m tap_livechat`."""

from tap_livechat.tap import TapLiveChat

TapLiveChat.cli()
